"""The page: verdict first, then what to look at, then the evidence."""

from dataclasses import dataclass
from importlib.resources import files

from flows.check import grids
from flows.check.contents import Check, TableCheck
from flows.check.words import ADVICE, VERDICTS, percent, sentence
from flows.report.drawing import Grid
from flows.report.labels import Labels
from flows.report.template import fill


@dataclass(frozen=True)
class Section:
    """One table of the release."""

    anchor: str
    said: TableCheck
    verdict: str
    sentences: tuple[str, ...]
    why: Grid
    categories: Grid
    cells: Grid
    left_out: int
    """Rows that the page does not show."""


def render_check(check: Check, labels: Labels) -> str:
    """One HTML file that needs nothing else: no script, no font, no address outside it."""
    return fill(
        "flows.check",
        "check.html.j2",
        style=files("flows.check").joinpath("check.css").read_text(encoding="utf-8"),
        said=check,
        verdict=VERDICTS[check.verdict],
        verdicts=VERDICTS,
        advice=ADVICE[check.verdict],
        sentences=[sentence(each, check) for each in check.reasons],
        sections=[_section(each, check, labels) for each in check.tables],
        found=sum(sum(each.found.values()) for each in check.attacks),
        tried=sum(sum(each.tried.values()) for each in check.attacks),
        grids=grids,
        percent=percent,
    )


def _section(table: TableCheck, check: Check, labels: Labels) -> Section:
    shown = grids.cells(table, check, labels)
    return Section(
        anchor=f"table-{table.name.replace('_', '-')}",
        said=table,
        verdict=VERDICTS[table.verdict],
        sentences=tuple(sentence(each, check) for each in table.reasons),
        why=grids.why(table.by_reason, f"{table.name}-why", table.title, "Rules against its cells"),
        categories=grids.categories(table, labels),
        cells=shown,
        left_out=len(table.rows) - len(shown.rows),
    )
