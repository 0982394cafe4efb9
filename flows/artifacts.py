"""What the scheduler's page shows of a run: what its entries in the log say and its check, and nothing else.

Everything passes as facts of the log's own kinds: counts, ids, names and words of closed lists. Numbers of people
stand here as they stand in the log, suppressed and rounded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from config.errors import AuditError, PipelineError
from config.settings import Folders
from config.terms import Action, Status
from flows.audit.entry import Entry
from flows.audit.facts import Facts, run_failed
from flows.audit.kinds import A_NAME, AN_ID, COUNT, Fact, Kind
from flows.check.contents import Check, CheckVerdict
from flows.check.keep import read_last
from flows.context import Context
from flows.progress import say

Row = Mapping[str, int | str]
VERDICT: Final = Kind("verdict", lambda value, _: value in set(CheckVerdict))
CHECKED: Final[Mapping[str, Kind]] = {
    "table": A_NAME, "verdict": VERDICT, "cells": COUNT, "withheld": COUNT, "held": COUNT, "found": COUNT,
}  # fmt: skip
"""What may be said of a table's check."""

SECTIONS: Final = {
    Action.LINKED: ("Linkage", ("candidates", "candidates_left_out", "persons", "merges", "splits")),
    Action.MEASURED: ("Journeys", ("events", "journeys", "persons", "open_journeys", "events_without_person")),
    Action.ATTACKED: (
        "The attack",
        ("cells", "recovered", "inside_protection", "certainly_below", "verdict"),
    ),
}
"""Sections of the page that list facts of one entry, and which."""


@dataclass(frozen=True)
class Page:
    """What is known of a run.

    Attributes:
        project: its name.
        period: of the project.
        run: the run's id.
        least_people: the limit below which the log suppresses.
        facts: what the log says of the run, in order.
        check: each table's check, in order; none before tables are attacked.
        verdict: of the release as a whole; empty without a check.
        folders: where the project keeps things, as its file says.
    """

    project: str
    period: str
    run: str
    least_people: int
    facts: Sequence[Facts]
    check: Sequence[Row]
    verdict: str
    folders: Folders

    def __post_init__(self) -> None:
        """Refuse what the log could not say.

        Raises:
            AuditError: naming what is not of its kind.
        """
        whole = {"project": self.project, "run": self.run}
        _refuse(whole, {"project": A_NAME, "run": AN_ID})
        for row in self.check:
            _refuse(row, CHECKED)
        if self.verdict:
            _refuse({"verdict": self.verdict}, {"verdict": VERDICT})

    def of(self, action: Action) -> Sequence[Mapping[str, Fact]]:
        """What was said of an action."""
        return [each.values for each in self.facts if each.action is action]


def _refuse(said: Mapping[str, int | str], schema: Mapping[str, Kind]) -> None:
    if set(said) != set(schema):
        raise AuditError("a page of the scheduler has missing or surplus facts")
    for name, kind in schema.items():
        if not kind.holds(said[name], 0):
            raise AuditError(f"on a page of the scheduler, '{name}' is not of the kind '{kind.name}'")


def shown(context: Context, failure: PipelineError | None = None) -> None:
    """Put the run's page on the server, beside the flow that is running.

    Args:
        context: of the run.
        failure: what ended it, if something did.

    Raises:
        Exception: of Prefect, where the server cannot be reached.
    """
    from prefect.artifacts import create_markdown_artifact, create_table_artifact

    page = page_of(context, failure)
    key = f"{page.project}-{{}}".replace("_", "-").format
    create_markdown_artifact(
        markdown=markdown(page), key=key("run"), description=f"What run {page.run} did, in counts."
    )
    for name, rows, description in (
        ("arrivals", arrivals(page), "Files that came in, and the rules that they met."),
        ("suppression", page.check, "Cells of each table: withheld, held, and what the attack found."),
    ):
        if rows:
            create_table_artifact(table=[dict(row) for row in rows], key=key(name), description=description)


def page_of(context: Context, failure: PipelineError | None) -> Page:
    """The page of a run, from the log and from the check that the run wrote."""
    entries: Sequence[Entry] = [each for each in context.log.entries if each.run == context.run]
    facts = [each.facts for each in entries]
    if failure is not None:
        facts.append(run_failed(stage=failure.stage or "run", error=failure))
    check = _check(context) if any(each.action is Action.PROTECTED for each in facts) else None
    return Page(
        project=context.project.project.name,
        period=context.project.project.period,
        run=context.run,
        least_people=context.least_people,
        facts=facts,
        check=() if check is None else [_table(check, place) for place in range(len(check.tables))],
        verdict="" if check is None else str(check.verdict),
        folders=context.project.folders,
    )


