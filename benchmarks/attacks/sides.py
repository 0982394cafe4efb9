"""What each side of an attack looks at: who shares which token, and which tokens are missing.

The encoded side and the attacker's list are brought into one form by one function. A token's value is never
part of it: of the encoded side only equality counts, because the key hides everything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from anonymise.alike import alike
from benchmarks.attacks.mixing import GOLDEN, Flags, Hashes, Numbers, mixed, number


@dataclass(frozen=True)
class Versions:
    """Versions of clients, each feature as a number that is equal exactly if the text is.

    Attributes:
        hashes: feature to one number per version, 0 where there is none; each shape (versions,).
        record: which record each version is of, shape (versions,).
        body: of each record, shape (records,).
        person: of each record, shape (records,). The truth; only `claims.score` looks at it.
    """

    hashes: Mapping[str, Hashes]
    record: Numbers
    body: Numbers
    person: Numbers


@dataclass(frozen=True)
class Column:
    """One composite on one side.

    Attributes:
        held: which rows have a token, shape (rows,).
        rows: rows whose token another row has too, group by group.
        group: the token of each of these, numbered from 0, ascending; same shape.
        starts: where each group begins in these.
        value: of each group, the hash of its plain text. The truth; only scoring looks at it.
    """

    held: Flags
    rows: Numbers
    group: Numbers
    starts: Numbers
    value: Hashes

    @property
    def sizes(self) -> Numbers:
        """Rows of each group."""
        return np.diff(np.append(self.starts, len(self.rows)))


@dataclass(frozen=True)
class Side:
    """One side: rows of records, as a linkage unit sees them.

    Attributes:
        record: of each row, shape (rows,).
        body: of each record, shape (records,).
        person: of each record, as in `Versions`.
        columns: composite to its column.
    """

    record: Numbers
    body: Numbers
    person: Numbers
    columns: dict[str, Column]

    @property
    def records(self) -> int:
        """Number of records."""
        return len(self.person)

    @property
    def simple(self) -> bool:
        """Whether each record has one row, with its own number."""
        return len(self.record) == len(self.person)


def side(
    versions: Versions, composites: Mapping[str, Sequence[str]], most_clients: int, hidden: Flags | None = None
) -> Side:
    """The structure of the tokens, as a body would send them.

    A token that more than `most_clients` records of one body share is withheld; equal rows of one record
    stand once; a row without any token goes where its record has another (all as `anonymise.encode` does).

    Args:
        versions: what the bodies hold.
        composites: token column to its levels.
        most_clients: of bodies that hide nothing.
        hidden: of each body, whether it sends no token twice and no row that stands out, as a body with unique
            clients does under `strict`; none does if not given.
    """
    body = versions.body[versions.record]
    hides = np.zeros(int(versions.body.max(initial=-1)) + 1, dtype=bool) if hidden is None else hidden
    most = np.where(hides, 1, most_clients)[body]
    lacking = np.empty((len(versions.record), len(composites)), dtype=bool)
    for place, parts in enumerate(composites.values()):
        lacking[:, place] = _withheld(token_values(versions.hashes, parts), versions.record, body, most)
    for each in np.flatnonzero(hides):
        rows = np.flatnonzero(body == each)
        lacking[rows] = alike(lacking[rows], pl.Series(versions.record[rows]))
    columns: dict[str, Column] = {}
    content = np.zeros(len(versions.record), dtype=np.uint64)
    for place, (name, parts) in enumerate(composites.items()):
        value = token_values(versions.hashes, parts)
        columns[name] = _column(value, lacking[:, place])
        content += np.where(columns[name].held, mixed(value + number(place)), np.uint64(0))
    whole = Side(versions.record, versions.body, versions.person, columns)
    kept = _distinct(versions.record, content)
    return whole if kept.all() else _only(whole, kept)


def side_of_tokens(tokens: pl.DataFrame) -> Side:
    """The same of a real bundle: keeps TOKENS. Who its people are is not known: `person` is 0 throughout."""
    records = tokens["record_id"].unique(maintain_order=True)
    place = pl.DataFrame({"record_id": records, "place": np.arange(len(records))})
    record = tokens.select("record_id").join(place, on="record_id", how="left", maintain_order="left")["place"]
    columns = {}
    for name in tokens.columns[2:]:
        given = tokens[name].is_not_null().to_numpy()
        value = np.where(given, mixed(tokens[name].fill_null(0).to_numpy()), np.uint64(0))
        columns[name] = _column(value, ~given)
    nobody = np.zeros(len(records), dtype=np.int64)
    return Side(record.to_numpy().astype(np.int64), nobody, nobody, columns)


def token_values(hashes: Mapping[str, Hashes], parts: Sequence[str]) -> Hashes:
    """One number per row for the values of these parts together; 0 where one is missing."""
    total = np.zeros(len(hashes[parts[0]]), dtype=np.uint64)
    missing = np.zeros(len(total), dtype=bool)
    for place, part in enumerate(parts):
        missing |= hashes[part] == 0
        total = mixed(total * GOLDEN + hashes[part] + number(place))
    total[missing] = 0
    return total


def _withheld(value: Hashes, record: Numbers, body: Numbers, most: Numbers) -> Flags:
    """Rows without a token: missing, or shared by more records of the row's body than that allows."""
    missing: Flags = value == 0
    common = _repeated(value[~missing], int(most.min(initial=1)))
    if not len(common):
        return missing
    rows = np.flatnonzero(_among(value, common) & ~missing)
    shared = pl.DataFrame({"value": value[rows], "body": body[rows], "record": record[rows], "row": rows})
    clients = shared.select(pl.col("record").n_unique().over("value", "body")).to_series().to_numpy()
    missing[rows[clients > most[rows]]] = True
    return missing


