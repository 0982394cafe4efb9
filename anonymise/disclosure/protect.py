"""Tables of cells to tables that may be published."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from anonymise.disclosure.against_both import cover, few_apart
from anonymise.disclosure.apply import apply
from anonymise.disclosure.as_before import before_now, hold, marked, returned, with_figures
from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.checks import check_size, checked
from anonymise.disclosure.decide import DECISIONS, decisions, facts, reasons
from anonymise.disclosure.earlier import Release
from anonymise.disclosure.figures import exact_numerators, implied_numerators, named, quotients, shares
from anonymise.disclosure.held import Held, at, held
from anonymise.disclosure.numbers import exact, exactly, told
from anonymise.disclosure.numerators import few_above
from anonymise.disclosure.public import NOTHING_BESIDE, Beside, Protected
from anonymise.disclosure.rules import rules
from anonymise.disclosure.safety import safe
from anonymise.disclosure.space import Flags, Ints, Space, View, is_label, space
from anonymise.disclosure.steps import balanced, kept
from anonymise.disclosure.system import NEAR, Floats, System, capped, restricted, system
from anonymise.disclosure.zeros import check_zeros
from config.disclosure import DisclosureSettings
from config.tables import Table
from config.terms import Status


def protect(
    tables: Sequence[Table],
    settings: DisclosureSettings,
    *,
    beside: Beside = NOTHING_BESIDE,
    earlier: Sequence[Release] = (),
    period: str = "",
) -> Protected:
    """Withhold cells until nothing withheld can be worked out from all tables and earlier releases together.

    Args:
        tables: every table of the release; what is not protected together is not safe together.
        settings: the release's limits.
        beside: what the release will tell outside its tables.
        earlier: everything that was ever published of these people, in the order of publication.
        period: of the release.

    Raises:
        DisclosureError: the tables contradict themselves or each other, or break `checks`, or are too large.
    """
    check_size(tables)
    check_zeros(tables, settings)
    given = returned(checked(tables), earlier, settings, period=period)
    views = [_view(each) for each in given]
    joint = space(views)
    numerators = [exact_numerators(each.cells) for each in given]
    truth = np.nan_to_num(exact(*told(joint, [exactly(each.cells) for each in given], numerators)))
    against = [reasons(each, rules(settings)) for each in given]
    unsafe = _unsafe(given, joint, against, settings)
    blank = [_any(listed) for listed in against]
    holding = held(given, joint, truth, earlier, settings, period=period) if earlier else None
    then: list[pl.DataFrame] = []
    few_rows = [np.zeros(each.cells.height, dtype=np.bool_) for each in given]
    if holding is not None:
        # A row that stood before may have lost all its people since; it stands on so as not to tell.
        joint = replace(joint, peopled=joint.peopled & ~holding.before.stood)
        then = [
            before_now(each, place, holding, settings, period=period)
            for each, place in zip(given, joint.places, strict=True)
        ]
        holding = with_figures(holding, joint, then)
        unsafe = unsafe & ~holding.cells & ~holding.figures
        blank = [
            np.where(found["held"].to_numpy(), found["blank"].to_numpy(), hidden)
            for found, hidden in zip(then, blank, strict=True)
        ]
        few_rows = [
            _told_by_share(each, figure, found, holding, settings, period=period)
            for each, figure, found in zip(given, joint.figures, then, strict=True)
        ]
        blank = [hidden | few for hidden, few in zip(blank, few_rows, strict=True)]

    same = balanced(views, joint)
    linear = system(joint, same if kept(same, truth[: 2 * joint.size]) else same[:0], settings)
    linear = capped(linear, beside.most_people)
    sticky, kept_as_were = np.zeros(joint.size, dtype=np.bool_), np.zeros(joint.size, dtype=np.bool_)
    if holding is not None:
        # Nobody may know that a row is empty now which was not: few people would have left it.
        linear = replace(linear, open_zero=linear.open_zero & ~holding.before.stood[linear.cell])
        sticky, kept_as_were = holding.sticky, holding.cells | holding.figures
    withheld, by_few = unsafe | sticky, np.zeros(joint.size, dtype=np.bool_)
    least, shown_in = 0, _shown_in(given, joint)
    covered: Flags | None = None
    settled = np.zeros(len(truth), dtype=np.bool_)
    first = True
    while True:
        before = [each.copy() for each in blank]
        unseen = _unseen(given, joint, blank) & ~kept_as_were
        if covered is None or np.any((withheld | unseen) & ~covered):
            found = cover(_unsettled(linear, settled), truth, withheld | unseen, holding, weight=shown_in)
            # What is withheld for other reasons later says nothing of how few cells the first rules need.
            least, first = found.least if first else least, False
            covered = found.withheld
            if holding is None:
                settled |= covered[linear.cell] & ~((truth == 0) & linear.open_zero)
        withheld = covered
        close = few_apart(joint, truth, withheld, holding, settings.least_people)
        by_few |= close
        withheld = withheld | by_few
        for table, place, figure, hidden in zip(given, joint.places, joint.figures, blank, strict=True):
            hidden |= _measured(table) & (at(withheld, place) | at(withheld, figure))
        if close.any() or not all(np.array_equal(*pair) for pair in zip(before, blank, strict=True)):
            continue
        doubtful = _doubtful(linear, truth, withheld, _ranges(given, joint, blank))
        if not np.any(doubtful):
            break
        linear, covered = replace(linear, open_zero=linear.open_zero & ~doubtful), None

    decided = [
        decisions(
            table,
            listed,
            pl.Series(hidden, dtype=pl.Boolean),
            pl.DataFrame(
                {"unsafe": at(unsafe, place), "by_few": at(by_few, place) | few, "before": at(sticky, place)}
            ),
        )
        for table, listed, hidden, place, few in zip(given, against, blank, joint.places, few_rows, strict=True)
    ]
    every = pl.concat([pl.DataFrame(schema=DECISIONS), *decided])
    shown = given if holding is None else tuple(hold(*pair) for pair in zip(given, then, strict=True))
    published = tuple(
        apply(table, pl.Series(hidden, dtype=pl.Boolean), pl.Series(at(withheld, whole), dtype=pl.Boolean))
        for table, hidden, whole in zip(shown, blank, joint.wholes, strict=True)
    )
    if holding is not None:
        published = tuple(marked(*each, holding.names) for each in zip(published, given, then, strict=True))
    return Protected(published, every, replace(facts(given, every, published), least_withheld=least))


def _view(table: Table) -> View:
    names = [each.name for each in table.dimensions]
    rows = table.cells.with_columns(shares(table))
    return View(
        table.name,
        table.kind,
        table.dimensions,
        rows.select("universe", "status", *names),
        figures=named(table.kind, table.dimensions, rows, quotients(table.cells)),
        people_only=table.people_only,
        zeros_stand=table.zeros_stand,
        parts_of=table.parts_of,
        within=table.within,
        alone=table.alone,
        apart=table.apart,
    )


def _unsettled(linear: System, settled: Flags) -> System:
    """The system without a need to make safe what was made safe before.

    What was possible stays possible however many more cells are withheld. That does not hold for what an attacker
    believes who knows earlier releases.
    """
    width, reach = np.where(settled, 0.0, linear.width), np.where(settled, 0.0, linear.reach)
    return replace(linear, width=width, reach=reach)


def _told_by_share(
    table: Table, figure: Ints, found: pl.DataFrame, holding: Held, settings: DisclosureSettings, *, period: str
) -> Flags:
    """Rows whose share would tell how few came to be above the line, or the true number of a held numerator."""
    rows = table.cells.with_columns(shares(table))
    few, _ = few_above(table.kind, table.dimensions, rows, holding.rows, settings, period=period)
    anew: Flags = ~found["held"].to_numpy() & _measured(table)
    return anew & (few | at(holding.cells, figure))


def _unsafe(
    tables: Sequence[Table], joint: Space, against: Sequence[pl.Series], settings: DisclosureSettings
) -> Flags:
    """Cells that a rule is against.

    Where several figures rest on one cell, a reason against one figure is none against the others, but it is
    one against the numerator of that figure.
    """
    of_figures = [each.name for each in rules(settings) if each.figure]
    unsafe = np.zeros(joint.size, dtype=np.bool_)
    for table, listed, place, figure in zip(tables, against, joint.places, joint.figures, strict=True):
        measured = _measured(table)
        telling = listed.list.set_difference(of_figures) if _labelled(table) else listed
        unsafe[place[measured & _any(telling)]] = True
        of_value = listed.list.set_intersection(of_figures)
        unsafe[figure[measured & _any(of_value) & (figure >= 0)]] = True
    return unsafe


def _shown_in(tables: Sequence[Table], joint: Space) -> Floats:
    """How many rows of all tables show each cell, as their own or as their numerator's."""
    rows = np.zeros(joint.size)
    for table, place, figure in zip(tables, joint.places, joint.figures, strict=True):
        np.add.at(rows, place[_measured(table) & (place >= 0)], 1.0)
        np.add.at(rows, figure[_measured(table) & (figure >= 0)], 1.0)
    return rows


