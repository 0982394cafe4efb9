"""Candidate pairs: rows that share a token, each with the composites it shares.

Written once, for narwhals, and run on whichever engine holds the frames. Only joins on equality and sums: each
composite's tokens are joined, each row of the join says "this pair agrees on this composite", and all of a
pair's rows are added up as distinct powers of two. The sum is the pattern of agreement; no token is looked
at again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.terms import Manner
from linkage.bundles import Records, comparable
from linkage.crowds import among
from linkage.engine import Engine, Frame
from linkage.plan import WORD
from linkage.survey import Survey
from linkage.through_time import Carried, History, Kept, carried, crowd_table, row_table

Ints = NDArray[np.int64]

SPREAD: Final = 1 << 31
"""A pair of rows is the number left * SPREAD + right: one column to group by costs half of two."""

MOST_FRESH: Final = 0.25
"""If a larger share of the rows is new or has changed, looking for all pairs is less work."""


@dataclass(frozen=True)
class Candidates:
    """Pairs of rows that share a token.

    Attributes:
        left: row numbers, shape (pairs,); pairs ascend.
        right: row numbers of the partners; always of a later client.
        agree: shape (pairs, words), the composites on which a pair agrees, as bits; `WORD` in each word.
        present: shape (rows, words), the composites of which a row holds a token.
        left_out: composite to the number of pairs it did not give because too many shared one token.
        manner: whether all pairs were looked for, or only those of rows that are new or have changed.
        changed: clients known to have other rows than at the last linkage; None where that is not known.
        kept: for the next linkage, if this one is to keep anything.
    """

    left: Ints
    right: Ints
    agree: Ints
    present: Ints
    left_out: dict[str, int]
    manner: Manner
    changed: int | None
    kept: Kept | None


def candidates(
    records: Records,
    engine: Engine,
    *,
    most_pairs_per_token: int,
    refused: Sequence[tuple[str, str]] = (),
    history: History | None = None,
) -> Candidates:
    """All pairs of rows that share a token, are of different clients and may be linked.

    Pairs within a body are candidates only where its clients need not be unique. A token that would give
    more than `most_pairs_per_token` pairs gives none; other tokens may still give the same pairs.

    Args:
        records: rows of all bodies.
        engine: where pairs are found.
        most_pairs_per_token: bound on the pairs of one token.
        refused: names of bodies whose rows are never compared with each other.
        history: the last linkage; pairs of rows that have not changed since are taken from it.

    Raises:
        CapacityError: there are more pairs than the engine has room for.
    """
    survey = Survey(records, _partners(records, refused), most_pairs_per_token, engine.room, history is not None)
    manner, since = _since(survey, history)
    parts = _joins(survey, engine) if since is None else _fresh_joins(survey, engine, since.fresh)
    shared = engine.keep(chain([engine.take(_no_pairs(survey.words))], parts))
    earlier = [] if since is None else [since.pairs]
    pairs = pl.concat([_no_pairs(survey.words), *earlier, *_added(engine, shared, survey)])
    if since is not None:
        pairs = pairs.sort("pair")
    key = pairs["pair"].to_numpy()
    left, right = key // SPREAD, key % SPREAD
    other = records.row_client[left] != records.row_client[right]
    if not other.all():
        pairs, left, right = pairs.filter(pl.Series(other)), left[other], right[other]
    kept = None
    if history is not None:
        rows = row_table(records, survey.stands_for())
        kept = Kept(history.basis, rows, pairs, crowd_table(survey.crowds))
    return Candidates(
        left=left, right=right, agree=pairs.drop("pair").to_numpy(), present=survey.present,
        left_out=survey.left_out, manner=manner, changed=since.changed if since else None, kept=kept,
    )  # fmt: skip


def _since(survey: Survey, history: History | None) -> tuple[Manner, Carried | None]:
    """What is carried over from the last linkage, and if nothing, why."""
    if history is None:
        return Manner.FULL, None
    earlier = history.earlier
    if earlier is None:
        return Manner.FIRST, None
    if earlier.basis != history.basis:
        return Manner.SETTINGS, None
    for number in range(len(survey.records.composites)):
        survey.read(number)
    if not earlier.crowds.equals(crowd_table(survey.crowds)):
        return Manner.CROWDS, None
    since = carried(earlier, row_table(survey.records, survey.stands_for()), SPREAD)
    if since.fresh.sum() > MOST_FRESH * since.fresh.size:
        return Manner.MANY, None
    return Manner.INCREMENTAL, since


def _partners(records: Records, refused: Sequence[tuple[str, str]]) -> list[tuple[int, list[int]]]:
    """For each body that has any, the bodies its rows may pair with: later ones, and itself if not unique."""
    allowed = np.triu(comparable(records, refused))
    return [(body, np.flatnonzero(others).tolist()) for body, others in enumerate(allowed) if others.any()]


def _joins(survey: Survey, engine: Engine) -> Iterator[Frame]:
    """The joins of each composite's tokens; no more than one composite is read at a time."""
    for number in range(len(survey.records.composites)):
        frames = [engine.take(rows) for rows in survey.take(number)]
        for body, others in survey.partners:
            joined = _shared(frames[body], [frames[each] for each in others], within=body in others)
            yield _said(joined, number, survey.words)


