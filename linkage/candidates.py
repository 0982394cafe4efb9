"""Candidate pairs: rows that share a token, each with the composites it shares.

Written once, for narwhals, and run on whichever engine holds the frames. Only joins on equality and sums: each
composite's tokens are joined, each row of the join says "this pair agrees on this composite", and all of a
pair's rows are added up as distinct powers of two. The sum is the pattern of agreement; no token is looked
at again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.errors import CapacityError
from linkage.bundles import Records
from linkage.crowds import crowds
from linkage.engine import Engine, Frame
from linkage.mixing import Words
from linkage.plan import PER_PAIR, WORD, Room

Ints = NDArray[np.int64]
Rows = NDArray[np.int32]

SPREAD: Final = 1 << 31
"""A pair of rows is the number left * SPREAD + right: one column to group by costs half of two."""


@dataclass(frozen=True)
class Candidates:
    """Pairs of rows that share a token.

    Attributes:
        left: row numbers, shape (pairs,); pairs ascend.
        right: row numbers of the partners; always of a later client.
        agree: shape (pairs, words), the composites on which a pair agrees, as bits; `WORD` in each word.
        present: shape (rows, words), the composites of which a row holds a token.
        left_out: composite to the number of pairs it did not give because too many shared one token.
    """

    left: Ints
    right: Ints
    agree: Ints
    present: Ints
    left_out: dict[str, int]


def candidates(
    records: Records,
    engine: Engine,
    *,
    most_pairs_per_token: int,
    refused: Sequence[tuple[str, str]] = (),
) -> Candidates:
    """All pairs of rows that share a token, are of different clients and may be linked.

    Pairs within a body are candidates only where its clients need not be unique. A token that would give
    more than `most_pairs_per_token` pairs gives none; other tokens may still give the same pairs.

    Args:
        records: rows of all bodies.
        engine: where pairs are found.
        most_pairs_per_token: bound on the pairs of one token.
        refused: names of bodies whose rows are never compared with each other.

    Raises:
        CapacityError: there are more pairs than the engine has room for.
    """
    words = max(1, -(-len(records.composites) // WORD))
    present = np.zeros((records.rows, words), dtype=np.int64)
    left_out: dict[str, int] = {}
    partners = _partners(records, refused)
    shared = engine.keep(_joins(records, engine, partners, most_pairs_per_token, present, left_out))
    pairs = pl.concat(
        [_no_pairs(words), *_added(engine, shared, words, _ranges(records, engine, shared, partners))]
    )
    key = pairs["pair"].to_numpy()
    left, right = key // SPREAD, key % SPREAD
    other = records.row_client[left] != records.row_client[right]
    agree = pairs.drop("pair").to_numpy()
    if not other.all():
        left, right, agree = left[other], right[other], agree[other]
    return Candidates(left, right, agree, present, left_out)


def _partners(records: Records, refused: Sequence[tuple[str, str]]) -> list[tuple[int, list[int]]]:
    """For each body that has any, the bodies its rows may pair with: later ones, and itself if not unique."""
    barred = {frozenset(pair) for pair in refused}
    found = []
    for body, name in enumerate(records.bodies):
        others = [] if records.unique[body] else [body]
        others += [
            other
            for other in range(body + 1, len(records.bodies))
            if frozenset((name, records.bodies[other])) not in barred
        ]
        if others:
            found.append((body, others))
    return found


def _joins(
    records: Records,
    engine: Engine,
    partners: Sequence[tuple[int, list[int]]],
    most_pairs: int,
    present: Ints,
    left_out: dict[str, int],
) -> Iterator[Frame]:
    """The join of each composite's tokens, one after the other; no more than one composite is read at a time.

    Notes, in place, which rows hold a token of which composite, and how many pairs crowds would have given.
    """
    words = present.shape[1]
    yield engine.take(_no_pairs(words))
    for number, name in enumerate(records.composites):
        held = [
            _held(column, int(start))
            for column, start in zip(records.columns(name), records.row_start, strict=False)
        ]
        for _, row in held:
            present[row, number // WORD] |= 1 << number % WORD
        crowd = crowds([tokens.to_numpy() for tokens, _ in held], records.unique, most_pairs=most_pairs)
        left_out[name] = crowd.left_out
        _fits(int(crowd.expected), engine.room)
        frames = [engine.take(_rows(tokens, row, crowd.tokens)) for tokens, row in held]
        for body, others in partners:
            yield _shared(frames[body], [frames[each] for each in others]).with_columns(
                *(
                    nw.lit(1 << number % WORD if word == number // WORD else 0, dtype=nw.Int64).alias(
                        f"word{word}"
                    )
                    for word in range(words)
                )
            )


def _held(column: pl.Series, start: int) -> tuple[pl.Series, Rows]:
    """The tokens of a column, and the rows that hold them."""
    if not column.null_count():
        return column, np.arange(start, start + column.len(), dtype=np.int32)
    row = np.flatnonzero(column.is_not_null().to_numpy()) + start
    return column.drop_nulls(), row.astype(np.int32)


def _rows(tokens: pl.Series, row: Rows, crowd: Words) -> pl.DataFrame:
    """Tokens and their rows, less crowds. Tokens become signed, because Spark knows no others."""
    rows = pl.DataFrame({"token": tokens.reinterpret(signed=True), "row": row})
    if not crowd.size:
        return rows
    return rows.filter(~pl.col("token").is_in(pl.Series(crowd).reinterpret(signed=True).implode()))


def _shared(left: Frame, right: Sequence[Frame]) -> Frame:
    """Pairs of rows that hold the same token, as numbers; the later row is on the right."""
    both = left.select("token", left=nw.col("row").cast(nw.Int64)).join(
        nw.concat([each.select("token", right=nw.col("row").cast(nw.Int64)) for each in right]),
        on="token",
        how="inner",
    )
    return both.filter(nw.col("left") < nw.col("right")).select(pair=nw.col("left") * SPREAD + nw.col("right"))


def _fits(pairs: int, room: Room) -> None:
    """Refuse pairs that there is no room for, before they are made."""
    if pairs > room.most_pairs:
        memory = PER_PAIR * room.most_pairs
        raise CapacityError("pairs that share a token", pairs, PER_PAIR * pairs, memory)


def _ranges(
    records: Records, engine: Engine, shared: Frame, partners: Sequence[tuple[int, list[int]]]
) -> list[tuple[int, int]]:
    """Ranges of left rows that are added up one after the other, of about as many pairs each.

    A row has the more pairs, the more rows its body may pair with.
    """
    held = int(engine.fetch(shared.select(nw.len()))[0, 0])
    shards = max(1, -(-held // engine.room.most_added))
    rows = np.diff(records.row_start)
    weight = np.zeros(rows.size)
    for body, others in partners:
        weight[body] = rows[body] * rows[others].sum()
    passed = np.concatenate([[0.0], np.cumsum(weight)])
    edges = np.interp(np.linspace(0.0, passed[-1], shards + 1), passed, records.row_start).astype(np.int64)
    edges[-1] = records.rows
    return list(pairwise(edges.tolist()))


def _added(engine: Engine, shared: Frame, words: int, ranges: Sequence[tuple[int, int]]) -> Iterator[pl.DataFrame]:
    """The pairs of each range of left rows, once each, with the composites they share; ascending."""
    names = [f"word{word}" for word in range(words)]
    count = 0
    for start, stop in ranges:
        whose = (nw.col("pair") >= start * SPREAD) & (nw.col("pair") < stop * SPREAD)
        here = shared.filter(whose) if len(ranges) > 1 else shared
        added = here.group_by("pair").agg(*(nw.col(name).sum() for name in names))
        found = engine.fetch(added.with_columns(*(nw.col(name).cast(nw.Int64) for name in names))).sort("pair")
        count += found.height
        _fits(count, engine.room)
        yield found


def _no_pairs(words: int) -> pl.DataFrame:
    return pl.DataFrame(schema={"pair": pl.Int64, **{f"word{word}": pl.Int64 for word in range(words)}})