def _check(context: Context) -> Check | None:
    try:
        return read_last(context.places)
    except PipelineError as error:
        say(f"  the check is not shown on the scheduler's page: {error}")
        return None


def _table(check: Check, place: int) -> Row:
    each = check.tables[place]
    return {
        "table": each.name,
        "verdict": str(each.verdict),
        "cells": each.tally.cells,
        "withheld": each.tally.withheld,
        "held": sum(row.status is Status.HELD for row in each.rows),
        "found": sum(each.found.values()),
    }


def arrivals(page: Page) -> Sequence[Row]:
    """One row for each file: rows in and out, and rules that the body's files of its kind passed and failed."""
    rules = {(each["body"], each["extract"]): each for each in page.of(Action.VALIDATED)}
    rows = []
    for each in page.of(Action.RECEIVED):
        judged = rules.get((each["body"], each["extract"]), {})
        rows.append(
            {
                "body": str(each["body"]),
                "extract": str(each["extract"]),
                "rows in": _cell(each["rows_in"]),
                "rows out": _cell(each["rows_out"]),
                "rules passed": _cell(judged.get("rules_passed", "")),
                "rules failed": _cell(judged.get("rules_failed", "")),
            }
        )
    return rows


def markdown(page: Page) -> str:
    """The page as a governance officer reads it."""
    lines = [f"# {page.project} {page.period}", "", *_outcome(page)]
    lines += _section(f"The check: {page.verdict.upper()}", page.check)
    for values in page.of(Action.PROTECTED)[-1:]:
        reasons = values["withheld"]
        if isinstance(reasons, Mapping):
            rows = [{"rule": _words(name), "cells": count} for name, count in reasons.items()]
            lines += _section(f"Withheld, of {values['cells']:,} cells", rows)
    lines += _section("What came in", arrivals(page))
    for action, (heading, names) in SECTIONS.items():
        for values in page.of(action)[-1:]:
            rows = [{"": _words(name), "count": _cell(values[name])} for name in names]
            lines += _section(heading, rows)
    lines += ["", "## Where to look", "", *_places(page), "", _footnote(page)]
    return "\n".join(lines) + "\n"


def _outcome(page: Page) -> Iterator[str]:
    failed, staged = page.of(Action.RUN_FAILED), page.of(Action.STAGED)
    yield f"Run `{page.run}`."
    yield ""
    for each in failed:
        yield (
            f"**It did not succeed**: stage `{each['stage']}` ended with `{each['error']}`, exit code "
            f"{each['exit_code']}. Earlier results are untouched."
        )
    for each in staged:
        yield (
            f"**Release `{each['release']}` is staged.** Somebody who did not run it may approve it: "
            f"`desirelines check project.toml {each['release']}`, then `desirelines release approve`."
        )
    if not failed and not staged:
        yield "**This zone's work is done.** Its bundles may be handed over."


def _places(page: Page) -> Iterator[str]:
    """Paths below the project's folder, on the machine that ran it."""
    folders = page.folders
    yield f"- the log: `{folders.log}/audit.jsonl`, read with `desirelines audit show`"
    for body in dict.fromkeys(str(each["body"]) for each in page.of(Action.VALIDATED)):
        yield f"- quality at arrival: `{folders.bodies}/{body}/docs/arrival.html`"
    for each in page.of(Action.STAGED):
        yield f"- the report: `{folders.releases}/staged/{each['release']}/report.html`"
        yield f"- the checker's page: `{folders.releases}/checks/{each['release']}/check.html`"
    if page.check and not page.of(Action.STAGED):
        yield f"- the checker's page: `{folders.analysis}/check.html`"


def _footnote(page: Page) -> str:
    least = page.least_people
    return (
        f"Numbers of people, and of what belongs to one person each, are shown as in the audit log: below {least} "
        f"as `<{least}`, otherwise rounded down to a multiple of {least}. No value of the data stands here."
    )


def _section(heading: str, rows: Iterable[Row]) -> Sequence[str]:
    held = list(rows)
    if not held:
        return []
    names = list(held[0])
    ruler = ["---:" if isinstance(held[0][name], int) else "---" for name in names]
    lines = [names, ruler, *([_escaped(row[name]) for name in names] for row in held)]
    return ["", f"## {heading}", "", *("| " + " | ".join(line) + " |" for line in lines)]


def _escaped(value: int | str) -> str:
    return f"{value:,}" if isinstance(value, int) else value.replace("<", "&lt;").replace("|", "\\|")


def _words(name: str) -> str:
    return name.replace("_", " ")


def _cell(value: object) -> int | str:
    """A count, a suppressed one or a word; lists and maps are no cell."""
    if not isinstance(value, int | str):
        raise AuditError("a page of the scheduler has a fact that is no cell")
    return value
