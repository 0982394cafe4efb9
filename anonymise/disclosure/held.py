"""Cells that stay as they were published, because few people would be told apart by the change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from anonymise.disclosure.belief import Belief, believed, doubted, nearest
from anonymise.disclosure.earlier import (
    SHOWN_FIGURES,
    Past,
    Release,
    cell_keys,
    keys,
    past,
    row_keys,
    rows_of,
)
from anonymise.disclosure.public import ProtectedTable
from anonymise.disclosure.secondary import Cells, chosen
from anonymise.disclosure.since import since
from anonymise.disclosure.space import Flags, Ints, Space
from anonymise.disclosure.sums import members, rests
from anonymise.disclosure.system import NEAR, Floats, System
from config.frames import FIGURES
from config.settings import DisclosureSettings
from config.tables import Table
from config.terms import SHOWN, Status


@dataclass(frozen=True)
class Held:
    """What earlier releases mean for the cells of this one.

    Attributes:
        rows: `earlier.ROWS`.
        before: of the joint cells.
        cells: those that stay as they were published, shape (cells,).
        people: their people, as published; NaN elsewhere.
        count: their things counted.
        sticky: cells that were withheld, never shown, and may have changed too little to be shown now.
        figures: cells that are numerators of held rows alone. What the old values say of them was said before.
        least_people: of the settings.
        protection: of the settings.
        names: of the earlier releases.
    """

    rows: pl.DataFrame
    before: Past
    cells: Flags
    people: Floats
    count: Floats
    sticky: Flags
    figures: Flags
    least_people: int
    protection: int
    names: tuple[str, ...]

    def bounds(self, variables: int) -> tuple[Floats, Floats]:
        """What the rule says of the true people of held cells; infinite for all other variables."""
        near, low = self.least_people - 1, np.full(variables, -np.inf)
        high, size = -low, len(self.cells)
        low[:size] = np.where(self.cells, self.people - near, -np.inf)
        high[:size] = np.where(self.cells, self.people + near, np.inf)
        return low, high

    def shown(self, variables: int) -> Floats:
        """The held numbers; NaN for all other variables."""
        numbers = np.full(variables, np.nan)
        numbers[: 2 * len(self.cells)] = np.concatenate([self.people, self.count])
        return numbers


def held(
    tables: Sequence[Table],
    joint: Space,
    truth: Floats,
    earlier: Sequence[Release],
    settings: DisclosureSettings,
    *,
    period: str,
) -> Held:
    """Decide which cells stay as they were published, and which stay withheld.

    A cell stays as it was if some number published for it differs from the true one by fewer people than may be
    shown, the last such number being taken: no change at all is not told from a small one. A cell that was
    withheld and never shown stays withheld unless it has visibly changed: whatever it was then, it must differ
    now by as many people as may be shown.

    Args:
        tables: unprotected.
        joint: their space.
        truth: people, then counts of its cells.
        earlier: all earlier releases, in the order of publication.
        settings: the limits.
        period: of this release.
    """
    named = [keys(each.kind, each.dimensions, each.cells, period, settings) for each in tables]
    rows = rows_of(earlier, settings)
    of_cells = cell_keys(joint.places, named)
    before = past(of_cells, joint.size, rows)
    people, count = before.nearest(truth[: joint.size], settings.least_people)
    unsaid = before.hidden & (truth[: joint.size] >= settings.least_people)
    sticky = before.hidden.copy()
    if unsaid.any():
        sticky &= ~(unsaid & since(of_cells, truth[: joint.size], unsaid, earlier, settings))
    return Held(
        rows=rows,
        before=before,
        cells=~np.isnan(people),
        people=people,
        count=count,
        sticky=sticky,
        figures=np.zeros(joint.size, dtype=np.bool_),
        least_people=settings.least_people,
        protection=settings.protection,
        names=tuple(each.name for each in earlier),
    )


def returned(
    tables: Sequence[Table], earlier: Sequence[Release], settings: DisclosureSettings, *, period: str
) -> tuple[Table, ...]:
    """The tables, with an empty row wherever an earlier release has one and nobody is left.

    Such a row is withheld like one of few people: that it had gone would show that those few left.
    """
    return tuple(_returned(each, earlier, settings, period=period) for each in tables)


def _returned(table: Table, earlier: Sequence[Release], settings: DisclosureSettings, *, period: str) -> Table:
    names = [each.name for each in table.dimensions]
    own = pl.DataFrame({"key": row_keys(table.kind, table.dimensions, table.cells, period, settings)})
    found = []
    for release in earlier:
        for old in release.tables:
            if old.name != table.name or old.kind != table.kind or old.dimensions != table.dimensions:
                continue
            rows = old.published.with_columns(pl.Series("universe", old.universes, dtype=pl.String))
            then = rows.with_columns(
                row_keys(old.kind, old.dimensions, rows, release.period, settings).alias("key")
            )
            found.append(
                then.filter(pl.col("status").is_in([*SHOWN, Status.CONFIDENTIAL]))
                .join(own, on="key", how="anti")
                .select(*names, "universe", "unit", "key")
            )
    if not found:
        return table
    gone = pl.concat(found).unique("key", keep="first", maintain_order=True)
    zero, none = pl.lit(0, dtype=pl.Int64), pl.lit(None)
    said = {
        **dict.fromkeys(("people", "least_people", "bodies", "count"), zero),
        "coverage": pl.lit(0.0),
        "status": pl.lit(str(Status.PUBLISHED)),
    }
    empty = gone.select(
        pl.col(each) if each in ("universe", "unit", *names) else said.get(each, none).cast(kind).alias(each)
        for each, kind in table.cells.schema.items()
    )
    return replace(table, cells=pl.concat([table.cells, empty]))


def cover(linear: System, truth: Floats, withheld: Flags, holding: Held | None, *, weight: Floats) -> Cells:
    """The cells to withhold, so that nothing is given back by this release or by it and earlier ones.

    Two attackers are kept out. One knows of each held cell that it changed by fewer people than may be shown.
    The other believes that it did not change at all, as far as nothing that is published contradicts that.

    Args:
        linear: the system of all numbers.
        truth: their true values.
        withheld: cells withheld already.
        holding: what earlier releases mean; None where there are none.
        weight: what each cell counts for.

    Returns:
        The cells; how few they could be is not asked where earlier releases have a say.
    """
    if holding is None:
        return chosen(linear, truth, withheld, weight=weight)
    certain = _certain(linear, truth, holding)
    free = holding.cells | holding.figures
    of_held = free[certain.cell]
    while True:
        # What the second attacker cannot tell of a withheld number, the first, who believes less, cannot either.
        possible = _near_held(certain, truth, withheld | free, holding)
        hidden = _against_belief(certain, truth, withheld, holding, weight, possible)
        asked = replace(certain, width=certain.width * of_held, reach=np.zeros(len(truth)))
        asked = _unmoved(asked, truth, hidden | free, holding, possible)
        if asked.width.any():
            hidden = chosen(asked, truth, hidden | free, weight=weight).withheld & ~free
        if np.array_equal(hidden, withheld):
            return Cells(hidden, 0)
        # What more is withheld is seen by both attackers.
        withheld = hidden


def _certain(linear: System, truth: Floats, holding: Held) -> System:
    """The system with what the rule says of held cells.

    A held cell's true number must not be told from the shown one more closely than a withheld number; where the
    two are the same, there is nothing to tell.
    """
    low, high = holding.bounds(len(truth))
    of = (holding.cells | holding.figures)[linear.cell]
    shown = holding.shown(len(truth))
    told_apart = ~np.isnan(shown) & (truth != shown)
    needed = np.where(told_apart, float(min(holding.protection, holding.least_people - 1)), 0.0)
    return replace(
        linear,
        least=np.maximum(linear.least, low),
        most=np.minimum(linear.most, high),
        width=np.where(of, needed, linear.width),
        reach=np.where(of, 0.0, linear.reach),
    )


def _near_held(certain: System, truth: Floats, hidden: Flags, holding: Held) -> Floats:
    """A possible point near all held numbers; it shows of most of them that they may be the true ones."""
    open_ended, shown = hidden[certain.cell], holding.shown(len(truth))
    least, most = np.where(open_ended, certain.least, truth), np.where(open_ended, certain.most, truth)
    return nearest(certain, least, most, np.where(np.isnan(shown), truth, shown))


def _unmoved(certain: System, truth: Floats, hidden: Flags, holding: Held, possible: Floats) -> System:
    """The system without a need to hide those held numbers that may be the true ones, as far as can be known."""
    shown, needed = holding.shown(len(truth)), certain.width > 0
    settled = np.abs(possible - shown) <= NEAR
    if np.any(needed & ~settled):
        settled |= np.abs(_near_held(certain, truth, hidden, holding) - shown) <= NEAR
    return replace(certain, width=np.where(settled, 0.0, certain.width))


def _against_belief(
    certain: System, truth: Floats, hidden: Flags, holding: Held, weight: Floats, possible: Floats
) -> Flags:
    open_ended = (hidden | holding.cells | holding.figures)[certain.cell]
    known = (np.where(open_ended, -np.inf, truth), np.where(open_ended, np.inf, truth))
    size = len(hidden)
    shown = [
        np.where(holding.cells, kept, np.where(hidden, np.nan, now))
        for kept, now in ((holding.people, truth[:size]), (holding.count, truth[size : 2 * size]))
    ]
    belief = Belief(
        value=holding.shown(len(truth)),
        low=certain.least,
        high=certain.most,
        doubted=doubted(certain, holding.before.changed(*shown, withheld=True)),
    )
    low, high = believed(certain, known, belief, possible)
    point = nearest(certain, low, high, truth)
    of = (holding.cells | holding.figures)[certain.cell]
    system = replace(
        certain,
        least=np.where(of, low, certain.least),
        most=np.where(of, high, certain.most),
        width=np.where(of, 0.0, certain.width),
    )
    loose = np.zeros(len(hidden), dtype=np.bool_)
    loose[certain.cell[of & (high - low > NEAR)]] = True
    return chosen(system, point, hidden | loose, weight=weight).withheld & ~(holding.cells | holding.figures)


def few_apart(joint: Space, truth: Floats, withheld: Flags, holding: Held | None, least: int) -> Flags:
    """Cells to withhold because shown cells differ by few people.

    A shown whole may exceed a shown part by few; or what a total leaves to its withheld parts may have changed by
    few since an earlier release.

    Held cells count with the number they show. Where the part is held, the whole is withheld instead; where both
    are, an earlier release has shown as much.

    Returns:
        Shape (cells,).
    """
    people, kept = truth[: joint.size], np.zeros(joint.size, dtype=np.bool_)
    if holding is not None:
        people, kept = np.where(holding.cells, holding.people, people), holding.cells
    shown = ~withheld & ~joint.silent
    pairs = joint.nested[shown[joint.nested[:, 0]] & shown[joint.nested[:, 1]]]
    difference = people[pairs[:, 0]] - people[pairs[:, 1]]
    # Numbers of two times may differ either way; of one time, the whole is never smaller.
    few = (np.abs(difference) < least) & (difference != 0)
    whole, part = pairs[few, 0], pairs[few, 1]
    flags = np.zeros(joint.size, dtype=np.bool_)
    flags[np.where(kept[part], whole, part)] = True
    flags &= ~kept
    if holding is not None:
        exactly_now = np.where(withheld | kept | flags | joint.silent, np.nan, people)
        for relation in rests(joint.relations, exactly_now, holding.before.by_release(), least):
            every = members(joint.relations, relation)
            mine = every[~np.isnan(exactly_now[every])]
            flags[mine[np.argmin(truth[mine])]] = True
    return flags


def before_now(
    table: Table, place: Ints, holding: Held, settings: DisclosureSettings, *, period: str
) -> pl.DataFrame:
    """For each row of a table, what stays of it as it was published.

    Returns:
        In row order: `held` (its cell is), `blank` (this figure was withheld when the cell was last shown so),
        and `FIGURES` as they are to be shown where the row is held.
    """
    named = pl.DataFrame(
        {
            "cell": place,
            "row_key": row_keys(table.kind, table.dimensions, table.cells, period, settings),
            "value_now": table.cells["value"],
            "coverage_now": table.cells["coverage"],
            "low_now": table.cells["low"],
            "high_now": table.cells["high"],
            "people_now": table.cells["people"].cast(pl.Float64),
            "count_now": table.cells["count"].cast(pl.Float64),
        }
    ).with_columns(
        held=pl.Series(at(holding.cells, place)),
        people=pl.Series(_of(holding.people, place)),
        count=pl.Series(_of(holding.count, place)),
    )
    then = holding.rows.filter("shown").with_columns(pl.col("people", "count").cast(pl.Float64))
    figures = (
        then.sort("release")
        .unique(["row_key", "people", "count"], keep="last", maintain_order=True)
        .select("row_key", "people", "count", *SHOWN_FIGURES, was=pl.lit(value=True))
    )
    stood = holding.rows.select("row_key", stood=pl.lit(value=True)).unique("row_key")
    met = named.join(figures, on=["row_key", "people", "count"], how="left", maintain_order="left").join(
        stood, on="row_key", how="left", maintain_order="left"
    )
    was, stands = pl.col("was").fill_null(value=False), pl.col("stood").fill_null(value=False)
    same = (pl.col("people") == pl.col("people_now")) & (pl.col("count") == pl.col("count_now"))
    return met.select(
        "held",
        (pl.col("held") & ~was & stands).alias("blank"),
        pl.col("people", "count").fill_nan(None).round().cast(pl.Int64),
        *(
            pl.when(was).then(pl.col(each)).when(same).then(pl.col(f"{each}_now")).alias(each)
            for each in SHOWN_FIGURES
        ),
    )


def with_figures(holding: Held, joint: Space, then: Sequence[pl.DataFrame]) -> Held:
    """The same, with the numerators that held rows alone give.

    Args:
        holding: without them.
        joint: the space.
        then: of each table, what `before_now` gives.
    """
    flags = np.zeros(joint.size, dtype=np.bool_)
    for figure, found in zip(joint.figures, then, strict=True):
        rows = (found["held"] & ~found["blank"]).to_numpy() & (figure >= 0)
        flags[figure[rows]] = True
    return replace(holding, figures=flags & joint.silent)


def hold(table: Table, found: pl.DataFrame) -> Table:
    """The table with the figures of held rows as they were published."""
    mine = found.select(pl.all().name.prefix("then_"))
    cells = pl.concat([table.cells, mine], how="horizontal").with_columns(
        pl.when("then_held").then(pl.col(f"then_{each}")).otherwise(pl.col(each)).alias(each) for each in FIGURES
    )
    return replace(table, cells=cells.drop(mine.columns))


def marked(published: ProtectedTable, table: Table, found: pl.DataFrame, names: tuple[str, ...]) -> ProtectedTable:
    """The published table, its held rows marked."""
    columns = [*(each.name for each in table.dimensions), "universe"]
    held_rows = table.cells.select(columns).with_columns(found["held"])
    universe = pl.Series("universe", published.universes, dtype=pl.String)
    rows = published.published.with_columns(universe).join(
        held_rows, on=columns, how="left", maintain_order="left"
    )
    status = pl.when(pl.col("held") & (pl.col("status") == Status.PUBLISHED)).then(pl.lit(str(Status.HELD)))
    return replace(
        published,
        published=rows.with_columns(status=status.otherwise("status")).drop("universe", "held"),
        compared=names,
    )


def at(of_cells: Flags, place: Ints) -> Flags:
    """A flag of cells for each row of a table; rows that are no cells have none."""
    flags = np.zeros(len(place), dtype=np.bool_)
    flags[place >= 0] = of_cells[place[place >= 0]]
    return flags


def _of(numbers: Floats, place: Ints) -> Floats:
    found = np.full(len(place), np.nan)
    found[place >= 0] = numbers[place[place >= 0]]
    return found
