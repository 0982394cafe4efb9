"""Composite HMAC tokens; where plain text ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from anonymise.agreement import agreement
from anonymise.alike import alike
from anonymise.composites import PROFILES, Strength, composites_of
from anonymise.compounds import with_parts
from anonymise.features import features
from anonymise.keys import Secret, derive
from anonymise.normalise import normalise
from anonymise.pieces import MOST_ROWS, counted_only, numbered_on, pieces, together
from anonymise.pseudonyms import record_ids
from anonymise.truth import level_of, strong_enough, truth_key
from anonymise.versions import numbered
from config.bundles import TRUTH
from config.fields import LEVELS
from config.frames import TOKENS
from config.settings import SharedId
from config.terms import ProfileName

FORM: Final = "1"
"""Version of the encoding; it enters every key."""


@dataclass(frozen=True)
class Encoded:
    """What a body sends, and the map that it keeps.

    Attributes:
        tokens: keeps TOKENS, one UInt64 column per composite; sorted, so that its order says nothing.
        map: `client_ref`, `record_id`; stays in the body.
        clients: number of clients.
        composites: token column to the levels in it.
        agreement: as `config.bundles.TokenManifest` says.
        completeness: field to the share of rows that hold it.
        withheld: token column to the number of tokens withheld as too common.
    """

    tokens: pl.DataFrame
    map: pl.DataFrame
    clients: int
    composites: dict[str, tuple[str, ...]]
    agreement: dict[str, dict[str, float]]
    completeness: dict[str, float]
    withheld: dict[str, int]

    @property
    def told(self) -> dict[str, object]:
        """What a token bundle's manifest says of the body's clients, by the manifest's names."""
        return {
            "clients": self.clients,
            "composites": self.composites,
            "agreement": self.agreement,
            "completeness": self.completeness,
            "withheld": self.withheld,
        }


def encode(
    people: pl.DataFrame,
    *,
    secret: Secret,
    record_secret: Secret,
    project: str,
    period: str,
    profile: ProfileName,
    population: int,
    unique_clients: bool,
    most_clients_per_token: int,
    date_format: str = "%Y-%m-%d",
    most_people: int | None = None,
    truth: SharedId | None = None,
    key_period: str | None = None,
    strength: Strength | None = None,
    most_rows: int = MOST_ROWS,
) -> Encoded:
    """Tokens of a body's people, under keys of this project and period alone, or of a period that is said.

    Args:
        people: keeps PEOPLE.
        secret: the project's linkage key.
        record_secret: the body's own key, for record ids.
        project: name of the project.
        period: as in the project file; it starts with a year, after which nobody in the extract was born.
        profile: which composites may leave the body.
        population: people in the area that the bodies serve.
        unique_clients: whether the body says that each of its clients is one person. Under `strict` such a body
            withholds every token that two of its clients share, and what makes a client stand out by which tokens
            it lacks: all that is left within its bundle is how many rows a client has, and what these share.
        most_clients_per_token: a token that more clients share is withheld otherwise.
        date_format: of the body's dates.
        most_people: people whose tokens may come to stand side by side; the whole population where not known.
        truth: an id to hold out: no composite holds it, and its tokens stand in a column of their own.
        key_period: the period that keys are of, where it is not `period`.
        strength: tried in place of the profile's own; no project can ask for it.
        most_rows: worked on at a time, about; decides nothing but memory.

    Raises:
        SettingsError: the id to hold out says too little to stand alone in a token.
    """
    if truth is not None:
        strong_enough(truth, profile, population, most_people=most_people)
    asked = strength or PROFILES[profile]
    levels = composites_of(asked, population, most_people=most_people, held_out=truth)
    keyed_for = key_period or period
    names = {name: derive(secret, "token", FORM, project, keyed_for, *parts) for name, parts in levels.items()}
    hidden = unique_clients and asked.hides
    most = 1 if hidden else most_clients_per_token
    sent: dict[str, tuple[str, ...]] = dict(levels)
    if truth is not None:
        names[TRUTH] = truth_key(secret, truth, FORM, project, keyed_for)
        sent[TRUTH] = (level_of(truth),)
    latest = date(int(period[:4]), 12, 31)
    found = [_part(each, sent, names, date_format, latest) for each in pieces(people, most_rows)]
    known = pl.concat([each.known for each in found])
    recorded = together([each.recorded for each in found])
    ids = record_ids(known, record_secret, project)
    order = ids.arg_sort()
    kept_map = pl.DataFrame([known, ids])[order]
    # Each row's client as its place in the map: numbers are told apart and sorted faster than text.
    places = order.arg_sort()
    clients = places.gather(numbered_on([each.clients for each in found], [len(each.known) for each in found]))
    columns: list[pl.Series] = []
    withheld: dict[str, int] = {}
    for name in sent:
        column = pl.concat([each.columns.pop(name) for each in found])
        kept, withheld[name] = _withhold(clients, column, most)
        columns.append(kept)
    if hidden:
        columns = _alike(clients, columns, withheld)
    return Encoded(
        tokens=_in_no_order(clients, kept_map["record_id"], columns),
        map=kept_map,
        clients=kept_map.height,
        composites=levels,
        agreement=agreement(recorded, held_out=truth),
        completeness=_completeness(recorded),
        withheld=withheld,
    )


