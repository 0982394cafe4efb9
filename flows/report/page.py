"""The page: sections and figures, put into the template."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from config.notes import Notes
from config.settings import Project
from config.terms import Status, TableKind
from flows.release.contents import Contents
from flows.release.facts import facts
from flows.release.files import derived_tables
from flows.release.manifest import Facts
from flows.release.methods import quality_rows
from flows.release.tidy import tidy
from flows.report.bars import BAR
from flows.report.figures import HELD, MEANING, SHORTHAND
from flows.report.headlines import tiles
from flows.report.kinds import KINDS, Kind
from flows.report.labels import labels
from flows.report.tables import MOST_ROWS, NO_FIGURE, Shown, shown
from flows.report.template import fill


@dataclass(frozen=True)
class Section:
    """Tables of one kind."""

    anchor: str
    kind: Kind
    tables: tuple[Shown, ...]


def render(contents: Contents) -> str:
    """The report of a release, from its contents alone.

    Raises:
        ContractError: a table may not be released as it is.
        DisclosureError: the attack did not fail.
    """
    least = contents.project.disclosure.least_shown
    rows = {table.name: tidy(table, least_people=least) for table in contents.tables}
    beside = derived_tables(contents, rows)
    return render_page(facts(contents, rows, beside), rows, contents.project, beside, contents.notes)


def render_page(
    said: Facts,
    rows: Mapping[str, pl.DataFrame],
    project: Project,
    derived: Mapping[str, pl.DataFrame],
    notes: Notes | None = None,
) -> str:
    """One HTML file that needs nothing else: no script, no font, no picture, no address outside its folder.

    Args:
        said: the release's facts.
        rows: tidy frames by table name, as they stand in the release's files.
        project: for labels.
        derived: what is worked out from published rows, by name.
        notes: of a service designer: type of journey to step to text, to be escaped and shown apart from numbers.
    """
    words = labels(project)
    return fill(
        "flows.report",
        "report.html.j2",
        said=said,
        tiles=tiles(said.tables, rows, words),
        sections=[
            Section(
                anchor=str(kind).replace("_", "-"),
                kind=KINDS[kind],
                tables=tuple(
                    shown(rows[table.name], table, KINDS[kind], words)
                    for table in said.tables
                    if table.kind == kind
                ),
            )
            for kind in _kinds(said)
        ],
        derived=derived,
        notes=notes or {},
        quality=quality_rows(said),
        shorthand=[
            *([(HELD, MEANING[Status.HELD])] if any(table.held for table in said.tables) else []),
            *((SHORTHAND[status], MEANING[status]) for status in SHORTHAND),
        ],
        most_rows=MOST_ROWS,
        no_figure=NO_FIGURE,
        bar=BAR,
    )


def _kinds(said: Facts) -> list[TableKind]:
    present = {table.kind for table in said.tables}
    return [kind for kind in KINDS if kind in present]
