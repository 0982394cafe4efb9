"""From protected tables and the attack on them to what the checker's page says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from anonymise.disclosure import Findings, Protected, ProtectedTable
from anonymise.disclosure.findings import coordinates
from config.disclosure import DisclosureSettings
from config.settings import Project
from config.tables import Table
from config.terms import Status, TableKind
from flows.check.contents import (
    Attack,
    Cell,
    Check,
    CheckReason,
    CheckVerdict,
    Outlook,
    Reason,
    TableCheck,
    Tally,
    verdict_of,
    worst,
)
from flows.check.losses import EMPTY, PUBLISHED, WITHHELD, by_category, loss, untold_loss
from flows.check.reasons import names_a_body, of_table
from flows.quality.showing import header

JOINT: Final = "bounds from all tables at once"
BOUNDED: Final = "withheld numbers bounded"
PRIMARY: Final = "primary"


@dataclass(frozen=True)
class Standing:
    """What a check is of, and what it is held against.

    Attributes:
        tables_digest: of the tables as they would be published, as the audit log has it.
        code_version: of desirelines.
        release: id of the staged release; None where nothing was staged.
        manifest: SHA-256 of its manifest, in hex.
        earlier: id of the release published last; None where none is known.
        earlier_tables: its tables and their dimensions.
        statements: sentences on what the method of protection guarantees and what it does not.
    """

    tables_digest: str
    code_version: str
    release: str | None = None
    manifest: str | None = None
    earlier: str | None = None
    earlier_tables: Mapping[str, Sequence[str]] | None = None
    statements: tuple[str, ...] = ()


def gather(
    tables: Sequence[Table],
    safe: Protected,
    findings: Findings | None,
    project: Project,
    standing: Standing,
    *,
    further: Sequence[Attack] = (),
    stopped: bool = False,
) -> Check:
    """Everything that the page says; the same for all withheld numbers that give the same published tables.

    Args:
        tables: as measured, in the order of `safe.tables`.
        safe: the same, protected.
        findings: of the attack on them; None where what is published contradicts itself.
        project: limits, bodies' titles.
        standing: of which release.
        further: other attacks, each with its own kinds of findings.
        stopped: whether the departure gate let the tables through.
    """
    settings = project.disclosure
    reasons = tuple(_of_release(findings, further, stopped=stopped))
    # Tables that do not hold are not shown: whoever reads the page could work out what the attack did.
    told = verdict_of(reasons) is not CheckVerdict.FAIL
    checked = tuple(
        _table(table, shown, safe.decisions, findings, settings, standing.earlier_tables, told=told)
        for table, shown in zip(tables, safe.tables, strict=True)
    )
    joint = [] if findings is None else [
        Attack(name=JOINT, tried={BOUNDED: findings.attacked}, found=dict(findings.counts))
    ]  # fmt: skip
    return Check(
        **header(project),
        kind="disclosure check",
        release=standing.release,
        manifest=standing.manifest,
        tables_digest=standing.tables_digest,
        page=None,
        earlier=standing.earlier,
        verdict=worst([verdict_of(reasons), *(each.verdict for each in checked)]),
        reasons=reasons,
        least_bodies=settings.least_bodies,
        protection=settings.protection,
        review=settings.review,
        statements=standing.statements,
        tally=_sum([each.tally for each in checked]),
        by_reason=dict(safe.facts.by_reason),
        attacks=(*joint, *further),
        tables=checked,
        code_version=standing.code_version,
    )


def _of_release(findings: Findings | None, further: Sequence[Attack], *, stopped: bool) -> list[Reason]:
    reasons = []
    if findings is None:
        reasons.append(Reason(reason=CheckReason.CONTRADICTION, found=1, limit=None))
    elif findings.verdict != "pass":
        reasons.append(Reason(reason=CheckReason.FINDING, found=sum(findings.counts.values()), limit=0))
    others = sum(sum(each.found.values()) for each in further)
    if others:
        reasons.append(Reason(reason=CheckReason.FINDING, found=others, limit=0))
    if stopped:
        reasons.append(Reason(reason=CheckReason.GATE, found=1, limit=None))
    return reasons


def _table(
    table: Table,
    shown: ProtectedTable,
    decisions: pl.DataFrame,
    findings: Findings | None,
    settings: DisclosureSettings,
    earlier: Mapping[str, Sequence[str]] | None,
    *,
    told: bool,
) -> TableCheck:
    decided = decisions.filter(pl.col("table") == table.name)
    bounds = None if findings is None else findings.bounds.filter(pl.col("table") == table.name)
    rows = _rows(table, shown, decided, bounds, told=told)
    tally = _tally(shown, decided)
    found = {} if bounds is None else _counted(bounds["finding"].drop_nulls())
    reasons = of_table(shown, tally, found, [each.single_body for each in rows], settings, earlier)
    return TableCheck(
        name=table.name,
        title=table.title,
        kind=TableKind(table.kind),
        dimensions=tuple(each.name for each in table.dimensions),
        verdict=verdict_of(reasons),
        reasons=reasons,
        tally=tally,
        by_reason=_counted(decided["reasons"].explode().drop_nulls()),
        found=found,
        loss=loss(table, shown, bounds, settings.protection) if told else untold_loss(shown),
        by_category=by_category(shown),
        rows=rows,
    )


def _rows(
    table: Table, shown: ProtectedTable, decided: pl.DataFrame, bounds: pl.DataFrame | None, *, told: bool
) -> tuple[Cell, ...]:
    names = [each.name for each in table.dimensions]
    places = shown.published.with_columns(coordinates=coordinates(table.dimensions))
    why = {tuple(where): (kind, tuple(said)) for _, where, said, kind in decided.iter_rows()}
    outlook = {} if bounds is None else _outlook(bounds)
    lone = _alone(table)
    cells = []
    for row in places.iter_rows(named=True):
        where = tuple(row["coordinates"])
        kind, reasons = why.get(where, ("", ()))
        status = Status(row["status"])
        untold = "" if not kind else Outlook.UNTRIED if bounds is None else Outlook.FIGURE
        cells.append(
            Cell(
                coordinates=tuple(row[name] for name in names),
                status=status,
                people=row["people"] if told else None,
                count=row["count"] if told else None,
                value=row["value"] if told else None,
                unit=row["unit"],
                kind=kind,
                reasons=reasons,
                attack=str(outlook.get(where, untold)),
                single_body=status not in EMPTY and where in lone,
            )
        )
    return tuple(cells)


def _outlook(bounds: pl.DataFrame) -> dict[tuple[str, ...], str]:
    """Coordinates to the gravest finding on any of the cell's numbers, or to `Outlook.SAFE`; no bound is told."""
    found: dict[tuple[str, ...], str] = {}
    for where, finding in bounds.select("coordinates", "finding").iter_rows():
        place = tuple(where)
        if finding is not None and found.get(place, Outlook.SAFE) == Outlook.SAFE:
            found[place] = finding
        found.setdefault(place, Outlook.SAFE)
    return found


def _alone(table: Table) -> set[tuple[str, ...]]:
    """Coordinates of cells that rest on one body; none in a table whose coordinates name bodies."""
    if any(names_a_body(each.name) for each in table.dimensions):
        return set()
    rows = table.cells.filter(pl.col("bodies") == 1).with_columns(coordinates=coordinates(table.dimensions))
    return {tuple(where) for where in rows["coordinates"].to_list()}


def _tally(shown: ProtectedTable, decided: pl.DataFrame) -> Tally:
    published, withheld = (shown.published.filter(each).height for each in (PUBLISHED, WITHHELD))
    primary = decided.filter(pl.col("kind") == PRIMARY).height
    return Tally(
        cells=shown.published.height,
        published=published,
        withheld=withheld,
        primary=primary,
        complementary=withheld - primary,
        empty=shown.published.height - published - withheld,
    )


def _sum(tallies: Sequence[Tally]) -> Tally:
    return Tally(**{name: sum(getattr(each, name) for each in tallies) for name in Tally.model_fields})


def _counted(words: pl.Series) -> dict[str, int]:
    """Word to how often it stands, in the order of words."""
    tally = words.rename("word").value_counts().sort("word")
    return {str(word): int(count) for word, count in tally.iter_rows()}
