"""Which entry may follow which: work happens in an open run, and nothing goes out unattacked or unapproved."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from config.errors import AuditError
from config.terms import Action
from flows.audit.entry import Entry
from flows.audit.vocabulary import Verdict

WORK: Final = frozenset(
    {
        Action.RECEIVED,
        Action.VALIDATED,
        Action.ENCODED,
        Action.LINKED,
        Action.MEASURED,
        Action.PROTECTED,
        Action.ATTACKED,
        Action.STAGED,
    }
)
"""Actions that only an open run may take."""


class Ended(StrEnum):
    """How a run ended, if it did."""

    NOT = "not closed"
    CLOSED = "closed"
    FAILED = "failed"


@dataclass(frozen=True)
class Run:
    """One run, as far as the log tells.

    Attributes:
        run: its id.
        opened: number of the entry that opened it; of the last one, where it was killed and taken up again.
        at: time of that entry.
        runner: who ran it.
        ended: how it ended.
    """

    run: str
    opened: int
    at: str
    runner: str
    ended: Ended = Ended.NOT


class Order:
    """What the entries so far allow the next one to be.

    The rules:

    1. A run is opened before it works, and ends closed or failed. It may be opened again (a killed run taken
       up), but not once it is closed.
    2. A release is staged only from tables whose last attack was passed, and recovered nothing.
    3. It is approved only after the run that staged it is closed, and by somebody else than that run's runner.
       Staging it again ends an approval.
    4. It is published only under the manifest that was approved, and only while the approval stands.
    """

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self.runs: dict[str, Run] = {}
        self._safe: dict[str, bool] = {}
        self._staged: dict[str, str] = {}
        self._approved: dict[str, str] = {}

    def admit(self, entry: Entry) -> None:
        """Take the next entry.

        Raises:
            AuditError: it may not follow; nothing is changed.
        """
        problem = self._problem(entry)
        if problem:
            raise AuditError(f"'{entry.action}' may not stand here: {problem}", entry=entry.seq)
        self._take(entry)

    def _problem(self, entry: Entry) -> str:
        values, action = entry.facts.values, entry.action
        run, release = self.runs.get(entry.run), str(values.get("release"))
        is_open = run is not None and run.ended is Ended.NOT
        if action is Action.RUN_OPENED:
            return "the run is closed already" if run is not None and run.ended is Ended.CLOSED else ""
        if action in WORK | {Action.RUN_CLOSED, Action.RUN_FAILED} and not is_open:
            return "its run is not open"
        if action is Action.STAGED and not self._safe.get(str(values["tables"]), False):
            return "no attack on these tables was passed"
        if action is Action.APPROVED:
            return self._problem_with_approval(release, str(values["approver"]))
        if action is Action.PUBLISHED and self._approved.get(release) != values["manifest"]:
            return "the release is not approved under this manifest"
        return ""

    def _problem_with_approval(self, release: str, approver: str) -> str:
        staged_by = self.runs.get(self._staged.get(release, ""))
        if staged_by is None:
            return "the release is not staged"
        if staged_by.ended is not Ended.CLOSED:
            return "the run that staged the release is not closed"
        return "the release is approved by its runner" if staged_by.runner == approver else ""

    def _take(self, entry: Entry) -> None:
        values, run = entry.facts.values, entry.run
        release = str(values.get("release"))
        match entry.action:
            case Action.RUN_OPENED:
                self.runs[run] = Run(run, entry.seq, entry.at, str(values["runner"]))
            case Action.RUN_CLOSED:
                self.runs[run] = replace(self.runs[run], ended=Ended.CLOSED)
            case Action.RUN_FAILED:
                self.runs[run] = replace(self.runs[run], ended=Ended.FAILED)
            case Action.ATTACKED:
                self._safe[str(values["tables"])] = attack_was_passed(entry)
            case Action.STAGED:
                self._staged[release] = run
                self._approved.pop(release, None)
            case Action.APPROVED:
                self._approved[release] = str(values["manifest"])
            case Action.REFUSED | Action.WITHDRAWN:
                self._approved.pop(release, None)
            case _:
                pass


def attack_was_passed(entry: Entry) -> bool:
    """Whether an entry 'attacked' says that the attacker got too close to no cell."""
    values = entry.facts.values
    too_close = (values["recovered"], values["inside_protection"], values["certainly_below"])
    return values["verdict"] == Verdict.PASSED and too_close == (0, 0, 0)


def runs_of(entries: Iterable[Entry]) -> dict[str, Run]:
    """Every run and how it ended, in the order of their last opening.

    Raises:
        AuditError: an entry may not stand where it stands.
    """
    order = Order()
    for entry in entries:
        order.admit(entry)
    return order.runs
