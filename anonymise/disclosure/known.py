"""What one release says by itself, and what others showed of its cells."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.earlier import Release, cell_keys, certain, keys, rows_of
from anonymise.disclosure.findings import FOUND, coordinates
from anonymise.disclosure.nobody import nobody
from anonymise.disclosure.numbers import exact, exactly, told
from anonymise.disclosure.past import Interval, Past, past
from anonymise.disclosure.public import NOTHING_BESIDE, Beside, ProtectedTable
from anonymise.disclosure.seen import attacked, implied, quotients_of, view, wanted_of, wholes_of
from anonymise.disclosure.space import Flags, Ints, Space, View, space
from anonymise.disclosure.system import Floats, System
from config.disclosure import DisclosureSettings
from config.terms import Method, Status

NO_PAIRS: Final = np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True)
class Known:
    """What one release says by itself, and what others showed of its cells.

    Attributes:
        tables: of the release, and what it tells beside them.
        views: of these.
        joint: their space.
        numbers: what rows say of their own numbers, least and greatest of each variable.
        low: what each variable is at least, by everything in the release.
        high: what it is at most.
        targets: what `attacked` gives of each table.
        wanted: variables that withheld rows stand for.
        held: cells with a held number, shape (cells,).
        people: the number of people that each cell shows; NaN where it shows none.
        count: the same of things counted.
        before: what other releases showed of the cells.
        nobody: the last release that said of a cell that nobody is in it, -1 where none did, shape (cells,).
        others: their rows, `earlier.ROWS`.
        of_cells: `cell` and `key`.
    """

    tables: tuple[ProtectedTable, ...]
    views: tuple[View, ...]
    joint: Space
    numbers: tuple[Floats, Floats]
    low: Floats
    high: Floats
    targets: tuple[list[tuple[Ints, dict[str, Ints]]], ...]
    wanted: Flags
    held: Flags
    people: Floats
    count: Floats
    before: Past
    nobody: Ints
    others: pl.DataFrame
    of_cells: pl.DataFrame

    @property
    def shown(self) -> Floats:
        """The number that each variable's row shows, NaN where none; shape (variables,)."""
        numbers = np.full(len(self.low), np.nan)
        numbers[: 2 * self.joint.size] = np.concatenate([self.people, self.count])
        return numbers

    @property
    def held_variables(self) -> Flags:
        """Variables with a held number, shape (variables,)."""
        return self.of_numbers(self.held)

    @property
    def said(self) -> tuple[Interval, Interval]:
        """What is said of each cell's people and count, of held ones when their numbers were new; else NaN."""
        size, shown = self.joint.size, ~np.isnan(self.people)
        new = self.before.when_new(np.where(self.held, self.people, np.nan), self.count)
        own = tuple((self.low[at : at + size], self.high[at : at + size]) for at in (0, size))
        low, high, count_low, count_high = (
            np.where(self.held, then, np.where(shown, now, np.nan))
            for then, now in zip((*new[0], *new[1]), (*own[0], *own[1]), strict=True)
        )
        return (low, high), (count_low, count_high)

    def of_numbers(self, of_cells: Flags) -> Flags:
        """A flag of cells for their people and counts, of all variables; false for others."""
        flags = np.zeros(len(self.low), dtype=np.bool_)
        flags[: 2 * self.joint.size] = np.tile(of_cells, 2)
        return flags