def _fresh_joins(survey: Survey, engine: Engine, fresh: NDArray[np.bool_]) -> Iterator[Frame]:
    """The same, of pairs with a fresh row only: few enough for all composites to be joined at once."""
    near = pl.concat(
        [
            pl.DataFrame(schema={"token": pl.Int64, "row": pl.Int32, "fresh": pl.Boolean, "number": pl.Int32}),
            *(_near(survey, fresh, number) for number in range(len(survey.records.composites))),
        ]
    )
    start = survey.records.row_start
    frames = [
        engine.take(near.filter(pl.col("row").is_between(first, stop, closed="left")))
        for first, stop in pairwise(start.tolist())
    ]
    on = ["number", "token"]
    for body, others in survey.partners:
        left = frames[body].select(*on, left="row", fresh="fresh")
        right = nw.concat([frames[each].select(*on, right="row", new="fresh") for each in others])
        both = left.join(right, on=on, how="inner").filter(nw.col("fresh") | nw.col("new"))
        later = both.filter(nw.col("left") < nw.col("right")) if body in others else both
        yield later.select(
            pair=nw.col("left").cast(nw.Int64) * SPREAD + nw.col("right").cast(nw.Int64),
            **{f"word{word}": _bit(word, len(survey.records.composites)) for word in range(survey.words)},
        )


def _near(survey: Survey, fresh: NDArray[np.bool_], number: int) -> pl.DataFrame:
    """The rows of all bodies that share a token of one composite with a fresh row, fresh rows included."""
    columns = survey.read(number)
    tokens = np.concatenate([column.tokens.view(np.int64) for column in columns])
    held = np.concatenate([column.held for column in columns])
    found = np.flatnonzero(held & among(tokens, tokens[held & fresh]))
    found = found[~np.isin(tokens[found], survey.crowd(number).to_numpy())]
    return pl.DataFrame(
        {
            "token": tokens[found],
            "row": found.astype(np.int32),
            "fresh": fresh[found],
            "number": np.full(found.size, number, dtype=np.int32),
        }
    )


def _bit(word: int, composites: int) -> nw.Expr:
    """A composite's bit, from its number: nothing where it is of another word."""
    bit = nw.lit(0, dtype=nw.Int64)
    for number in range(word * WORD, min((word + 1) * WORD, composites)):
        bit = nw.when(nw.col("number") == number).then(nw.lit(1 << number % WORD, dtype=nw.Int64)).otherwise(bit)
    return bit


def _said(pairs: Frame, number: int, words: int) -> Frame:
    """Pairs that agree on one composite, with its bit in one word and nothing in the others."""
    bits = [1 << number % WORD if word == number // WORD else 0 for word in range(words)]
    return pairs.with_columns(*(nw.lit(bit, dtype=nw.Int64).alias(f"word{word}") for word, bit in enumerate(bits)))


def _shared(left: Frame, right: Sequence[Frame], *, within: bool) -> Frame:
    """Pairs of rows that hold the same token, as numbers; the later row is on the right.

    Args:
        left: rows of one body.
        right: rows of later bodies.
        within: whether the rows of the left body are among those on the right.
    """
    both = left.select("token", left="row").join(
        nw.concat([each.select("token", right="row") for each in right]), on="token", how="inner"
    )
    later = both.filter(nw.col("left") < nw.col("right")) if within else both
    return later.select(pair=nw.col("left").cast(nw.Int64) * SPREAD + nw.col("right").cast(nw.Int64))


def _ranges(survey: Survey, held: int) -> list[tuple[int, int]]:
    """Ranges of left rows that are added up one after the other, of about as many pairs each.

    A row has the more pairs, the more rows its body may pair with.

    Args:
        survey: the rows.
        held: rows of all joins together.
    """
    start = survey.records.row_start
    shards = max(1, -(-held // survey.room.most_added))
    rows = np.diff(start)
    weight = np.zeros(rows.size)
    for body, others in survey.partners:
        weight[body] = rows[body] * rows[others].sum()
    passed = np.concatenate([[0.0], np.cumsum(weight)])
    edges = np.interp(np.linspace(0.0, passed[-1], shards + 1), passed, start).astype(np.int64)
    edges[-1] = survey.records.rows
    return list(pairwise(edges.tolist()))


def _added(engine: Engine, shared: Frame, survey: Survey) -> Iterator[pl.DataFrame]:
    """The pairs of each range of left rows, once each, with the composites they share; ascending."""
    names = [f"word{word}" for word in range(survey.words)]
    count = 0
    ranges = _ranges(survey, int(engine.fetch(shared.select(nw.len()))[0, 0]))
    for start, stop in ranges:
        whose = (nw.col("pair") >= start * SPREAD) & (nw.col("pair") < stop * SPREAD)
        here = shared.filter(whose) if len(ranges) > 1 else shared
        added = here.group_by("pair").agg(*(nw.col(name).sum() for name in names))
        found = engine.fetch(added.with_columns(*(nw.col(name).cast(nw.Int64) for name in names))).sort("pair")
        count += found.height
        survey.fits(count)
        yield found


def _no_pairs(words: int) -> pl.DataFrame:
    return pl.DataFrame(schema={"pair": pl.Int64, **{f"word{word}": pl.Int64 for word in range(words)}})
