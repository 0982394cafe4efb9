import re
from dataclasses import replace

import pytest

from config.errors import AuditError, ExtractError
from config.notifications import Event
from config.terms import Action, Manner
from flows.audit import (
    clock,
    extract_facts,
    facts,
    keeping_facts,
    key_facts,
    notice_facts,
    passing,
    release_facts,
    turns,
)
from flows.audit.facts import Facts, people
from flows.audit.key_words import Original, RevocationReason, Signer
from flows.audit.vocabulary import SCHEMAS, SUBJECTS
from flows.audit.words import Channel, Mode
from tests.support.audit_story import digest, encoding, linkage, refused, whole_story, withdrawn
from tests.support.journey_extracts import settings
from tests.support.signers import refuses, registers, revokes, signer, signs, withdraws

BO = signer("bo")
PASSED = passing.Passed(
    "housing", "linkage_unit", "tokens", "housing", 7, digest("tokens"), digest("contents"), digest("container")
)
OTHERS = [
    facts.run_failed(stage="encode", error=ExtractError("housing", "people.csv", "duplicate header")),
    facts.validated(body="housing", extract=facts.Extract.PEOPLE, rules_passed=14, rules_failed=1),
    extract_facts.extracted(
        settings=settings(), journeys=900, suppressed={"few_people": 3, "few_values": 0}, spine=digest("spine"),
        inputs={"housing": digest("housing bundle")}, rows=digest("rows"), output=digest("manifest"),
        least_people=10,
    ),
    *(each[0] for each in (registers(BO), revokes(BO), signs(BO), refuses(BO), withdraws(BO))),
    refused("r1", digest("m"), "bo"),
    withdrawn("r1", digest("m")),
    release_facts.erased(body="housing", records=2, marks=digest("marks"), least_people=10),
    keeping_facts.erasure_lifted(body="housing", records=2, marks=digest("marks"), least_people=10),
    keeping_facts.expired(kind="quarantine", files=3, size=1),
    release_facts.key_made(key="linkage", key_id="k-1a2b"),
    key_facts.secret_rotated(key="linkage", key_id="k-3c4d", previous_key_id="k-1a2b", from_period=""),
    key_facts.key_split(key="linkage", key_id="k-1a2b", threshold=3, shares=5, original=Original.KEPT),
    key_facts.key_restored(key="linkage", key_id="k-1a2b"),
    key_facts.key_revoked(key="linkage", key_id="k-1a2b", reason=RevocationReason.LEAKED),
    key_facts.key_destroyed(key="linkage", key_id="k-1a2b", period="2025-Q1"),
    key_facts.log_continued(
        key="log", key_id="k-3c4d", previous_key_id="k-1a2b", use=Signer.LOG, public_key=digest("new"),
        previous_public_key=digest("old"), size=7, root=digest("root"), last_signature="0" * 128,
        voucher=digest("voucher"), signature="1" * 128,
    ),
    clock.clock_turned_back(seconds=86_400),
    passing.handed_over(PASSED),
    passing.taken_over(PASSED),
    passing.log_taken_over(sender="housing", receiver="linkage_unit", number=7, container=digest("log")),
    turns.party_registered(project="area", party="housing", zones=("housing",), key=BO.key),
    turns.turn_signed(
        project="area", party="housing", receiver="linkage_unit", first=2, size=7, root=digest("root"), key=BO.key
    ),
    notice_facts.notified(event=Event.STAGED, channel=Channel.MAIL, sent=True),
]  # fmt: skip
EVERY_KIND = [*(said for said, *_ in whole_story()), *OTHERS]


def test_every_action_has_a_schema_and_a_function_that_keeps_it() -> None:
    assert set(SCHEMAS) == set(Action)
    assert {each.action for each in EVERY_KIND} == set(Action)


def test_every_subject_is_a_fact_of_its_action() -> None:
    assert all(name in schema for action, name in SUBJECTS.items() for schema in SCHEMAS[action])


@pytest.mark.parametrize("said", EVERY_KIND, ids=lambda said: said.action)
def test_a_fact_missing_or_surplus_is_refused(said: Facts) -> None:
    with pytest.raises(AuditError, match="a fact it may not have"):
        replace(said, values={**said.values, "note": "Smith"})
    for name in said.values:
        with pytest.raises(AuditError, match=r"lacks|is not of the kind"):
            replace(said, values={key: value for key, value in said.values.items() if key != name})


TEXTS = [
    "Jane Smith",
    "1985-07-12 London",
    "a\nb",
    "",
    "Ünlü",
    None,
    True,
    -1,
    1.5,
    2**53,
    ["x"],
    {"x": {"y": 1}},
    {},
]