def _unseen(tables: Sequence[Table], joint: Space, blank: Sequence[Flags]) -> Flags:
    """Cells that no row shows, neither as its own nor as its numerator's, and numerators of withheld rows.

    A numerator shows a cell that is a numerator's alone. Where rows tell the people of a cell, and all of these
    are withheld, its count is a withheld number, and no other row may tell it as its numerator. Nor may a table
    that counts the numerator of a row show it alone where the row is withheld for the cell it is of.
    """
    unseen = np.ones(joint.size, dtype=np.bool_)
    for table, place, figure, hidden in zip(tables, joint.places, joint.figures, blank, strict=True):
        seen = _measured(table) & ~hidden
        unseen[place[seen]] = False
        alone = figure[seen & (figure >= 0)]
        unseen[alone[joint.silent[alone]]] = False
    for table, figure, hidden in zip(tables, joint.figures, blank, strict=True):
        unseen[figure[_measured(table) & hidden & (figure >= 0)]] = True
    return unseen


def _ranges(tables: Sequence[Table], joint: Space, blank: Sequence[Flags]) -> tuple[Floats, Floats]:
    """What shown rows say of each number, least and greatest: of a numerator not more than its value does."""
    shown = [_measured(table) & ~hidden for table, hidden in zip(tables, blank, strict=True)]
    frames = [
        exactly(each.cells).with_columns(pl.when(pl.Series(rows)).then(pl.all()))
        for each, rows in zip(tables, shown, strict=True)
    ]
    numerators = [
        implied_numerators(each.cells, quotients(each.cells)).with_columns(pl.when(pl.Series(rows)).then(pl.all()))
        for each, rows in zip(tables, shown, strict=True)
    ]
    return told(joint, frames, numerators)