@dataclass(frozen=True)
class _Part:
    """What one piece of the people gives; no text of theirs is left but what `known` and `recorded` hold.

    Attributes:
        known: the piece's `client_ref`, each once.
        clients: of each row of tokens, the place of its client in `known`.
        columns: token column to its tokens.
        recorded: features as `pieces.counted_only` leaves them.
    """

    known: pl.Series
    clients: pl.Series
    columns: dict[str, pl.Series]
    recorded: pl.DataFrame


def _part(
    people: pl.DataFrame,
    sent: Mapping[str, tuple[str, ...]],
    names: Mapping[str, bytes],
    date_format: str,
    latest: date,
) -> _Part:
    canonical = normalise(people, date_format=date_format, latest=latest)
    recorded = features(canonical)
    told = sorted({part for parts in sent.values() for part in parts})
    found = with_parts(recorded.select("client_ref", "row", *told), people, canonical)
    prefixed = found.select(*(netstring(part) for part in told))
    return _Part(
        known=found["client_ref"].unique(maintain_order=True),
        clients=found["client_ref"].rle_id(),
        columns={name: tokens(prefixed.select(parts), names[name]).alias(name) for name, parts in sent.items()},
        recorded=counted_only(recorded),
    )


def netstring(column: str) -> pl.Expr:
    """The column's text after its length in bytes and a colon."""
    return pl.col(column).str.len_bytes().cast(pl.String) + ":" + pl.col(column)


def tokens(parts: pl.DataFrame, key: bytes) -> pl.Series:
    """The first 64 bits of HMAC-SHA-256 over each row's netstrings, big-endian; null where a part is.

    Row by row: composites say so much that nearly every value stands once, and finding those that do not
    costs more than it saves.

    Args:
        parts: one column of netstrings per part.
        key: of this composite.
    """
    text = parts.select(pl.concat_str(parts.columns)).to_series()
    given = text.drop_nulls()
    blank = HMAC(key, SHA256())
    macs = bytearray()
    for message in given.cast(pl.Binary).to_list():
        mac = blank.copy()
        mac.update(message)
        macs += mac.finalize()
    numbers = np.frombuffer(macs, dtype=">u8")[::4].astype(np.uint64)
    return pl.Series(numbers) if not text.null_count() else _spread(numbers, text.is_not_null())


def _spread(numbers: np.ndarray, given: pl.Series) -> pl.Series:
    places = given.to_frame("given").select(pl.when("given").then(pl.col("given").cum_sum() - 1).cast(pl.UInt32))
    return pl.Series(numbers, dtype=pl.UInt64).gather(places.to_series())


def _withhold(clients: pl.Series, column: pl.Series, most: int) -> tuple[pl.Series, int]:
    """The column without the tokens that more clients share, and how many distinct tokens those were."""
    ordered = np.sort(column.drop_nulls().to_numpy())
    # Only a token on more rows than the limit can be on more clients.
    often = np.unique(ordered[most:][ordered[most:] == ordered[: max(0, ordered.size - most)]])
    if not often.size:
        return column, 0
    rows = column.is_in(pl.Series(often).implode())
    shared = pl.DataFrame({"client": clients, "token": column}).filter(rows).unique()
    common = shared.group_by("token").len().filter(pl.col("len") > most)["token"]
    kept = column.to_frame("token").select(
        pl.when(~pl.col("token").is_in(common.implode())).then("token").alias(column.name)
    )
    return kept.to_series(), len(common)


def _alike(clients: pl.Series, columns: list[pl.Series], withheld: dict[str, int]) -> list[pl.Series]:
    """The columns without the tokens that would make a row stand out; those withheld are counted, in place."""
    lacking = np.stack([column.is_null().to_numpy() for column in columns], axis=1)
    more = alike(lacking, clients) & ~lacking
    kept = []
    for place, column in enumerate(columns):
        if more[:, place].any():
            rare = pl.Series(more[:, place])
            withheld[column.name] += column.filter(rare).n_unique()
            column = column.to_frame("token").select(pl.when(~rare).then("token").alias(column.name)).to_series()
        kept.append(column)
    return kept


def _in_no_order(places: pl.Series, ids: pl.Series, columns: list[pl.Series]) -> pl.DataFrame:
    """Rows by record and token; versions of a client with the same tokens stand once.

    Places are those of each row's client among the sorted ids. A version without any token goes where its client
    has another.
    """
    wide = pl.DataFrame([places.alias("place"), *columns])
    empty = wide.select(pl.all_horizontal(pl.all().exclude("place").is_null())).to_series()
    elsewhere = places.is_in(places.filter(~empty).implode())
    rows = numbered(wide.filter(~(empty & elsewhere)), "place")
    return TOKENS.shape(rows.select(ids.gather(rows["place"]), pl.all().exclude("place")).lazy()).collect()


def _completeness(found: pl.DataFrame) -> dict[str, float]:
    held: Mapping[str, pl.Expr] = {
        field: pl.any_horizontal(pl.col([f"{field}.{level}" for level in levels]).is_not_null())
        for field, levels in LEVELS.items()
    }
    if found.is_empty():
        return dict.fromkeys(held, 0.0)
    return found.select(**{field: each.mean() for field, each in held.items()}).row(0, named=True)
