"""The page: sections and figures, put into the template."""

from collections.abc import Mapping

import polars as pl

from config.settings import Project
from config.terms import Status
from flows.release.contents import Contents
from flows.release.facts import facts
from flows.release.files import derived_tables
from flows.release.manifest import Facts
from flows.release.methods import quality_rows
from flows.release.tidy import tidy
from flows.report.bars import BAR
from flows.report.figures import HELD, MEANING, SHORTHAND
from flows.report.grids import NOBODY
from flows.report.headlines import tiles
from flows.report.journey_map import Notes
from flows.report.labels import labels
from flows.report.sections import sections
from flows.report.tables import MOST_ROWS
from flows.report.template import fill
from flows.report.why import NO_FIGURE


def render(contents: Contents) -> str:
    """The report of a release, from its contents alone.

    Raises:
        ContractError: a table may not be released as it is.
        DisclosureError: the attack did not fail.
    """
    least = contents.project.disclosure.least_shown
    rows = {table.name: tidy(table, least_people=least) for table in contents.tables}
    beside = derived_tables(contents, rows)
    return render_page(facts(contents, rows, beside), rows, contents.project, beside)


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
        notes: of service designers, by type of journey and step; shown as they are, and marked as qualitative.
    """
    words = labels(project)
    made = sections(said, rows, project, words, derived, notes or {})
    return fill(
        "flows.report",
        "report.html.j2",
        said=said,
        tiles=tiles(said.tables, rows, words),
        sections=made,
        quality=quality_rows(said),
        shorthand=[
            *([(HELD, MEANING[Status.HELD])] if any(table.held for table in said.tables) else []),
            *((SHORTHAND[status], MEANING[status]) for status in SHORTHAND),
        ],
        most_rows=MOST_ROWS,
        no_figure=NO_FIGURE,
        absent=NOBODY if any(shown.exhibits for each in made for shown in each.tables) else "",
        bar=BAR,
    )
