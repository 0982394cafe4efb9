"""The clock of the log: turned back it is seen, and a little behind it stands still."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.errors import AuditError
from config.terms import Action
from flows.audit.chain import Chain, follow
from flows.audit.clock import TOLERANCE, clock_turned_back
from flows.audit.facts import Facts
from flows.audit.held import verify_folder
from flows.audit.show import render
from flows.audit.vocabulary import SCHEMAS
from tests.support.audit_story import KEYS, START, digest, opened, whole_story

STORY = whole_story(bodies=("housing",))
NEXT, ACTOR, ZONE, RUN = STORY[1]


def said_at(folder: Path, *seconds: int) -> list[tuple[Action, str]]:
    """A log that is begun, and told the rest of a story at so many seconds after the start."""
    log = opened(folder)
    log.append(STORY[0][0], at=START, actor=ACTOR, zone=ZONE, run=RUN)
    for (facts, actor, zone, run), after in zip(STORY[1:], seconds, strict=False):
        log.append(facts, at=START + timedelta(seconds=after), actor=actor, zone=zone, run=run)
    return [(entry.action, entry.at) for entry in log.entries[1:]]


@pytest.mark.parametrize("behind", [1, TOLERANCE])
def test_a_clock_that_is_a_little_behind_stands_still(tmp_path: Path, behind: int) -> None:
    assert said_at(tmp_path, -behind) == [(NEXT.action, "2026-03-01T09:30:00Z")]
    assert "clock" not in verify_folder(tmp_path / "log", {}, KEYS).sentence


def test_a_clock_that_was_turned_back_is_said_once_and_then_followed(tmp_path: Path) -> None:
    told = said_at(tmp_path, -86_400, -86_390, 5)
    assert told == [
        (Action.CLOCK_TURNED_BACK, "2026-02-28T09:30:00Z"),
        (NEXT.action, "2026-02-28T09:30:00Z"),
        (STORY[2][0].action, "2026-02-28T09:30:10Z"),
        (STORY[3][0].action, "2026-03-01T09:30:05Z"),
    ]
    found = verify_folder(tmp_path / "log", {}, KEYS)
    assert found.entries[1].facts.values == {"seconds": 86_400}
    assert "a clock turned back 1 time, head" in found.sentence
    (line,) = [each for each in render(found.entries).splitlines() if "clock_turned_back" in each]
    assert line.endswith("seconds=86400")


@pytest.mark.parametrize(
    ("facts", "seconds"),
    [(NEXT, -1), (clock_turned_back(seconds=3_599), -3_600), (clock_turned_back(seconds=1), 1)],
)
def test_a_time_that_goes_back_unsaid_or_said_wrongly_is_refused(facts: Facts, seconds: int) -> None:
    chain, moments = Chain(), (START, START + timedelta(seconds=seconds))
    for at, each in zip(moments, (STORY[0][0], facts), strict=True):
        entry = follow(
            chain.last, at=at, actor=ACTOR, zone=ZONE, run=RUN, facts=each, code="0.1.0", config=digest("p")
        )
        if at is START:
            chain.add(entry, entry.to_bytes())
    with pytest.raises(AuditError, match=r"lies before that of the entry before it, unsaid \(entry 2\)"):
        chain.add(entry, entry.to_bytes())
    assert len(chain.entries) == 1


def test_a_clock_says_nothing_but_seconds() -> None:
    assert set(SCHEMAS[Action.CLOCK_TURNED_BACK][0]) == {"seconds"}
