"""What one party hands to another: what the log may say of it, in which order, and how an auditor finds it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from config.terms import Action
from flows.audit.entry import Entry
from flows.audit.facts import Facts
from flows.audit.kinds import Fact
from flows.audit.turns import Turns

WHOSE: Final = ("sender", "receiver", "bundle_kind", "of")
"""What tells one bundle's way from another's."""


@dataclass(frozen=True)
class Passed:
    """A bundle on its way.

    Attributes:
        sender: a key of [hand_over.parties].
        receiver: another one.
        bundle_kind: tokens, events, spine or tables.
        of: whose rows: a body, or `all`.
        number: of the entry that says it was handed over.
        bundle: digest of its main file, by which the stages before and after know it.
        contents: digest over all its files.
        container: SHA-256 of the sealed file.
    """

    sender: str
    receiver: str
    bundle_kind: str
    of: str
    number: int
    bundle: str
    contents: str
    container: str


def handed_over(passed: Passed) -> Facts:
    """A party sealed a bundle for another party."""
    return Facts(Action.HANDED_OVER, asdict(passed))


def taken_over(passed: Passed) -> Facts:
    """A party verified and opened what was handed over to it."""
    return Facts(Action.TAKEN_OVER, asdict(passed))


def log_taken_over(*, sender: str, receiver: str, number: int, container: str) -> Facts:
    """A party took the log over, which had `number` entries then, and writes it from now on."""
    return Facts(
        Action.TAKEN_OVER,
        {"sender": sender, "receiver": receiver, "log_kind": "log", "number": number, "container": container},
    )


class Passing:
    """Who has the log, and what was last handed over to whom."""

    def __init__(self) -> None:
        """Nobody has handed anything over."""
        self.turns = Turns()
        self._handed: dict[tuple[Fact, ...], Mapping[str, Fact]] = {}

    def problem(self, entry: Entry) -> str:
        """Why an entry may not stand here; empty where it may."""
        return self._problem_with_bundle(entry) or self.turns.problem(entry)

    def _problem_with_bundle(self, entry: Entry) -> str:
        values, holder = entry.facts.values, self.turns.holder
        if entry.action is Action.HANDED_OVER:
            if values["number"] != entry.seq:
                return "its number is not the entry's"
            return "" if holder in ("", values["sender"]) else "another party has the log"
        if entry.action is not Action.TAKEN_OVER or "log_kind" in values:
            return ""
        if holder not in ("", values["receiver"]):
            return "another party has the log"
        return "" if self._handed.get(_key(values)) == values else "this is not what was last handed over"

    def take(self, entry: Entry) -> None:
        """Take an entry that may stand."""
        self.turns.take(entry)
        if entry.action is Action.HANDED_OVER:
            self._handed[_key(entry.facts.values)] = entry.facts.values


def _key(values: Mapping[str, Fact]) -> tuple[Fact, ...]:
    return tuple(values[name] for name in WHOSE)


def last_passed(entries: Sequence[Entry], action: Action, *whose: str) -> Passed | None:
    """What was last handed over, or taken over, of a bundle; None where nothing was.

    Args:
        entries: of the log.
        action: of the two.
        whose: its sender, receiver, kind and of.
    """
    for entry in reversed(entries):
        values = entry.facts.values
        if entry.action is action and "bundle_kind" in values and _key(values) == whose:
            return Passed(**values)  # type: ignore[arg-type]  # their kinds were checked where the entry was made
    return None


def handed(later: Entry, entries: Sequence[Entry], bundle: object) -> Iterator[Entry]:
    """How a bundle came to the stage of an entry: taken over before it, and handed over before that.

    Nothing, where one installation runs both zones.
    """
    for entry in reversed(entries[: later.seq - 1]):
        values = entry.facts.values
        if entry.action is Action.TAKEN_OVER and values.get("bundle") == bundle:
            yield entry
            number = values["number"]
            if isinstance(number, int):
                yield entries[number - 1]
            return