def known(
    release: Release, others: Sequence[Release], settings: DisclosureSettings, beside: Beside = NOTHING_BESIDE
) -> Known:
    """What a release says, and what others showed of its cells."""
    every = (*certain(release).tables, *beside.tables)
    views = [*map(view, certain(release).tables), *(replace(view(each), partial=True) for each in beside.tables)]
    joint = space(views)
    rows_say = [implied(each, settings) for each in every]
    named = [keys(each.kind, each.dimensions, each.rows, release.period, settings) for each in views]
    of_cells = cell_keys(joint.places, named)
    rows = rows_of(others, settings)
    shown_low, _ = told(joint, [exactly(each.published) for each in every])
    shown = np.where(np.isfinite(shown_low), shown_low, np.nan)[: 2 * joint.size]
    shown[: joint.size][joint.silent] = np.nan
    held = np.zeros(joint.size, dtype=np.bool_)
    for table, place in zip(every, joint.places, strict=True):
        held[place[(table.published["status"] == Status.HELD).to_numpy() & (place >= 0)]] = True
    everything = told(joint, rows_say, quotients_of(every), wholes_of(every))
    targets = [
        attacked(table, place, figure, joint, np.isnan(exact(*everything)))
        for table, place, figure in zip(every, joint.places, joint.figures, strict=True)
    ]
    return Known(
        tables=every,
        views=tuple(views),
        joint=joint,
        numbers=told(joint, rows_say),
        low=everything[0],
        high=everything[1],
        targets=tuple(targets),
        wanted=wanted_of(targets, len(everything[0])),
        held=held,
        people=shown[: joint.size],
        count=shown[joint.size :],
        before=past(of_cells, joint.size, rows),
        nobody=nobody(every, joint.places, joint.size, release.period, others, settings),
        others=rows,
        of_cells=of_cells,
    )


def held_apart(whole: System, held: Flags, settings: DisclosureSettings) -> System:
    """The system in which a held number must not be told from the true one too closely."""
    of = held[whole.cell]
    needed = float(min(settings.protection, settings.least_people - 1))
    return replace(whole, width=np.where(of, needed, whole.width), reach=np.where(of, 0.0, whole.reach))


def heeded(table: ProtectedTable) -> tuple[str, ...]:
    """Names of the earlier releases by whose numbers a table holds and withholds: suppression alone does."""
    return table.compared if table.method is Method.SUPPRESSION else ()


def stood_in(seen: Known, places: Sequence[int]) -> Flags:
    """Cells with a row in other releases at these places of their order; shape (cells,)."""
    return past(seen.of_cells, seen.joint.size, seen.others.filter(pl.col("release").is_in(places))).stood


def unchanged(seen: Known, rows: pl.DataFrame) -> tuple[Interval, Interval, Ints]:
    """What rows of other releases last said as new of people and count, NaN where nothing, and which."""
    told_new = rows.filter(~pl.col("held"))
    people, count, when = past(seen.of_cells, seen.joint.size, told_new).last()
    empty = np.isnan(people[0]) & (seen.nobody >= 0)
    for each in (*people, *count):
        each[empty] = 0.0
    return people, count, np.where(empty, seen.nobody, when)


def listed_once(seen: Known, flags: Flags, low: Floats, high: Floats, kind: str) -> pl.DataFrame:
    """The rows of flagged variables, each cell in the first table that has it."""
    frames = [pl.DataFrame(schema=FOUND)]
    listed, size = np.zeros(len(flags), dtype=np.bool_), seen.joint.size
    for table, place, figure in zip(seen.tables, seen.joint.places, seen.joint.figures, strict=True):
        where = table.published.select(coordinates=coordinates(table.dimensions))["coordinates"]
        for name, first, cells in (("people", 0, place), ("count", size, place), ("numerator", size, figure)):
            at: Ints = first + cells
            rows = np.sort(np.unique(cells, return_index=True)[1])
            rows = rows[(cells[rows] >= 0) & flags[at[rows]] & ~listed[at[rows]]]
            listed[at[rows]] = True
            found = {"coordinates": where.gather(rows), "low": low[at[rows]], "high": high[at[rows]]}
            frames.append(
                pl.DataFrame(found).select(
                    pl.lit(table.name).alias("table"),
                    "coordinates",
                    pl.lit(name).alias("counted"),
                    "low",
                    "high",
                    pl.lit(kind).alias("finding"),
                )
            )
    return pl.concat(frames)