@pytest.mark.parametrize("said", EVERY_KIND, ids=lambda said: said.action)
def test_no_fact_takes_free_text_or_a_thing_of_another_kind(said: Facts) -> None:
    for name, value in said.values.items():
        for text in TEXTS:
            if text == {} and isinstance(value, dict):
                continue
            with pytest.raises(AuditError) as refused:
                replace(said, values={**said.values, name: text})
            assert "Smith" not in str(refused.value)


@pytest.mark.parametrize("label", ["Jane Smith", "jane\n", "a  b", "a " * 9 + "b", "a" * 121, ""])
def test_no_name_in_a_map_takes_free_text(label: str) -> None:
    with pytest.raises(AuditError, match="'withheld' is not of the kind 'count by name'"):
        release_facts.protected(input_digest=digest("a"), cells=1, withheld={label: 1}, output=digest("b"))


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "<10"), (1, "<10"), (9, "<10"), (10, 10), (19, 10), (20, 20), (1_003, 1_000), (1_009, 1_000)],
)
def test_few_people_become_a_word_and_more_are_rounded_down(count: int, shown: int | str) -> None:
    assert people(count, 10) == shown


def test_a_suppressed_number_is_not_given_back_by_subtraction() -> None:
    said = encoding("housing")[0].values
    assert said["quarantined"] == {"impossible date": "<10", "duplicate id": "<10"}
    assert (said["rows_in"], said["rows_out"]) == (1_000, 1_000)


@pytest.mark.parametrize(("count", "least"), [(-1, 10), (100, 4), (100, 0)])
def test_a_number_of_people_is_never_shown_without_protection(count: int, least: int) -> None:
    with pytest.raises(AuditError):
        people(count, least)


@pytest.mark.parametrize("shown", ["<9", "<11", "<1", 5, 13, 1_003, "few", True])
def test_a_number_of_people_that_was_not_protected_is_refused(shown: object) -> None:
    said = release_facts.erased(body="housing", records=40, marks=digest("marks"), least_people=10)
    with pytest.raises(AuditError, match="'records' is not of the kind 'people'"):
        replace(said, values={**said.values, "records": shown})


def test_digests_stand_once_and_in_order() -> None:
    said = facts.encoded_events(
        body="housing",
        inputs=[digest("b"), digest("a"), digest("b")],
        rows=50,
        bundle=digest("c"),
        least_people=10,
    )
    assert said.values["inputs"] == tuple(sorted([digest("a"), digest("b")]))
    with pytest.raises(AuditError, match="'inputs'"):
        replace(said, values={**said.values, "inputs": ()})


def test_nothing_is_linked_or_measured_from_no_bundle() -> None:
    for said in linkage(("housing",)):
        with pytest.raises(AuditError, match="'inputs' is not of the kind 'digest by name'"):
            replace(said, values={**said.values, "inputs": {}})


def test_a_pair_of_bodies_has_one_name() -> None:
    assert linkage(("housing", "prison"))[0].values["links"] == {"housing/prison": 410}
    values = {("a", "b"): 20, ("b", "a"): 20}
    with pytest.raises(AuditError, match="twice for one pair"):
        facts.linked(
            settings=digest("s"), thresholds=(0.8, 0.9, 0.99), candidates=0, candidates_left_out=0, links=values,
            persons=0, merges=0, splits=0, manner=Manner.FULL, new=0, changed=None, erased=0,
            persons_erased=0, inputs={"a": digest("t")}, spine=digest("x"), least_people=10,
        )  # fmt: skip


def test_a_failed_run_keeps_the_class_of_its_error_and_none_of_its_words() -> None:
    assert OTHERS[0].values == {"stage": "encode", "error": "ExtractError", "exit_code": 21}


def test_a_runner_is_a_name() -> None:
    with pytest.raises(AuditError, match=re.escape("'runner' is not of the kind 'name'")):
        facts.run_opened(runner="Ann Example", mode=Mode.DIRECT)


def test_an_extract_tells_its_limits_and_hides_few_journeys() -> None:
    said = extract_facts.extracted(
        settings=settings(most_distance=0.35), journeys=907, suppressed={"few_people": 9, "few_values": 12},
        spine=digest("s"), inputs={"housing": digest("h")}, rows=digest("r"), output=digest("m"), least_people=10,
    ).values  # fmt: skip
    assert (said["people_alike"], said["values_alike"], said["most_distance"]) == (5, 2, 350_000)
    assert (said["journeys"], said["suppressed"]) == (900, {"few_people": "<10", "few_values": 10})
