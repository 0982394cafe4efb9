"""What is told of a run: read from its entries in the log, so that nothing else can be told."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from config.errors import AuditError
from config.notifications import Event
from config.terms import Action
from flows.audit.entry import Entry
from flows.audit.kinds import A_NAME, A_PERIOD, AN_ERROR, AN_ID, COUNT, Fact, Kind, word
from flows.audit.words import Verdict
from flows.keys.next_period import Lack

SCHEMAS: Final[Mapping[Event, Mapping[str, Kind]]] = {
    Event.RUN_FAILED: {"run": AN_ID, "stage": A_NAME, "error": AN_ERROR, "exit_code": COUNT},
    Event.STAGED: {"run": AN_ID, "release": AN_ID},
    Event.ATTACK_FAILED: {"run": AN_ID, "recovered": COUNT, "inside_protection": COUNT, "certainly_below": COUNT},
    Event.SCHEDULE_MISSED: {"run": AN_ID, "minutes_late": COUNT, "left_out": COUNT},
    Event.RUN_REFUSED: {"error": AN_ERROR, "exit_code": COUNT},
    Event.KEY_LACKING: {"run": AN_ID, "key": A_NAME, "lack": word("lack", *Lack), "of": A_PERIOD, "days": COUNT},
}
"""The facts of each event, and nothing else; of the same kinds as those of the log."""

SUBJECTS: Final = {
    Event.RUN_FAILED: "the run did not succeed",
    Event.STAGED: "a release waits for approval",
    Event.ATTACK_FAILED: "the attack on the tables succeeded; nothing is staged",
    Event.SCHEDULE_MISSED: "a run started late",
    Event.RUN_REFUSED: "a scheduled run was refused",
    Event.KEY_LACKING: "a key for the next period is not there",
}
BODIES: Final = {
    Event.RUN_FAILED: "Run {run} ended in stage '{stage}' with {error} (exit code {exit_code}). Earlier results "
    "are untouched. What the error means stands in docs/reference/errors.md; the log tells how far the run came.",
    Event.STAGED: "Run {run} staged release {release}. Somebody who did not run it may look at it and decide:\n"
    "desirelines check project.toml {release}\ndesirelines release approve {release} --as NAME",
    Event.ATTACK_FAILED: "In run {run} the attack recovered {recovered} cells, came inside the protection of "
    "{inside_protection} and showed {certainly_below} to be below the limit. Nothing was staged. What to do:\n"
    "desirelines check project.toml last",
    Event.SCHEDULE_MISSED: "Run {run} started {minutes_late} minutes after it was due; {left_out} others that "
    "were due too are left out, since it does their work. Was the server or the machine down?",
    Event.RUN_REFUSED: "A scheduled run was refused before it began, or what it made could not be handed on: "
    "{error} (exit code {exit_code}). Earlier results are untouched. The sentence stands on the run's page in "
    "Prefect, and what it means in docs/reference/errors.md. Put it right, then start the run on that page.",
    Event.KEY_LACKING: "Period {of} begins in {days} days, and its key '{key}' is {lack}; without it, runs of "
    "that period are refused. What the key custodian can do stands in docs/how-to/keep-keys-for-years.md. "
    "Run {run} found it.",
}


@dataclass(frozen=True)
class Notice:
    """One message.

    Attributes:
        event: what happened.
        project: the project's name.
        period: of the project; empty where its file does not tell.
        facts: what may be said of it.

    Raises:
        AuditError: the facts are not exactly those of the event.
    """

    event: Event
    project: str
    period: str
    facts: Mapping[str, Fact]

    def __post_init__(self) -> None:
        """Refuse anything the schema does not know."""
        schema = SCHEMAS[self.event]
        if set(self.facts) != set(schema):
            raise AuditError(f"a notification '{self.event}' has missing or surplus facts")
        for name, kind in schema.items():
            if not kind.holds(self.facts[name], 0):
                raise AuditError(f"in a notification '{self.event}', '{name}' is not of the kind '{kind.name}'")

    @property
    def subject(self) -> str:
        """One line."""
        return f"desirelines, {f'{self.project} {self.period}'.rstrip()}: {SUBJECTS[self.event]}"

    @property
    def text(self) -> str:
        """What happened and what comes next."""
        return BODIES[self.event].format_map(dict(self.facts)) + "\n"

    def to_json(self) -> dict[str, object]:
        """The same for programs."""
        return {
            "kind": "desirelines notification", "event": str(self.event), "project": self.project,
            "period": self.period, "subject": self.subject, "text": self.text, "facts": dict(self.facts),
        }  # fmt: skip


def notices_of(entries: Sequence[Entry], project: str, period: str, on: Collection[Event]) -> Sequence[Notice]:
    """What there is to tell of a run that is over.

    Args:
        entries: those of the run.
        project: its name.
        period: its period.
        on: the events that somebody wants to be told of.
    """
    found = dict(_found(entries))
    if Event.ATTACK_FAILED in found and Event.ATTACK_FAILED in on:
        # One message of one failure, and the one that says more.
        found.pop(Event.RUN_FAILED, None)
    return [Notice(event, project, period, facts) for event, facts in found.items() if event in on]


def _found(entries: Sequence[Entry]) -> Iterator[tuple[Event, dict[str, Fact]]]:
    for entry in entries:
        said, run = entry.facts.values, entry.run
        if entry.action is Action.STAGED:
            yield Event.STAGED, {"run": run, "release": said["release"]}
        if entry.action is Action.ATTACKED and said["verdict"] != Verdict.PASSED:
            counts = ("recovered", "inside_protection", "certainly_below")
            yield Event.ATTACK_FAILED, {"run": run, **{name: said[name] for name in counts}}
        if entry.action is Action.RUN_FAILED:
            yield Event.RUN_FAILED, {"run": run, **{name: said[name] for name in ("stage", "error", "exit_code")}}