def _column(value: Hashes, missing: Flags) -> Column:
    held = ~missing
    rows = np.flatnonzero(held)
    common = _repeated(value[rows], 1)
    rows = rows[_among(value[rows], common)]
    rows = rows[np.argsort(value[rows], kind="stable")]
    kinds, starts, group = np.unique(value[rows], return_index=True, return_inverse=True)
    return Column(held, rows, group.astype(np.int64), starts.astype(np.int64), kinds)


def _repeated(values: Hashes, most: int) -> Hashes:
    """Values that stand more often than that, sorted, each once."""
    ranked = np.sort(values)
    if len(ranked) <= most:
        return ranked[:0]
    repeated: Hashes = np.unique(ranked[most:][ranked[most:] == ranked[: len(ranked) - most]])
    return repeated


def _among(values: Hashes, ranked: Hashes) -> Flags:
    if not len(ranked):
        return np.zeros(len(values), dtype=bool)
    found: Flags = ranked[np.minimum(np.searchsorted(ranked, values), len(ranked) - 1)] == values
    return found


def _distinct(record: Numbers, content: Hashes) -> Flags:
    """Rows that stay: each content of a record once, empty ones only where the record has nothing else."""
    frame = pl.DataFrame({"record": record, "content": content})
    some = frame.select((pl.col("content") != 0).any().over("record")).to_series().to_numpy()
    first = frame.select(pl.struct("record", "content").is_first_distinct()).to_series().to_numpy()
    return np.asarray(first & ((content != 0) | ~some))


def _only(whole: Side, kept: Flags) -> Side:
    """The side without some of its rows."""
    place = np.cumsum(kept) - 1
    columns = {}
    for name, column in whole.columns.items():
        stay = kept[column.rows]
        rows, group = place[column.rows[stay]], column.group[stay]
        sizes = np.bincount(group, minlength=len(column.value))
        several = sizes > 1
        among = several[group]
        renumbered = (np.cumsum(several) - 1)[group[among]]
        starts = np.flatnonzero(np.diff(renumbered, prepend=-1))
        columns[name] = Column(column.held[kept], rows[among], renumbered, starts, column.value[several])
    return replace(whole, record=whole.record[kept], columns=columns)