def _doubtful(linear: System, truth: Floats, withheld: Flags, ranges: tuple[Floats, Floats]) -> Flags:
    """Withheld numbers that are 0 and may be known to be, if only they could be: their bounds say otherwise.

    That nothing is counted may be known. But where an attacker cannot tell 0 from a small number, it is the
    small number that he comes close to, and 0 needs as much room as any other. He knows of a number that is shown
    by a rounded value alone no more than that value says.
    """
    hidden = withheld[linear.cell]
    doubtful = np.zeros(len(truth), dtype=np.bool_)
    if not np.any(hidden & linear.open_zero & (truth == 0) & (linear.width > 0)):
        return doubtful
    low, high = np.minimum(ranges[0], truth), np.maximum(ranges[1], truth)
    free = hidden | (np.isfinite(low) & np.isfinite(high) & (high - low > NEAR))
    known = replace(
        linear,
        least=np.where(hidden, linear.least, np.maximum(linear.least, low)),
        most=np.where(hidden, linear.most, np.minimum(linear.most, high)),
        width=np.where(hidden, linear.width, 0.0),
        reach=np.where(hidden, linear.reach, 0.0),
    )
    low, high = bounds(restricted(known, truth, free))
    unsure = (high > 0) & ~safe(low, high, known.width[free], known.reach[free])
    doubtful[free] = unsure & linear.open_zero[free] & (truth[free] == 0) & hidden[free]
    return doubtful


def _labelled(table: Table) -> bool:
    return any(is_label(table.kind, each) for each in table.dimensions)


def _measured(table: Table) -> Flags:
    flags: Flags = (table.cells["status"] == Status.PUBLISHED).to_numpy()
    return flags


def _any(listed: pl.Series) -> Flags:
    flags: Flags = (listed.list.len() > 0).to_numpy()
    return flags
