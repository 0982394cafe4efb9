"""Token bundles of all bodies, checked against each other and laid side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.bundles import TokenManifest
from config.errors import BundleError
from config.frames import TOKENS
from linkage.levels import FEATURES
from linkage.mixing import Mixer, Words

SAME = ("format", "project", "period", "profile", "key_id", "keyed_for", "population", "composites")
"""What the manifests of all bodies must say alike, or equal tokens would not mean equal values."""

PHRASES = {
    "key_id": "was made with another linkage key than",
    "keyed_for": "was made with keys of another period than",
    "composites": "holds other composites than",
}


@dataclass(frozen=True)
class BodyTokens:
    """What one body handed over: its manifest, and a frame that keeps `config.frames.TOKENS`.

    A lazy frame is read one column at a time, and never as a whole.
    """

    manifest: TokenManifest
    tokens: pl.DataFrame | pl.LazyFrame


class Column(NamedTuple):
    """One composite's tokens of one body's rows.

    Attributes:
        tokens: shape (rows,); 0 where there is none.
        held: shape (rows,), whether there is one.
    """

    tokens: Words
    held: NDArray[np.bool_]


@dataclass(frozen=True)
class Source:
    """Where the token columns of one body's rows come from.

    Attributes:
        tokens: the body's frame.
        order: which of its rows are taken, and in which order; None takes all as they lie.
    """

    tokens: pl.LazyFrame
    order: NDArray[np.uint32] | None

    def column(self, name: str) -> Column:
        """One column of the rows taken."""
        read = self.tokens.select(tokens=pl.col(name).fill_null(0), held=pl.col(name).is_not_null()).collect()
        column = Column(read["tokens"].to_numpy(), read["held"].to_numpy())
        return column if self.order is None else Column(column.tokens[self.order], column.held[self.order])


@dataclass(frozen=True)
class Records:
    """All bodies' token rows side by side, in an order that input order does not change.

    Attributes:
        bodies: names, in alphabetical order.
        unique: shape (bodies,), whether each of the body's clients is one person.
        client_body: shape (clients,), the body of each client; ascending.
        client_id: shape (clients,), record ids; ascending within a body.
        row_client: shape (rows,), the client of each row; ascending.
        row_start: shape (bodies + 1,), where each body's rows start and the last one's stop.
        composites: token columns by name, each with its parts.
        sources: where each body's tokens come from.
    """

    bodies: tuple[str, ...]
    unique: NDArray[np.bool_]
    client_body: NDArray[np.int64]
    client_id: pl.Series
    row_client: NDArray[np.int64]
    row_start: NDArray[np.int64]
    composites: dict[str, tuple[str, ...]]
    sources: tuple[Source, ...]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Clients of each body."""
        return np.bincount(self.client_body, minlength=len(self.bodies))

    @property
    def clients(self) -> pl.DataFrame:
        """`body` and `record_id` of each client."""
        body = pl.Series(list(self.bodies), dtype=pl.String).gather(self.client_body)
        return pl.DataFrame({"body": body, "record_id": self.client_id})

    @property
    def rows(self) -> int:
        """Rows of all bodies."""
        return int(self.row_client.size)

    def columns(self, composite: str) -> list[Column]:
        """One composite's tokens, body by body."""
        return [source.column(composite) for source in self.sources]


