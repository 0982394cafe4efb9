"""Tables of the checker's page."""

from typing import Final

from config.terms import TOTAL, Status
from flows.check.contents import Cell, Check, Outlook, TableCheck, Tally
from flows.check.losses import EMPTY
from flows.check.words import BASES, FINDINGS, NOTHING, RULES, VERDICTS, distance, lost, outlook, percent
from flows.report.drawing import Grid, Row
from flows.report.figures import measured, share, whole
from flows.report.labels import Labels, head, plain

MOST_ROWS: Final = 500
"""Rows of a table that the page shows; the file holds all."""
MOST_CATEGORIES: Final = 10
SHOWN: Final = "shown"
"""In place of figures that are published but not told here."""


def every_table(check: Check) -> Grid:
    """All tables with their cells and verdicts."""
    rows = [((each.title, VERDICTS[each.verdict]), _tally(each.tally)) for each in check.tables]
    return Grid(
        "tables",
        "Overview",
        "All tables of the release",
        ("Table", "Verdict"),
        ("Cells", "Published", "Withheld", "By a rule", "To protect others", "Empty", "Share withheld"),
        (*rows, (("All tables", VERDICTS[check.verdict]), _tally(check.tally))),
    )


def why(found: dict[str, int], id_: str, topic: str, caption: str) -> Grid:
    """Rules against cells; the topic says of which table."""
    return Grid(
        id_, topic, caption, ("Rule",), ("Cells",),
        tuple(((plain(rule),), (f"{cells:,}",), (RULES.get(rule, NOTHING),)) for rule, cells in found.items()),
        ("What it means",),
    )  # fmt: skip


def findings(check: Check) -> Grid:
    """What each attack tried and found."""
    rows: list[Row] = []
    for attack in check.attacks:
        rows += [
            ((plain(attack.name), plain(what)), (f"{count:,}",), ("tried",))
            for what, count in attack.tried.items()
        ]
        rows += [
            ((plain(attack.name), plain(kind)), (f"{count:,}",), (FINDINGS.get(kind, NOTHING),))
            for kind, count in attack.found.items()
        ]
    return Grid(
        "attacks", "Attack", "What was tried, and what was found", ("Attack", "What"), ("How many",),
        tuple(rows), ("What it means",),
    )  # fmt: skip


def losses(check: Check) -> Grid:
    """Information lost in each table."""
    return Grid(
        "losses",
        "Information lost",
        "Lost against an unprotected release",
        ("Table",),
        ("Of cells", "Of people in cells", "Of counts", "Hellinger distance", "Mean relative distance"),
        tuple(
            (
                (each.title,),
                (
                    percent(100 * each.loss.cells),
                    lost(each.loss.people),
                    lost(each.loss.count),
                    distance(each.loss.hellinger),
                    distance(each.loss.relative),
                ),
                (
                    _basis(each.loss.people.basis, each.loss.people.over),
                    _basis(each.loss.count.basis, each.loss.count.over),
                ),
            )
            for each in check.tables
        ),
        ("People worked out", "Counts worked out"),
    )


def categories(table: TableCheck, labels: Labels) -> Grid:
    """Where the losses fall: the categories that lose most."""
    rows: list[Row] = []
    for dimension in table.dimensions:
        held = [each for each in table.by_category if each.dimension == dimension and each.withheld]
        rows += [
            (
                (head(dimension), labels.of(dimension, each.category)),
                (f"{each.cells:,}", f"{each.withheld:,}", share(each.withheld / each.cells)),
                ("yes" if each.withheld == each.cells else NOTHING,),
            )
            for each in held[:MOST_CATEGORIES]
        ]
    return Grid(
        f"{table.name}-categories", table.title, "Where the losses fall: categories that lose most",
        ("Dimension", "Category"), ("Cells", "Withheld", "Share withheld"), tuple(rows), ("Wholly withheld",),
    )  # fmt: skip


def cells(table: TableCheck, check: Check, labels: Labels) -> Grid:
    """The table as it will be published; where it is long, what calls for a look first."""
    chosen = sorted(range(len(table.rows)), key=lambda nth: (_rank(table.rows[nth]), nth))[:MOST_ROWS]
    told = check.release is not None
    return Grid(
        f"{table.name}-cells",
        table.title,
        f"The table as it {'will' if told else 'would'} be published, with the rules against withheld cells",
        tuple(head(each) for each in table.dimensions) or ("",),
        ("People", "Count", "Value"),
        tuple(_row(table.rows[nth], table, check, labels, told=told) for nth in sorted(chosen)),
        ("Why withheld", "How it stood the attack"),
    )


def _row(cell: Cell, table: TableCheck, check: Check, labels: Labels, *, told: bool) -> Row:
    names = tuple(labels.of(each, word) for each, word in zip(table.dimensions, cell.coordinates, strict=True))
    status = cell.status if cell.status in EMPTY else Status.PUBLISHED
    if status is Status.PUBLISHED and not told:
        figures: tuple[str, ...] = (SHOWN, SHOWN, SHOWN)
    else:
        figures = (
            whole(cell.people, status),
            whole(cell.count, status),
            measured(cell.value, cell.unit, status) or NOTHING,
        )
    said = [plain(each) for each in cell.reasons] + (["Rests on one body"] if cell.single_body else [])
    return names or ("All",), figures, ("; ".join(said) or NOTHING, outlook(cell.attack, check.protection))


def _rank(cell: Cell) -> tuple[int, int]:
    """Findings first, then withheld cells, then totals."""
    known = {"", *(str(each) for each in Outlook)}
    grave = 0 if cell.attack not in known else 1 if cell.kind else 2
    return grave, -sum(each == TOTAL for each in cell.coordinates)


def _tally(tally: Tally) -> tuple[str, ...]:
    held = tally.published + tally.withheld
    return (
        *(f"{each:,}" for each in (tally.cells, tally.published, tally.withheld, tally.primary,
                                   tally.complementary, tally.empty)),
        share(tally.withheld / held) if held else NOTHING,
    )  # fmt: skip


def _basis(basis: str, over: tuple[str, ...]) -> str:
    by = f", by {' and '.join(head(each).lower() for each in over)}" if over and basis != "unknown" else ""
    return BASES[basis] + by
