"""Whose turn each entry was written in, and that no party writes in another's."""

from dataclasses import replace

import pytest

from config.errors import AuditError
from flows.audit import keeping_facts
from flows.audit.chain import Verified, verify
from flows.audit.facts import Facts
from flows.audit.statement import SIGNATURE
from tests.support.audit_story import KEYS, held
from tests.support.turn_stories import BACK, BODY, ERASED, FIRST, REFUSED, UNIT
from tests.support.turns import BEGUN, Step, chained, registers, says, signs, takes, written


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
