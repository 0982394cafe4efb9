"""What may be said beside the tables, and the checks that stop a release before a file is written."""

from collections.abc import Mapping, Sequence

import polars as pl

from anonymise.disclosure.methods import statement
from anonymise.disclosure.public import Statement
from config.derived import TITLES, Derived
from config.disclosure import DisclosureSettings
from config.errors import DisclosureError
from config.protection import PARAMETERS
from config.settings import Project
from config.tables import Dimension
from config.terms import ProfileName, Status, TableKind
from flows.audit.words import Verdict
from flows.notes import digest_of_notes
from flows.release.contents import AttackFacts, Contents, Protected
from flows.release.manifest import (
    Attack,
    Counted,
    DerivedTable,
    Facts,
    Linkage,
    Protection,
    ReleasedDimension,
    ReleasedTable,
    Rules,
    Withheld,
)
from flows.release.tidy import universes


def facts(
    contents: Contents, rows: Mapping[str, pl.DataFrame], derived: Mapping[str, pl.DataFrame] | None = None
) -> Facts:
    """The release's own account of itself.

    Args:
        contents: of the release.
        rows: the tidy frames of `contents.tables` by name.
        derived: what is worked out from them, by name.

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
            persons_below=persons_below(contents.linkage.persons, project.disclosure),
            quality_percent={name: round(100 * part, 1) for name, part in contents.linkage.quality.items()},
        ),
        inputs=dict(sorted(contents.inputs.items())),
        config_digest=contents.config_digest,
        code_version=contents.code_version,
        protection=_protection(contents.statement or statement(project.disclosure)),
        compared=_compared(contents.tables),
        derived=tuple(
            DerivedTable(name=Derived(each), title=TITLES[Derived(each)], rows=frame.height)
            for each, frame in (derived or {}).items()
        ),
        changed_since=contents.earlier_id or None,
        notes_digest=digest_of_notes(contents.notes),
        as_at=contents.as_at,
    )


def rules(project: Project) -> Rules:
    """The limits of the project file, as a release states them."""
    return Rules(
        least_people=project.disclosure.least_people,
        least_bodies=project.disclosure.least_bodies,
        protection=project.disclosure.protection,
        zeros=project.disclosure.zeros,
        refused_pairs=project.disclosure.refused_pairs,
        link_probability=project.linkage.least_probability,
        range_low=project.linkage.range_low,
        range_high=project.linkage.range_high,
        method=project.disclosure.method,
        parameters=_parameters(project.disclosure),
    )


def _parameters(settings: DisclosureSettings) -> dict[str, float]:
    """Of the method that was chosen; suppression has none."""
    chosen = getattr(settings, PARAMETERS.get(settings.method, ""), None)
    return {} if chosen is None else {name: float(value) for name, value in chosen.model_dump().items()}


def _protection(said: Statement) -> Protection:
    return Protection(
        method=said.method,
        does=said.does,
        guarantees=said.guarantees,
        leaves=said.leaves,
        widened=said.widened,
    )


def _compared(tables: Sequence[Protected]) -> tuple[str, ...]:
    """The earlier releases that every table was protected against."""
    said = [tuple(table.compared) for table in tables]
    return tuple(each for each in said[0] if all(each in others for others in said)) if said else ()


def persons_below(persons: int, disclosure: DisclosureSettings) -> int:
    """A limit of two significant figures that the number of persons is below.

    It leaves room: every cell holds fewer people than there are persons, and one that is withheld must be able
    to rise, as far as anyone knows, by what its protection asks.
    """
    room = persons + max(disclosure.protection, disclosure.least_people) + 1
    step = int(10 ** max(len(str(room)) - 2, 0))
    return -(-room // step) * step


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
        merged=dimension.merged,
        parents=dict(dimension.parents),
    )


def _withheld(contents: Contents, tables: Sequence[ReleasedTable]) -> Withheld:
    cells = sum(table.rows for table in tables)
    withheld = sum(table.confidential for table in tables)
    if withheld and not any(contents.withheld.values()):
        raise DisclosureError("cells are withheld without a reason", {"cells": withheld})
    return Withheld(
        cells=cells,
        withheld=withheld,
        withheld_percent=round(100 * withheld / cells, 1) if cells else 0.0,
    )


def _line(label: str) -> str:
    """A title on one line, whatever the project file holds."""
    return " ".join(label.split())
