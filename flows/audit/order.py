"""Which entry may follow which: work happens in an open run, and nothing goes out unattacked or unapproved."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from config.errors import AuditError
from config.terms import Action
from flows.audit.behind import Behind
from flows.audit.entry import Entry
from flows.audit.passing import Passing
from flows.audit.register import Register
from flows.audit.signed_words import CHECK_VERDICTS, Reviewed
from flows.audit.statement import is_signed
from flows.audit.turns import Turns
from flows.audit.words import Verdict

WORK: Final = frozenset(
    {
        Action.RECEIVED,
        Action.VALIDATED,
        Action.ENCODED,
        Action.LINKED,
        Action.MEASURED,
        Action.EXTRACTED,
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


BEFORE_SIGNATURES: Final = 0
"""In place of how many must approve: staged by a version that knew no signatures."""


@dataclass(frozen=True)
class StagedRelease:
    """A release that waits for approval.

    Attributes:
        manifest: its manifest's digest.
        runs: every run that staged these very bytes.
        approvers: how many people must sign that it may go out, as it was staged last; `BEFORE_SIGNATURES`
            where the log does not say it.
    """

    manifest: str
    runs: tuple[str, ...]
    approvers: int = BEFORE_SIGNATURES


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

    1. A run is opened before it works, and ends closed or failed. Its runner may open it again (a killed run
       taken up), but not once it is closed.
    2. A release is staged only from tables whose last attack, in the same run, was passed and came too close to
       no cell.
    3. It is approved only under the manifest that was staged, after a run that staged it is closed, and by
       somebody who ran none of those runs. A refusal ends an approval, and so does staging other bytes under
       the same id. What was not staged cannot be refused.
    4. It is published only under the manifest that was approved, only while the approval stands, and only once
       as many different people approved it, by the same check for disclosure, as it was staged for. Somebody who
       stages the very bytes that they approved has approved nothing.
    5. Only what was published is withdrawn.
    6. Approval, refusal and withdrawal are signed, as `Register` has it, unless the log is older than that.
    7. What was staged before a body erased clients is not approved after it: it holds them, and is staged again.
    8. A release is not approved while tokens stand behind it that were made with a key revoked by then.
    9. Where parties hand over, only who has the log does: it goes from party to party, each taking it over as the
       next entry. A bundle is taken over only as it was last handed over to that party, never an earlier one.
    10. Each party signs its turn, and writes of its own zones alone, as `Turns` has it.
    """

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self.runs: dict[str, Run] = {}
        self._safe: dict[tuple[str, str], bool] = {}
        self._staged: dict[str, StagedRelease] = {}
        self.register = Register()
        self._approved: dict[str, dict[str, dict[str, Entry]]] = {}
        self._published: dict[str, str] = {}
        self._staged_at: dict[str, int] = {}
        self._erased_at = 0
        self.behind = Behind()
        self._passing = Passing()

    @property
    def turns(self) -> Turns:
        """Whose turn it is, and who signed for which entries."""
        return self._passing.turns

    def admit(self, entry: Entry) -> None:
        """Take the next entry.

        Raises:
            AuditError: it may not follow; nothing is changed.
        """
        self.examine(entry)
        self._take(entry)
        self.behind.tell(entry)

    def examine(self, entry: Entry) -> None:
        """Refuse what may not be the next entry, and change nothing.

        Raises:
            AuditError: it may not follow.
        """
        problem = self._problem(entry)
        if problem:
            raise AuditError(f"'{entry.action}' may not stand here: {problem}", entry=entry.seq)

    def _problem(self, entry: Entry) -> str:
        values, action = entry.facts.values, entry.action
        run, release = self.runs.get(entry.run), str(values.get("release"))
        is_open = run is not None and run.ended is Ended.NOT
        if action is Action.RUN_OPENED and run is not None:
            # By another runner, it would let the first one approve what they ran.
            is_theirs = run.ended is not Ended.CLOSED and run.runner == values["runner"]
            if not is_theirs:
                return "the run is closed already, or another's"
        if action in WORK | {Action.RUN_CLOSED, Action.RUN_FAILED} and not is_open:
            return "its run is not open"
        if action is Action.STAGED and not self._safe.get((entry.run, str(values["tables"])), False):
            return "no attack on these tables was passed in its run"
        if action in {Action.APPROVED, Action.REFUSED} and release not in self._staged:
            return "the release is not staged"
        if action is Action.APPROVED and (problem := self._problem_with_approval(self._staged[release], entry)):
            return problem
        if action is Action.PUBLISHED and not self._is_approved(release, str(values["manifest"])):
            return "the release is not approved under this manifest, or not by as many as it needs"
        if action is Action.WITHDRAWN and self._published.get(release) != values["manifest"]:
            return "the release is not published under this manifest"
        return self.register.problem(entry) or self._passing.problem(entry)

    def _problem_with_approval(self, staged: StagedRelease, entry: Entry) -> str:
        runs, values = [self.runs[run] for run in staged.runs], entry.facts.values
        if all(run.ended is not Ended.CLOSED for run in runs):
            return "no run that staged the release is closed"
        if values["manifest"] != staged.manifest:
            return "the release was staged under another manifest"
        if self._staged_at[str(values["release"])] < self._erased_at:
            return "clients were erased since the release was staged; run again"
        if self.behind.revoked_behind(str(values["release"])):
            return "the release rests on tokens that were made with a key revoked since"
        if values["approver"] in {run.runner for run in runs}:
            return "the release is approved by its runner"
        if not is_signed(values):
            return "" if staged.approvers == BEFORE_SIGNATURES else "it is not signed"
        if values["approver"] in self._approved.get(str(values["release"]), {}).get(str(values["check"]), {}):
            return "the same person approved it before"
        is_looked_at = values["reviewed"] == Reviewed.YES or values["verdict"] == CHECK_VERDICTS[0]
        return "" if is_looked_at else "its check calls for a look, and the approver does not say that they looked"

    def _is_approved(self, release: str, manifest: str) -> bool:
        staged = self._staged.get(release)
        return (
            staged is not None
            and staged.manifest == manifest
            and len(self.approvals(release)) >= max(1, staged.approvers)
        )

    def approvals(self, release: str, check: str = "") -> tuple[Entry, ...]:
        """The approvals that stand, each of another person.

        Args:
            release: its id.
            check: digest of the check that they went by; where none is given, the one that most went by.
        """
        by_check = self._approved.get(release, {})
        by = by_check.get(check, {}) if check else max(by_check.values(), key=len, default={})
        return tuple(by.values())

    def approvers_needed(self, release: str) -> int:
        """How many must approve it, as it was staged last; `BEFORE_SIGNATURES` where the log does not say it."""
        staged = self._staged.get(release)
        return BEFORE_SIGNATURES if staged is None else staged.approvers

    def _stage(self, release: str, entry: Entry) -> None:
        """Remember who staged what. The same bytes again leave an approval standing, other bytes end it."""
        before, values, run = self._staged.get(release), entry.facts.values, entry.run
        manifest, approvers = str(values["manifest"]), int(str(values.get("approvers", BEFORE_SIGNATURES)))
        if before is not None and before.manifest == manifest:
            runs = (*(each for each in before.runs if each != run), run)
            for by in self._approved.get(release, {}).values():
                by.pop(self.runs[run].runner, None)
        else:
            runs = (run,)
            self._approved.pop(release, None)
        self._staged[release] = StagedRelease(manifest, runs, approvers)

    def _take(self, entry: Entry) -> None:
        values, run = entry.facts.values, entry.run
        release = str(values.get("release"))
        self.register.take(entry)
        self._passing.take(entry)
        match entry.action:
            case Action.RUN_OPENED:
                self.runs[run] = Run(run, entry.seq, entry.at, str(values["runner"]))
            case Action.RUN_CLOSED:
                self.runs[run] = replace(self.runs[run], ended=Ended.CLOSED)
            case Action.RUN_FAILED:
                self.runs[run] = replace(self.runs[run], ended=Ended.FAILED)
            case Action.ATTACKED:
                self._safe[run, str(values["tables"])] = attack_was_passed(entry)
            case Action.STAGED:
                self._stage(release, entry)
                self._staged_at[release] = entry.seq
            case Action.ERASED:
                self._erased_at = entry.seq
            case Action.APPROVED:
                by_check = self._approved.setdefault(release, {})
                by_check.setdefault(str(values.get("check", "")), {})[str(values["approver"])] = entry
            case Action.PUBLISHED:
                self._published[release] = str(values["manifest"])
            case Action.REFUSED:
                self._approved.pop(release, None)
            case Action.WITHDRAWN:
                self._approved.pop(release, None)
                del self._published[release]
            case _:
                pass

    def runner_of(self, release: str) -> str:
        """Who ran the last run that staged a release; empty where none did."""
        staged = self._staged.get(release)
        return "" if staged is None else self.runs[staged.runs[-1]].runner


def attack_was_passed(entry: Entry) -> bool:
    """Whether an entry 'attacked' says that the attacker got too close to no cell."""
    values = entry.facts.values
    too_close = (values["recovered"], values["inside_protection"], values["certainly_below"])
    return values["verdict"] == Verdict.PASSED and too_close == (0, 0, 0)


def replayed(entries: Iterable[Entry]) -> Order:
    """What the entries allow next; their runs and how these ended.

    Raises:
        AuditError: an entry may not stand where it stands.
    """
    order = Order()
    for entry in entries:
        order.admit(entry)
    return order
