"""Token bundles of all bodies, checked against each other and laid side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.bundles import TokenManifest
from config.errors import BundleError
from config.frames import TOKENS
from linkage.levels import FEATURES

SAME = ("format", "project", "period", "profile", "key_id", "population", "composites")
"""What the manifests of all bodies must say alike, or equal tokens would not mean equal values."""

PHRASES = {
    "key_id": "was made with another linkage key than",
    "composites": "holds other composites than",
}


@dataclass(frozen=True)
class BodyTokens:
    """What one body handed over: its manifest, and a frame that keeps `config.frames.TOKENS`."""

    manifest: TokenManifest
    tokens: pl.DataFrame


@dataclass(frozen=True)
class Records:
    """All bodies' token rows side by side, in an order that input order does not change.

    Attributes:
        bodies: names, in alphabetical order.
        unique: shape (bodies,), whether each of the body's clients is one person.
        client_body: shape (clients,), the body of each client; ascending.
        client_id: shape (clients,), record ids; ascending within a body.
        row_client: shape (rows,), the client of each row; ascending.
        tokens: one column per composite, by name; null where there is no token.
        composites: the same columns, each with its parts.
    """

    bodies: tuple[str, ...]
    unique: NDArray[np.bool_]
    client_body: NDArray[np.int64]
    client_id: NDArray[np.str_]
    row_client: NDArray[np.int64]
    tokens: pl.DataFrame
    composites: dict[str, tuple[str, ...]]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Clients of each body."""
        return np.bincount(self.client_body, minlength=len(self.bodies))


def agree(manifests: Sequence[TokenManifest]) -> None:
    """Check that bundles belong together.

    Raises:
        BundleError: a bundle is of another project, period, profile, key, population, format or set of
            composites than the first, two are of one body, or a composite has an unknown part.
    """
    seen: set[str] = set()
    for manifest in manifests:
        if manifest.body in seen:
            raise BundleError(manifest.body, "stands twice among the bundles to be linked")
        seen.add(manifest.body)
        first = manifests[0]
        for name in SAME:
            if getattr(manifest, name) != getattr(first, name):
                phrase = PHRASES.get(name, f"is of another {name} than")
                raise BundleError(manifest.body, f"{phrase} bundle '{first.body}'")
        for column, parts in manifest.composites.items():
            unknown = len(set(parts) - set(FEATURES))
            if unknown or not parts:
                raise BundleError(
                    manifest.body, f"composite '{column}' has {unknown} unknown parts of {len(parts)}"
                )


def side_by_side(bodies: Sequence[BodyTokens]) -> Records:
    """Lay the bundles side by side.

    Rows of one client that hold the same tokens are kept once.

    Raises:
        BundleError: the bundles do not belong together, or one is not what its manifest says.
    """
    agree([body.manifest for body in bodies])
    ordered = sorted(bodies, key=lambda body: body.manifest.body)
    columns = sorted(ordered[0].manifest.composites) if ordered else []
    frames = []
    for place, body in enumerate(ordered):
        _check(body)
        frames.append(
            body.tokens.select(
                pl.lit(place, dtype=pl.Int64).alias("body"), "record_id", *(pl.col(name) for name in columns)
            )
        )
    empty = pl.DataFrame(schema={"body": pl.Int64, "record_id": pl.String, **dict.fromkeys(columns, pl.UInt64)})
    rows = pl.concat([empty, *frames]).sort("body", "record_id", maintain_order=True)
    repeated = rows.select(pl.struct("body", "record_id").is_duplicated()).to_series()
    if repeated.any():
        # Rows of one client are put in an order of their own: `row` follows the extract's order.
        rows = pl.concat([rows.filter(~repeated), rows.filter(repeated).unique()]).sort(
            "body", "record_id", *columns, nulls_last=True
        )
    clients = rows.select("body", "record_id").unique(maintain_order=True)
    number = rows.select(pl.struct("body", "record_id").rle_id().cast(pl.Int64)).to_series().to_numpy()
    return Records(
        bodies=tuple(body.manifest.body for body in ordered),
        unique=np.array([body.manifest.unique_clients for body in ordered], dtype=np.bool_),
        client_body=clients["body"].to_numpy(),
        client_id=clients["record_id"].to_numpy().astype(np.str_),
        row_client=number,
        tokens=rows.select(columns),
        composites={name: ordered[0].manifest.composites[name] for name in columns},
    )


def _check(body: BodyTokens) -> None:
    """Check one bundle's frame against its manifest."""
    manifest, columns = body.manifest, body.tokens.schema
    wanted = {**TOKENS.columns, **dict.fromkeys(manifest.composites, pl.UInt64())}
    wrong = sorted(name for name, kind in wanted.items() if columns.get(name) != kind)
    surplus = len(set(columns) - set(wanted))
    if wrong or surplus:
        raise BundleError(
            manifest.body, f"columns missing or of another type: {', '.join(wrong) or 'none'}; surplus: {surplus}"
        )
    keys = body.tokens.select(TOKENS.key)
    if keys.null_count().sum_horizontal().item() or keys.n_unique() < keys.height:
        raise BundleError(manifest.body, "record_id and row do not name each row once")
    if body.tokens.height != manifest.rows:
        raise BundleError(manifest.body, f"holds {body.tokens.height:,} rows, its manifest says {manifest.rows:,}")
