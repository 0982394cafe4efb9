"""What parties write in turns, and what none of them may."""

from config.terms import Action
from flows.audit.facts import Facts
from tests.support.audit_story import digest, encoding, linkage
from tests.support.turns import BEGUN, Step, registers, says, signs, takes

BODY, UNIT = "housing", "linkage_unit"
LINKED = linkage((BODY,))[0]
ERASED = Facts(Action.ERASED, {"body": BODY, "records": "<10", "marks": digest("marks"), "least_people": 10})
START = [says(BEGUN, "run"), registers(BODY, BODY)]
FIRST = [*START, says(ERASED, BODY), signs(BODY, UNIT, BODY, first=2)]
SECOND = [*FIRST, takes(BODY, UNIT, "linkage"), registers(UNIT, "linkage")]
BACK = [*SECOND, signs(UNIT, BODY, "linkage", first=5), takes(UNIT, BODY, BODY)]

REFUSED: dict[str, tuple[list[Step], str]] = {
    "linked by a body": ([*START, says(LINKED, "linkage")], "does not keep the zone 'linkage'"),
    "linked by a body, once the unit is known": ([*BACK, says(LINKED, "linkage")], "turn of 'housing'"),
    "linked in a zone that is nobody's": ([*START, says(LINKED, "run")], "of another zone than 'run'"),
    "linked in the body's own zone": ([*START, says(LINKED, BODY)], "of another zone than 'housing'"),
    "another body's work": ([*START, says(encoding("prison")[-1], BODY)], "another zone than 'housing'"),
    "a zone of nobody": ([*START, says(ERASED, "prison")], "another zone than 'prison'"),
    "the unit's entry by a body": ([*START, says(BEGUN, "linkage")], "does not keep the zone"),
    "a turn signed by another": (
        [*START, signs(BODY, UNIT, BODY, first=2, by=UNIT)], "not signed with the party's own key",
    ),
    "a turn of another": ([*BACK, signs(UNIT, BODY, "linkage", first=8)], "another party has the log"),
    "a turn of a stranger": ([*START, signs("prison", UNIT, BODY, first=2)], "registered no key"),
    "a turn that began earlier": ([*SECOND, signs(UNIT, BODY, "linkage", first=2)], "not the entries of the"),
    "a turn of fewer entries": ([*FIRST[:-1], signs(BODY, UNIT, BODY, first=2, size=2)], "not the entries of"),
    "a turn of another log": (
        [*START, signs(BODY, UNIT, BODY, first=2, root=digest("another"))], "signed its turn for another log",
    ),
    "a turn for oneself": ([*START, signs(BODY, BODY, BODY, first=2)], "no turn after its own"),
    "taken over without a word": ([*START, takes(BODY, UNIT, "linkage")], "did not sign its turn"),
    "taken over by another": ([*FIRST, takes(BODY, "prison", "prison")], "did not sign its turn"),
    "taken over in another's zone": ([*FIRST, takes(BODY, UNIT, BODY)], "in a zone of another"),
    "work in a turn of the unregistered": ([*SECOND[:-1], says(LINKED, "linkage")], "does not keep the zone"),
    "another registered in one's turn": ([*START, registers(UNIT, "linkage")], "another party has the log"),
    "a zone of another": ([*SECOND[:-1], registers(UNIT, BODY)], "another party keeps one of its zones"),
    "a key of another": ([*SECOND[:-1], registers(UNIT, "linkage", by=BODY)], "key is another party's"),
    "zones that stand apart": ([registers(BODY, BODY, "linkage")], "no party keeps such zones together"),
    "a zone that is nobody's to keep": ([registers(BODY, "run")], "no party keeps such zones together"),
    "a key that was replaced": (
        [registers(BODY, BODY), registers(BODY, BODY, by="new"), registers(BODY, BODY)], "replaced before",
    ),
}  # fmt: skip
"""Steps, of which the last one is refused, and why."""
