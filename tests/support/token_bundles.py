"""Token bundles drawn as a table of names: equal names in a column are equal tokens."""

import hashlib
from collections.abc import Mapping, Sequence

import polars as pl

from config.bundles import TokenManifest
from config.terms import ProfileName
from linkage.bundles import BodyTokens

COMPOSITES = {
    "ab": ("first_name.exact", "last_name.exact", "dob.exact"),
    "bc": ("last_name.exact", "dob.exact", "postcode.unit"),
    "ac": ("first_name.exact", "dob.exact", "postcode.unit"),
    "abp": ("first_name.exact", "last_name.exact", "postcode.unit"),
}
"""Each three of first name, last name, date of birth and postcode."""

AGREEMENT = {
    "first_name": {
        "exact": 0.01, "nickname": 1e-4, "sound": 1e-3, "first3": 1e-3, "sorted": 1e-5, "last3": 1e-3,
        "different": 0.98689,
    },
    "last_name": {
        "exact": 0.001, "sound": 1e-3, "first3": 1e-3, "sorted": 1e-5, "last3": 1e-3, "different": 0.99599,
    },
    "dob": {
        "exact": 3e-5, "swapped": 3e-5, "year_month": 1e-3, "year_day": 4e-4, "month_day": 3e-3, "year": 0.01,
        "different": 0.98554,
    },
    "postcode": {"unit": 1e-4, "sector": 1e-3, "district": 1e-2, "different": 0.9889},
}  # fmt: skip


def bundle(
    body: str,
    tokens: Mapping[str, Sequence[str | None]],
    *,
    ids: Sequence[str] | None = None,
    rows: Sequence[int] | None = None,
    unique: bool = True,
    composites: Mapping[str, tuple[str, ...]] | None = None,
    key: str = "key",
    truth: Sequence[str | None] | None = None,
    **manifest: object,
) -> BodyTokens:
    """A bundle whose tokens are hashes of the names, under a key of its own for each composite.

    With `truth` an NHS number was held out; each row has one or none.
    """
    chosen = dict(composites or COMPOSITES)
    height = len(next(iter(tokens.values())))
    named = list(ids) if ids is not None else [f"{body}{number}" for number in range(1, height + 1)]
    frame = pl.DataFrame(
        {
            "record_id": pl.Series(named, dtype=pl.String),
            "row": pl.Series(rows if rows is not None else [0] * height, dtype=pl.Int32),
            **{
                column: pl.Series([_token(key, column, name) for name in tokens[column]], dtype=pl.UInt64)
                for column in chosen
            },
        }
    )
    if truth is not None:
        frame = frame.with_columns(
            pl.Series("truth", [_token(key, "truth", name) for name in truth], dtype=pl.UInt64)
        )
        manifest["truth"] = "nhs_number"
    facts: dict[str, object] = {
        "format": 1, "project": "drawn", "period": "2026", "body": body, "file": "tokens.parquet",
        "digest": "0" * 64, "rows": height, "kind": "tokens", "profile": ProfileName.STRICT, "key_id": key,
        "population": 10_000, "unique_clients": unique, "clients": len(set(named)), "composites": chosen,
        "agreement": AGREEMENT, "completeness": {}, "withheld": {},
    }  # fmt: skip
    return BodyTokens(TokenManifest.model_validate({**facts, **manifest}), frame)


def people_bundle(body: str, people: Sequence[Mapping[str, str | None]], **options: object) -> BodyTokens:
    """A bundle of people given by first name, last name, date of birth and postcode."""
    short = {"first_name.exact": "first", "last_name.exact": "last", "dob.exact": "dob", "postcode.unit": "home"}
    tokens = {
        column: [
            None if None in (values := [person[short[part]] for part in parts]) else "|".join(map(str, values))
            for person in people
        ]
        for column, parts in COMPOSITES.items()
    }
    return bundle(body, tokens, **options)  # type: ignore[arg-type] # options are bundle's own


def _token(key: str, column: str, name: str | None) -> int | None:
    if name is None:
        return None
    return int.from_bytes(hashlib.sha256(f"{key}/{column}/{name}".encode()).digest()[:8], "big")