def comparable(records: Records, refused: Sequence[tuple[str, str]]) -> NDArray[np.bool_]:
    """Pairs of bodies that may be linked: shape (bodies, bodies), with the diagonal where clients may repeat."""
    allowed = np.ones((len(records.bodies), len(records.bodies)), dtype=np.bool_)
    np.fill_diagonal(allowed, ~records.unique)
    at = {name: place for place, name in enumerate(records.bodies)}
    for one, other in refused:
        if one in at and other in at:
            allowed[at[one], at[other]] = allowed[at[other], at[one]] = False
    return allowed


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

    Rows of one client that hold the same tokens are kept once. Bodies hand their rows over sorted by record id;
    if one did not, its rows are put in order.

    Raises:
        BundleError: the bundles do not belong together, or one is not what its manifest says.
    """
    agree([body.manifest for body in bodies])
    ordered = sorted(bodies, key=lambda body: body.manifest.body)
    names = sorted(ordered[0].manifest.composites) if ordered else []
    taken = [_taken(body, names) for body in ordered]
    clients = [0, *np.cumsum([each.client_id.len() for each in taken]).tolist()]
    return Records(
        bodies=tuple(body.manifest.body for body in ordered),
        unique=np.array([body.manifest.unique_clients for body in ordered], dtype=np.bool_),
        client_body=np.repeat(np.arange(len(taken)), [each.client_id.len() for each in taken]),
        client_id=pl.concat([pl.Series("record_id", dtype=pl.String), *(each.client_id for each in taken)]),
        row_client=np.concatenate(
            [np.empty(0, np.int64), *(each.client + clients[place] for place, each in enumerate(taken))]
        ),
        row_start=np.array([0, *np.cumsum([each.client.size for each in taken]).tolist()], dtype=np.int64),
        composites={name: ordered[0].manifest.composites[name] for name in names},
        sources=tuple(each.source for each in taken),
    )


@dataclass(frozen=True)
class _Taken:
    """One body's rows: record ids of its clients, the client of each row, and where the tokens come from."""

    client_id: pl.Series
    client: NDArray[np.int64]
    source: Source


def _taken(body: BodyTokens, names: Sequence[str]) -> _Taken:
    """Check one bundle's frame against its manifest, and take its rows in order."""
    manifest, tokens = body.manifest, body.tokens.lazy()
    _check_columns(manifest, tokens)
    keys = tokens.select(TOKENS.key).collect()
    if keys.height != manifest.rows:
        raise BundleError(manifest.body, f"holds {keys.height:,} rows, its manifest says {manifest.rows:,}")
    if keys.null_count().sum_horizontal().sum():
        raise BundleError(manifest.body, "record_id and row do not name each row once")
    ids, order = keys["record_id"], None
    if not ids.is_sorted():
        order = ids.arg_sort().to_numpy()
        keys = keys[order]
        ids = keys["record_id"]
    first = (ids != ids.shift(1)).fill_null(value=True)
    if not first.all():
        repeated = ~(first & first.shift(-1, fill_value=True))
        if keys.filter(repeated).is_duplicated().any():
            raise BundleError(manifest.body, "record_id and row do not name each row once")
        kept = np.flatnonzero(_once(tokens, names, order, first, repeated))
        order = (kept if order is None else order[kept]).astype(np.uint32)
        first = first.gather(kept)
        ids = ids.gather(kept)
    client_id = ids.filter(first)
    if client_id.len() != manifest.clients:
        raise BundleError(manifest.body, "has not the number of clients its manifest says")
    return _Taken(client_id, first.cast(pl.Int64).cum_sum().to_numpy() - 1, Source(tokens, order))


def _once(
    tokens: pl.LazyFrame,
    names: Sequence[str],
    order: NDArray[np.uint32] | None,
    first: pl.Series,
    repeated: pl.Series,
) -> NDArray[np.bool_]:
    """Which rows stay when rows of one client with the same tokens are kept once: shape (rows,).

    Only clients with several rows are looked at. The first row of a client always stays.
    """
    at = np.flatnonzero(repeated.to_numpy())
    source = Source(tokens, (at if order is None else order[at]).astype(np.uint32))
    mixer = Mixer(at.size)
    for name in names:
        mixer.add(*source.column(name))
    rows = pl.DataFrame({"client": first.cum_sum().gather(at), "tokens": mixer.numbers()})
    kept = np.ones(first.len(), dtype=np.bool_)
    kept[at] = rows.select(pl.struct("client", "tokens").is_first_distinct()).to_series().to_numpy()
    return kept


def _check_columns(manifest: TokenManifest, tokens: pl.LazyFrame) -> None:
    columns = tokens.collect_schema()
    wanted = {**TOKENS.columns, **dict.fromkeys(manifest.composites, pl.UInt64())}
    wrong = sorted(name for name, kind in wanted.items() if columns.get(name) != kind)
    surplus = len(set(columns) - set(wanted))
    if wrong or surplus:
        raise BundleError(
            manifest.body, f"columns missing or of another type: {', '.join(wrong) or 'none'}; surplus: {surplus}"
        )
