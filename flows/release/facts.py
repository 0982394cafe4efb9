"""What may be said beside the tables, and the checks that stop a release before a file is written."""

from collections.abc import Mapping, Sequence

import polars as pl

from config.errors import DisclosureError
from config.settings import Project
from config.tables import Dimension
from config.terms import ProfileName, Status, TableKind
from flows.audit.vocabulary import Verdict
from flows.release.contents import AttackFacts, Contents, Protected
from flows.release.manifest import (
    Attack,
    Counted,
    Facts,
    Linkage,
    ReleasedDimension,
    ReleasedTable,
    Rules,
    Withheld,
)
from flows.release.tidy import universes


def facts(contents: Contents, rows: Mapping[str, pl.DataFrame]) -> Facts:
    """The release's own account of itself.

    Args:
        contents: of the release.
        rows: the tidy frames of `contents.tables` by name.

    Raises:
        DisclosureError: the attack did not fail, or withheld cells stand without a reason.
    """
    _attack_failed(contents.attack)
    tables = tuple(_table(table, rows[table.name]) for table in contents.tables)
    project = contents.project
    return Facts(
        project=project.project.name,
        title=_line(project.project.title),
        period=project.project.period,
        synthetic=contents.synthetic,
        bodies={name: _line(body.title) for name, body in project.bodies.items()},
        tables=tables,
        rules=rules(project),
        disclosure=_withheld(contents, tables),
        attack=Attack(
            attacked=contents.attack.attacked,
            recovered=contents.attack.recovered,
            inside_protection=contents.attack.inside_protection,
            certainly_below=contents.attack.certainly_below,
            verdict=str(contents.attack.verdict),
        ),
        linkage=Linkage(
            profile=ProfileName(contents.linkage.profile),
            persons_about=two_figures(contents.linkage.persons),
            quality_percent={name: round(100 * part, 1) for name, part in contents.linkage.quality.items()},
        ),
        inputs=dict(sorted(contents.inputs.items())),
        config_digest=contents.config_digest,
        code_version=contents.code_version,
        compared=_compared(contents.tables),
    )


def rules(project: Project) -> Rules:
    """The limits of the project file, as a release states them."""
    return Rules(
        least_people=project.disclosure.least_people,
        least_bodies=project.disclosure.least_bodies,
        protection=project.disclosure.protection,
        refused_pairs=project.disclosure.refused_pairs,
        link_probability=project.linkage.least_probability,
        range_low=project.linkage.range_low,
        range_high=project.linkage.range_high,
    )


def _compared(tables: Sequence[Protected]) -> tuple[str, ...]:
    """The earlier releases that every table was protected against."""
    said = [tuple(table.compared) for table in tables]
    return tuple(each for each in said[0] if all(each in others for others in said)) if said else ()


def two_figures(number: int) -> int:
    """The number, rounded down to two significant figures."""
    step = int(10 ** max(len(str(number)) - 2, 0))
    return number // step * step


def _attack_failed(attack: AttackFacts) -> None:
    found = {
        "recovered exactly": attack.recovered,
        "inside protection": attack.inside_protection,
        "certainly below the least number": attack.certainly_below,
    }
    if attack.verdict != Verdict.PASSED or any(found.values()):
        raise DisclosureError("the attack on the tables did not fail, so they are not staged", found)


def _table(table: Protected, frame: pl.DataFrame) -> ReleasedTable:
    counts = {status: frame.filter(pl.col("status") == status).height for status in Status}
    return ReleasedTable(
        name=table.name,
        title=_line(table.title),
        kind=TableKind(table.kind),
        dimensions=tuple(_dimension(each) for each in table.dimensions),
        rows=frame.height,
        published=counts[Status.PUBLISHED],
        confidential=counts[Status.CONFIDENTIAL],
        not_available=counts[Status.NOT_AVAILABLE],
        not_applicable=counts[Status.NOT_APPLICABLE],
        held=counts[Status.HELD],
        universes=tuple(Counted(universe=each, rows=rows) for each, rows in universes(table)),
    )


def _dimension(dimension: Dimension) -> ReleasedDimension:
    return ReleasedDimension(
        name=dimension.name,
        totalled=dimension.totalled,
        people_additive=dimension.people_additive,
        count_additive=dimension.count_additive,
        parents=dict(dimension.parents),
    )


def _withheld(contents: Contents, tables: Sequence[ReleasedTable]) -> Withheld:
    cells = sum(table.rows for table in tables)
    withheld = sum(table.confidential for table in tables)
    reasons = {reason: count for reason, count in contents.withheld.items() if count}
    if withheld and not reasons:
        raise DisclosureError("cells are withheld without a reason", {"cells": withheld})
    return Withheld(
        cells=cells,
        withheld=withheld,
        withheld_percent=round(100 * withheld / cells, 1) if cells else 0.0,
        reasons=veiled(reasons, contents.project.disclosure.least_people),
    )


def veiled(reasons: Mapping[str, int], least: int) -> dict[str, int | None]:
    """Reasons with their numbers, but no number for few cells: that would say which cell has which reason.

    As the sum is known from the tables, the hidden numbers must themselves sum to `least` or more.
    """
    shown: dict[str, int | None] = {}
    hidden = 0
    for reason, count in sorted(reasons.items(), key=lambda each: (each[1], each[0])):
        hide = count < least or 0 < hidden < least
        hidden += count if hide else 0
        shown[reason] = None if hide else count
    return dict(sorted(shown.items()))


def _line(label: str) -> str:
    """A title on one line, whatever the project file holds."""
    return " ".join(label.split())
