"""The attack from release to release: by difference, and by taking one release's numbers for another's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.belief import Belief, believed, doubted, nearest
from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.earlier import Past, Release, cell_keys, keys, past, rows_of
from anonymise.disclosure.findings import BETWEEN, EARLIER, FOUND, coordinates
from anonymise.disclosure.numbers import exact, exactly, told
from anonymise.disclosure.numerators import few_above
from anonymise.disclosure.public import NOTHING_BESIDE, Beside, ProtectedTable
from anonymise.disclosure.safety import safe
from anonymise.disclosure.seen import attacked, implied, quotients_of, rows_of_table, view, wanted_of, wholes_of
from anonymise.disclosure.space import Flags, Ints, Space, View, space
from anonymise.disclosure.steps import balanced, kept
from anonymise.disclosure.sums import members, rests
from anonymise.disclosure.system import NEAR, Floats, System, bounded, narrowed, restricted, system
from config.settings import DisclosureSettings
from config.terms import Status

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

    def of_numbers(self, of_cells: Flags) -> Flags:
        """A flag of cells for their people and counts, of all variables; false for others."""
        flags = np.zeros(len(self.low), dtype=np.bool_)
        flags[: 2 * self.joint.size] = np.tile(of_cells, 2)
        return flags


def known(
    release: Release, others: Sequence[Release], settings: DisclosureSettings, beside: Beside = NOTHING_BESIDE
) -> Known:
    """What a release says, and what others showed of its cells."""
    every = (*release.tables, *beside.tables)
    views = [*map(view, release.tables), *(replace(view(each), partial=True) for each in beside.tables)]
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
        others=rows,
        of_cells=of_cells,
    )


def held_apart(whole: System, held: Flags, settings: DisclosureSettings) -> System:
    """The system in which a held number must not be told from the true one too closely."""
    of = held[whole.cell]
    needed = float(min(settings.protection, settings.least_people - 1))
    return replace(whole, width=np.where(of, needed, whole.width), reach=np.where(of, 0.0, whole.reach))


def told_apart(seen: Known, low: Floats, high: Floats, settings: DisclosureSettings) -> pl.DataFrame:
    """Held numbers of which it follows from the release alone by how much they have changed.

    Args:
        seen: the release.
        low: bounds on every variable.
        high: as `low`.
        settings: the limits.
    """
    shown, held = seen.shown, seen.held_variables
    needed = min(settings.protection, settings.least_people - 1)
    flags = held & (high - low < needed) & ((low > shown + NEAR) | (high < shown - NEAR))
    return _listed(seen, flags, low, high, BETWEEN)


def differences(seen: Known, settings: DisclosureSettings) -> pl.DataFrame:
    """Groups of few people that are the difference of two shown numbers, or of sums of them.

    A number shown anew may differ by few people from one shown before, or from one that is held and holds it or
    is in it; or what a total leaves to its withheld parts may have changed by few.
    """
    least, size = settings.least_people, seen.joint.size
    anew = ~np.isnan(seen.people) & ~seen.held
    now = pl.DataFrame({"cell": np.arange(size), "people_now": seen.people, "count_now": seen.count})
    few = (
        seen.before.numbers.join(now.filter(pl.Series(anew)), on="cell")
        .with_columns(
            by_people=(pl.col("people") - pl.col("people_now")).abs(),
            by_count=(pl.col("count") - pl.col("count_now")).abs(),
        )
        .filter((pl.col("by_people") < least) & ((pl.col("by_people") > 0) | (pl.col("by_count") > 0)))
        .group_by("cell")
        .agg(pl.col("by_people").min(), pl.col("by_count").min())
    )
    flags, apart = np.zeros(len(seen.low), dtype=np.bool_), np.zeros(len(seen.low))
    for layer, each in enumerate(("by_people", "by_count")):
        at = layer * size + few["cell"].to_numpy()
        apart[at] = few[each].to_numpy()
        flags[at] = apart[at] > 0

    pairs = seen.joint.nested
    if len(pairs):
        by = np.abs(seen.people[pairs[:, 0]] - seen.people[pairs[:, 1]])
        kept = seen.held[pairs]
        close = (by > 0) & (by < least) & kept.any(axis=1) & ~kept.all(axis=1)
        at = pairs[close, 1]
        apart[at], flags[at] = by[close], True
    exactly_now = np.where(seen.held, np.nan, seen.people)
    relations = seen.joint.relations
    for relation, change in rests(relations, exactly_now, seen.before.by_release(), least).items():
        rest = members(relations, relation)
        first = rest[np.isnan(exactly_now[rest])][0]
        apart[first], flags[first] = change, True
    return _listed(seen, flags, apart, apart, BETWEEN)


def by_shares(seen: Known, settings: DisclosureSettings, *, period: str) -> pl.DataFrame:
    """Numerators of shares that changed by few people since a share was shown before."""
    flags, apart = np.zeros(len(seen.low), dtype=np.bool_), np.zeros(len(seen.low))
    for table, figure in zip(seen.tables, seen.joint.figures, strict=True):
        if table.quotients is None:
            continue
        rows = pl.concat([rows_of_table(table), table.quotients], how="horizontal")
        few, by = few_above(table.kind, table.dimensions, rows, seen.others, settings, period=period)
        told = few & (figure >= 0)
        at = seen.joint.size + figure[told]
        flags[at], apart[at] = True, by[told]
    return _listed(seen, flags, apart, apart, BETWEEN)


def with_belief(
    seen: Known,
    whole: System,
    values: tuple[Floats, Floats, Ints],
    settings: DisclosureSettings,
    *,
    thorough: bool,
    possible: Floats | None = None,
) -> pl.DataFrame:
    """Withheld numbers that follow once numbers of other releases are believed to hold for this one.

    Args:
        seen: the release.
        whole: its system, narrowed by what it says.
        values: people and count of other releases to be believed in, NaN where there are none, and of which
            releases; what is shown as held is believed anyway.
        settings: the limits.
        thorough: as in `attack`.
        possible: a point that contradicts nothing, as in `believed`.
    """
    size, near = seen.joint.size, settings.least_people - 1
    open_ended = np.isnan(exact(seen.low, seen.high))
    held = seen.held_variables
    people, count, when = values
    others = np.full(len(held), np.nan)
    others[: 2 * size] = np.concatenate([people, count])
    value = np.where(held, seen.shown, np.where(open_ended, others, np.nan))
    if np.all(np.isnan(value)):
        return pl.DataFrame(schema=FOUND)
    taken = ~seen.held & ~np.isnan(value[:size])
    # Whoever heeds earlier releases shows a withheld cell only once it has changed; whoever does not, at any time.
    turned = seen.before.changed(seen.people, seen.count, withheld=not taken.any())
    is_people = np.arange(len(held)) < size
    belief = Belief(
        value,
        np.where(held, whole.least, np.where(is_people, value - near, -np.inf)),
        np.where(held, whole.most, np.where(is_people, value + near, np.inf)),
        doubted(whole, np.where(taken, when, turned)),
    )
    low, high = believed(whole, (seen.low, seen.high), belief, possible)
    target = seen.wanted & ~seen.of_numbers(seen.held | seen.before.shown) & open_ended
    free = high - low > NEAR
    aimed = replace(
        whole,
        least=low,
        most=high,
        width=np.where(target, whole.width, 0.0),
        reach=np.where(target, whole.reach, 0.0),
    )
    inside = restricted(aimed, np.where(free, 0.0, low), free)
    least, most = low.copy(), high.copy()
    if (target & free).any():
        loose, around = free & held, None
        if loose.any():
            point = nearest(whole, low, high, np.where(held, seen.shown, np.nan) if possible is None else possible)
            around = (point[free], loose[free])
        least[free], most[free] = bounds(inside, thorough=thorough, around=around)
    unsafe = ~safe(least, most, whole.width, whole.reach)
    return _listed(seen, target & unsafe, least, most, EARLIER)


def stood_in(seen: Known, places: Sequence[int]) -> Flags:
    """Cells with a row in other releases at these places of their order; shape (cells,)."""
    return past(seen.of_cells, seen.joint.size, seen.others.filter(pl.col("release").is_in(places))).stood


def unchanged(seen: Known, rows: pl.DataFrame) -> tuple[Floats, Floats, Ints]:
    """People and count last shown as new in rows of other releases, NaN where there are none, and where."""
    told_new = rows.filter(~pl.col("held"))
    return past(seen.of_cells, seen.joint.size, told_new).last()


def old_releases(
    today: Release, earlier: Sequence[Release], settings: DisclosureSettings, *, thorough: bool
) -> list[pl.DataFrame]:
    """Numbers withheld in an earlier release that follow from numbers which others show.

    A release that was protected against another one shows of a cell that the other withheld only what differs
    visibly from all that it can have been; so nothing of it is believed.
    """
    everything = [*earlier, today]
    found = []
    for order, release in enumerate(earlier):
        heeded = set(_compared(release))
        others = [
            each
            for place, each in enumerate(everything)
            if place != order and each.name not in heeded and release.name not in _compared(each)
        ]
        if not others:
            continue
        # Numbers of the releases that follow are taken before those of releases before it, the next one first.
        after = [each for each in everything[order + 1 :] if each in others]
        before = [each for each in everything[:order] if each in others]
        seen = known(release, [*before, *reversed(after)], settings)
        values = unchanged(seen, seen.others)
        hidden = np.isnan(seen.people)
        if not (hidden & ~np.isnan(values[0])).any():
            continue
        same, told_exactly = balanced(seen.views, seen.joint), exact(seen.low, seen.high)
        joint = replace(seen.joint, peopled=np.zeros(seen.joint.size, dtype=np.bool_)) if heeded else seen.joint
        linear = system(joint, same if kept(same, told_exactly[: 2 * joint.size]) else NO_PAIRS, settings)
        linear = bounded(narrowed(linear, *seen.numbers), seen.low, seen.high)
        whole = held_apart(linear, seen.held, settings)
        rows = with_belief(seen, whole, values, settings, thorough=thorough)
        found.append(
            rows.with_columns(pl.format("{} of release {}", "table", pl.lit(release.name)).alias("table"))
        )
    return found


def _compared(release: Release) -> frozenset[str]:
    return frozenset(name for table in release.tables for name in table.compared)


def _listed(seen: Known, flags: Flags, low: Floats, high: Floats, kind: str) -> pl.DataFrame:
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
