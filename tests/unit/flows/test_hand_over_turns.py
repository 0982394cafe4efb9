"""Each party signs its own turn, and nobody writes or signs in another's name unseen."""

import shutil
from pathlib import Path

import pytest

from config.errors import AuditError
from flows.audit.facts import run_opened
from flows.audit.passing import log_taken_over
from flows.audit.travel import hand_on
from flows.audit.turns import party_registered, turn_signed
from flows.audit.words import Mode
from flows.context import OUTSIDE, context_of
from flows.desk.checks import proof_of
from flows.desk.contents import Outcome
from flows.desk.evidence import looked_at, read_evidence
from flows.desk.party_checks import party_checks
from flows.desk.site import desk_of
from flows.hand_over.give import hand_on_log
from flows.hand_over.keys import load_own, new_party
from flows.hand_over.own_turn import sign_turn
from flows.inspect_log import verify_log
from tests.support.apart import RUNNER, Apart, apart, copied
from tests.support.audit_story import digest, linkage
from tests.support.turns import key


@pytest.fixture(scope="module")
def passed(tmp_path_factory: pytest.TempPathFactory) -> Apart:
    """The first body has had its turn; the second has taken the log over."""
    made = apart(tmp_path_factory.mktemp("passed"))
    made.give("housing")
    made.take("benefits")
    return made


@pytest.fixture
def arrived(passed: Apart, tmp_path: Path) -> Apart:
    return copied(passed, tmp_path)


def project(parties: Apart, party: str) -> Path:
    return parties.home(party) / "project.toml"


def test_verification_says_whose_turn_it_was_and_that_its_key_is_the_one_that_is_meant(arrived: Apart) -> None:
    said = verify_log(project(arrived, "benefits"))
    assert "Parties signed 1 turn with keys of their own. Entries before 2 are of nobody's turn." in said
    assert said.endswith("benefits has not signed entries 6 to 7 yet.")
    shutil.rmtree(arrived.home("benefits") / "parties")
    said = verify_log(project(arrived, "benefits"))
    assert "Keys not held against the project file: housing (" in said


def test_the_desk_shows_the_turns_and_checks_them(arrived: Apart) -> None:
    evidence = read_evidence(project(arrived, "benefits"))
    found = list(party_checks(evidence, proof_of(evidence)))
    assert [(each.what, each.outcome) for each in found] == [
        ("Turns of housing", Outcome.HOLDS), ("Turns of benefits", Outcome.HOLDS),
    ]  # fmt: skip
    assert found[0].found.startswith("With its own key it signed entries 2 to 5.")
    page = desk_of(evidence).pages["index.html"].decode()
    assert "Which party wrote which entries" in page
    before = looked_at(project(arrived, "benefits"))
    (arrived.home("benefits") / "parties" / "housing.json").unlink()
    assert looked_at(project(arrived, "benefits")) != before
    assert [each.outcome for each in party_checks(evidence, proof_of(evidence))] == [
        Outcome.NOT_DONE, Outcome.HOLDS,
    ]  # fmt: skip


def test_a_body_that_says_it_linked_in_its_own_turn_is_refused(arrived: Apart) -> None:
    with context_of(project(arrived, "benefits"), "run-1", RUNNER) as context:
        context.note(run_opened(runner=RUNNER, mode=Mode.DIRECT), "run")
        for zone in ("linkage", "run", "benefits"):
            with pytest.raises(AuditError, match=r"does not keep the zone 'linkage'|of another zone"):
                context.note(linkage(("housing",))[0], zone)


def forged(parties: Apart, own: str) -> None:
    """Benefits ends its turn, writes the linkage unit's with a key that it made, and hands on as that unit."""
    home = project(parties, "benefits")
    sign_turn(parties.view("benefits"), RUNNER, "linkage_unit")
    with context_of(home, OUTSIDE, RUNNER) as context:
        size = context.log.size
        taken = log_taken_over(sender="benefits", receiver="linkage_unit", number=size, container=digest("log"))
        context.note(taken, "linkage")
        said = {"project": "example", "party": "linkage_unit", "key": key(own)}
        context.note(party_registered(zones=("linkage",), **said), "linkage")  # type: ignore[arg-type]
        signed = turn_signed(
            receiver="analysis_unit", first=size + 1, size=context.log.size, root=context.log.root, **said
        )  # type: ignore[arg-type]
        context.note(signed, "linkage")


def test_a_turn_that_was_forged_with_another_key_is_refused_by_who_takes_over_and_by_who_verifies(
    arrived: Apart,
) -> None:
    forged(arrived, "a key that benefits made")
    match = "key that signs the turns of 'linkage_unit' in the log is not the one that the project file means"
    with pytest.raises(AuditError, match=match):
        verify_log(project(arrived, "benefits"))
    evidence = read_evidence(project(arrived, "benefits"))
    outcomes = {each.what: each.outcome for each in party_checks(evidence, proof_of(evidence))}
    assert outcomes["Turns of linkage_unit"] is Outcome.FAILS
    assert "Turns of linkage_unit" in desk_of(evidence).sentence
    with pytest.raises(AuditError, match=match):
        _handed(arrived)
    assert not (arrived.home("analysis_unit") / "log" / "audit.jsonl").exists()


def _handed(parties: Apart) -> None:
    """What benefits wrote, sealed for the analysis unit under benefits' own name."""
    hand_on(parties.home("benefits") / "log", "analysis_unit", 0)  # as if it had signed, which it cannot any more
    hand_on_log(parties.view("benefits"), RUNNER, "analysis_unit")
    parties.take("analysis_unit")


def test_nobody_signs_a_turn_with_anothers_key(arrived: Apart) -> None:
    sign_turn(arrived.view("benefits"), RUNNER, "linkage_unit")
    with context_of(project(arrived, "benefits"), OUTSIDE, RUNNER) as context:
        taken = log_taken_over(
            sender="benefits", receiver="housing", number=context.log.size, container=digest("log")
        )
        with pytest.raises(AuditError, match="did not sign its turn for the one that takes it over"):
            context.note(taken, "housing")
        facts = turn_signed(
            project="example", party="housing", receiver="linkage_unit", first=2, size=context.log.size,
            root=context.log.root, key=key("benefits"),
        )  # fmt: skip
        with pytest.raises(AuditError, match="another party has the log"):
            context.note(facts, "housing")


def test_killed_between_its_signature_and_the_note_a_party_goes_on_and_signs_again(arrived: Apart) -> None:
    sign_turn(arrived.view("benefits"), RUNNER, "linkage_unit")
    sign_turn(arrived.view("benefits"), RUNNER, "linkage_unit")
    arrived.give("benefits")
    assert "the log (" in arrived.take("linkage_unit")[0]
    said = verify_log(project(arrived, "linkage_unit"))
    assert "Parties signed 2 turns" in said


def test_a_party_that_made_new_keys_registers_them_in_its_next_turn(arrived: Apart) -> None:
    home = arrived.home("benefits")
    old = load_own(home / "keys", home / "parties", "benefits").public.fingerprint
    for path in (home / "keys" / "party-benefits.key", home / "parties" / "benefits.json"):
        path.unlink()
    new = new_party(home / "keys", home / "parties", "benefits").fingerprint
    for party in ("housing", "benefits", "linkage_unit"):
        file = project(arrived, party)
        file.write_text(file.read_text().replace(old, new))
        if party != "benefits":
            shutil.copy(home / "parties" / "benefits.json", arrived.home(party) / "parties")
    arrived.give("benefits")
    arrived.take("linkage_unit")
    assert "benefits replaced its key at entry 8; ask it" in verify_log(project(arrived, "linkage_unit"))
