"""Whose turn each entry was written in, and that no party writes in another's."""

from dataclasses import replace

import pytest

from config.errors import AuditError
from config.terms import Action
from flows.audit import keeping_facts
from flows.audit.chain import Verified, verify
from flows.audit.facts import Facts
from flows.audit.statement import SIGNATURE
from tests.support.audit_story import KEYS, digest, encoding, held, linkage
from tests.support.turns import BEGUN, Step, chained, registers, says, signs, takes, written

BODY, UNIT = "housing", "linkage_unit"
LINKED = linkage((BODY,))[0]
ERASED = Facts(Action.ERASED, {"body": BODY, "records": "<10", "marks": digest("marks"), "least_people": 10})
START = [says(BEGUN, "run"), registers(BODY, BODY)]
FIRST = [*START, says(ERASED, BODY), signs(BODY, UNIT, BODY, first=2)]
SECOND = [*FIRST, takes(BODY, UNIT, "linkage"), registers(UNIT, "linkage")]
BACK = [*SECOND, signs(UNIT, BODY, "linkage", first=5), takes(UNIT, BODY, BODY)]


def verified(steps: list[Step]) -> Verified:
    log, checkpoint = written(chained(steps))
    return verify(log, held(checkpoint), KEYS)


def test_the_log_alone_tells_which_party_wrote_which_entries() -> None:
    found = verified([*BACK, says(ERASED, BODY)])
    assert [(each.party, each.span, each.signed) for each in found.passed.all] == [
        (BODY, "entries 2 to 4", True), (UNIT, "entries 5 to 7", True), (BODY, "entries 8 to 9", False),
    ]  # fmt: skip
    assert (
        "Parties signed 2 turns with keys of their own. Entries before 2 are of nobody's turn. " in found.sentence
    )
    assert found.sentence.endswith("housing has not signed entries 8 to 9 yet.")
    expired = keeping_facts.expired(kind="tokens", files=3, size=1)
    assert chained([*BACK, *(says(expired, zone) for zone in (BODY, "exchange", "custody"))]).tree.size == 11
    assert verified(FIRST).sentence.endswith("Entries before 2 are of nobody's turn.")


def test_a_turn_that_goes_on_after_it_was_signed_is_signed_again() -> None:
    more = [*FIRST, says(ERASED, BODY)]
    assert [each.signed for each in verified(more).passed.all] == [False]
    with pytest.raises(AuditError, match="did not sign its turn for the one that takes it over"):
        chained([*more, takes(BODY, UNIT, "linkage")])
    again = chained([*more, signs(BODY, "analysis_unit", BODY, first=2), takes(BODY, "analysis_unit", "analysis")])
    assert [each.span for each in again.order.turns.all] == ["entries 2 to 6", "entry 7"]


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


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_of_ones_own_turn_is_refused_when_written(name: str) -> None:
    steps, match = REFUSED[name]
    chained(steps[:-1])
    with pytest.raises(AuditError, match=match):
        chained(steps)


def test_what_a_party_signed_cannot_be_changed_by_who_holds_the_logs_keys() -> None:
    """Everybody can sign for the log and its witness; the turn's own signature is what does not hold then."""
    changed = Facts(ERASED.action, {**ERASED.values, "records": 20})
    signature = FIRST[-1](chained(FIRST[:-1]))
    with pytest.raises(AuditError, match="signed its turn for another log"):
        chained([*FIRST[:2], says(changed, BODY), says(*signature), takes(BODY, UNIT, "linkage")])
    with pytest.raises(AuditError, match="not signed with the party's own key"):
        chained([*FIRST[:2], says(changed, BODY), signs(BODY, UNIT, BODY, first=2, by=UNIT)])


def test_a_registration_is_signed_with_the_key_that_it_names() -> None:
    facts = registers(BODY, BODY)(chained([]))[0]
    other = registers(UNIT, "linkage")(chained([]))[0].values[SIGNATURE]
    with pytest.raises(AuditError, match="not signed with the key that it names"):
        chained([says(replace(facts, values={**facts.values, SIGNATURE: other}), BODY)])


def test_a_party_that_replaced_its_key_signs_with_the_new_one_and_the_log_says_so() -> None:
    new = [*BACK, registers(BODY, BODY, by="new"), signs(BODY, UNIT, BODY, first=8, by="new")]
    assert "housing replaced its key at entry 9; ask it" in verified(new).sentence
    with pytest.raises(AuditError, match="party's own key"):
        chained([*new[:-1], signs(BODY, UNIT, BODY, first=8)])


def test_a_log_of_before_parties_signed_still_verifies_and_says_so() -> None:
    old = verified([says(BEGUN, "run"), takes(BODY, UNIT, "linkage"), says(BEGUN, "run")])
    assert old.passed.all == ()
    assert old.sentence.endswith("No party has signed its turns: the log is older than that.")
    assert "Part" not in verified([says(BEGUN, "run")]).sentence
