"""Keyed names for records, cases, events and persons, which differ from project to project."""

import polars as pl
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from anonymise.keys import Secret, derive

KEY_BITS = 53
KEY_DIGITS = 14
"""Hex digits that hold as many bits, and three more."""
ID_BYTES = 16
"""128 bits: among 10^9 ids, two meet by chance with a probability below 2^-69."""


def record_ids(client_refs: pl.Series, record_secret: Secret, project: str) -> pl.Series:
    """The record id of each client: 32 hex digits, the same in every period of one project.

    The body's own secret is needed to make one, so that nobody who knows the body's client references can
    find a client's record; stable, so that the next period's records can follow this one's.

    Args:
        client_refs: text, any order, repeats allowed; a null stays null.
        record_secret: the body's own.
        project: ids of two projects have nothing in common.
    """
    return keyed_ids(client_refs, record_secret, f"record of {project}").alias("record_id")


def keyed_ids(values: pl.Series, secret: Secret, purpose: str) -> pl.Series:
    """A 128-bit keyed id for each value, as 32 hex digits.

    Args:
        values: text; a null stays null. Equal values have equal ids.
        secret: only its holder can make or recognise an id.
        purpose: ids of the same value for two purposes have nothing in common.
    """
    blank = HMAC(derive(secret, "pseudonym", purpose), SHA256())
    distinct = values.drop_nulls().unique(maintain_order=True).to_frame("value")
    macs = [_mac(blank, value) for value in distinct["value"].cast(pl.Binary).to_list()]
    ids = pl.Series("id", macs, dtype=pl.Binary).bin.slice(0, ID_BYTES).bin.encode("hex")
    if distinct.height == values.len():
        return ids.alias(values.name)
    named = values.to_frame("value").join(
        distinct.with_columns(ids), on="value", how="left", maintain_order="left"
    )
    return named["id"].alias(values.name)


def record_keys(values: pl.Series, secret: Secret, purpose: str) -> pl.Series:
    """A keyed random number of 53 bits for each value, from 0.

    Args:
        values: text without nulls. Equal values have equal numbers.
        secret: only its holder can make or recognise one.
        purpose: numbers of the same value for two purposes have nothing in common.
    """
    whole = pl.col("id").str.slice(0, KEY_DIGITS).str.to_integer(base=16, dtype=pl.Int64)
    ids = keyed_ids(values, secret, purpose).to_frame("id")
    return ids.select(whole // 2 ** (4 * KEY_DIGITS - KEY_BITS))["id"].alias(values.name)


def _mac(blank: HMAC, value: bytes) -> bytes:
    mac = blank.copy()
    mac.update(value)
    return mac.finalize()
