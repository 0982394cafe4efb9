"""The runs that a log tells of."""

from collections.abc import Iterable, Sequence

from config.terms import Action
from flows.audit.entry import OUTSIDE_ANY_RUN, Entry
from flows.desk.contents import Work

ENDS = {Action.RUN_CLOSED, Action.RUN_FAILED}
NOT_CLOSED = "not closed: under way, or killed"


def runs_of(entries: Sequence[Entry]) -> tuple[Work, ...]:
    """Every run, in the order of its first entry; those that never closed among them."""
    by_run: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.run != OUTSIDE_ANY_RUN:
            by_run.setdefault(entry.run, []).append(entry)
    return tuple(_work(number, run, tuple(said)) for number, (run, said) in enumerate(by_run.items(), 1))


def _work(number: int, run: str, said: tuple[Entry, ...]) -> Work:
    opening = next((each for each in reversed(said) if each.action is Action.RUN_OPENED), None)
    end = next((each for each in reversed(said) if each.action in ENDS | {Action.RUN_OPENED}), None)
    if end is not None and end.action is Action.RUN_OPENED:
        end = None
    facts = {} if opening is None else opening.facts.values
    return Work(
        number=number,
        run=run,
        runner=str(facts.get("runner", said[0].actor)),
        mode=str(facts.get("mode", "")),
        opened=said[0].at,
        closed="" if end is None else end.at,
        ended=_ended(end),
        zones=_each_once(entry.zone for entry in said),
        codes=_each_once(entry.code for entry in said),
        configs=_each_once(entry.config for entry in said),
        entries=said,
    )


def _ended(end: Entry | None) -> str:
    if end is None:
        return NOT_CLOSED
    if end.action is Action.RUN_CLOSED:
        return "closed"
    said = end.facts.values
    return f"FAILED in '{said.get('stage')}': {said.get('error')}, exit code {said.get('exit_code')}"


def _each_once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
