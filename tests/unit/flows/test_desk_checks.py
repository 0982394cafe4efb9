"""What the desk checks beside the log's own proof: keys, anchors, the project file and releases that are here."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from config.terms import Action
from flows.audit.entry import OUTSIDE_ANY_RUN
from flows.audit.facts import Facts
from flows.desk.checks import checks_of, proof_of, verdict_of
from flows.desk.contents import Check, Outcome, Verdict
from flows.desk.evidence import Evidence, Folder, PublicKey
from flows.desk.release_checks import outcome_of
from flows.release.places import State
from tests.support.audit_story import KEYS, RELEASE, Said, digest, held, whole_story, written
from tests.support.desk import evidence, facts_of

KEY_ID = hashlib.sha256(KEYS.log.public_bytes_raw()).hexdigest()[:32]


def made(*more: Said) -> Evidence:
    log, checkpoints = written([*more, *whole_story()])
    return evidence(log, held(checkpoints[-1]))


def found(of: Evidence) -> dict[str, Check]:
    return {each.what: each for each in checks_of(of, proof_of(of))}


def custody(said: Facts) -> Said:
    return said, "cy", "custody", OUTSIDE_ANY_RUN


def test_each_check_says_how_to_make_it_again() -> None:
    for each in found(made()).values():
        assert each.again.startswith(("desirelines audit ", "openssl pkey ", "sha256sum "))


def test_a_key_that_the_log_names_holds_also_where_it_replaced_another() -> None:
    first = facts_of(Action.KEY_MADE, key="k-log", key_id="0" * 32)
    then = facts_of(Action.KEY_ROTATED, key="k-log", key_id=KEY_ID, previous_key_id="0" * 32)
    check = found(made(custody(first), custody(then)))["Public key of the log"]
    assert check.outcome is Outcome.HOLDS
    assert KEY_ID in check.found
    assert "the log names the same" in check.found


def test_a_key_that_the_log_names_otherwise_fails() -> None:
    other = facts_of(Action.KEY_MADE, key="k-log", key_id="0" * 32)
    check = found(made(custody(other)))["Public key of the log"]
    assert check.outcome is Outcome.FAILS


def test_without_a_key_every_anchor_and_release_is_left_unchecked() -> None:
    whole = made()
    anchored = replace(whole, held=replace(whole.held, checkpoints={**whole.held.checkpoints, "housing": b"{}"}))
    checks = found(replace(anchored, witness_key=PublicKey("k-witness", None, "key 'k-witness': it is missing")))
    assert checks["Public key of the witness"].outcome is Outcome.FAILS
    assert checks["Anchor of housing"].outcome is Outcome.NOT_DONE
    assert not [what for what in checks if what.startswith("Files of")]
    assert verdict_of(tuple(checks.values())) is Verdict.FAIL


def test_a_body_that_the_project_file_does_not_name_is_not_forgotten() -> None:
    log, checkpoints = written(whole_story(bodies=("housing", "elsewhere")))
    checks = found(evidence(log, held(checkpoints[-1])))
    assert checks["Anchor of elsewhere"].outcome is Outcome.NOT_DONE
    assert "the project file does not" in checks["Anchor of elsewhere"].found


def test_a_project_file_that_no_entry_names_is_said() -> None:
    whole = made()
    assert found(whole)["Project file"].outcome is Outcome.NOT_DONE
    source = b"project.toml"
    same = replace(whole, loaded=replace(whole.loaded, source=source))
    assert digest("project.toml") == hashlib.sha256(source).hexdigest()
    assert found(same)["Project file"].outcome is Outcome.HOLDS
    assert "entries 1 to 17" in found(same)["Project file"].found


@pytest.mark.parametrize(
    ("folder", "outcome", "said"),
    [
        (Folder(Path(), RELEASE, State.PUBLISHED, digest("manifest")), Outcome.HOLDS, "of entry 17"),
        (Folder(Path(), RELEASE, State.PUBLISHED, digest("other")), Outcome.FAILS, "not the one that was"),
        (Folder(Path(), RELEASE, State.PUBLISHED, problem="has been altered"), Outcome.FAILS, "Has been altered."),
    ],
)  # fmt: skip
def test_a_published_release_is_held_against_the_log(folder: Folder, outcome: Outcome, said: str) -> None:
    checks = found(replace(made(), folders=(folder,)))
    check = checks[f"Files of release {RELEASE}"]
    assert (check.outcome, said in check.found) == (outcome, True)


@pytest.mark.parametrize(
    ("folder", "outcome"),
    [
        (Folder(Path(), "f" * 16, State.PUBLISHED, digest("x")), Outcome.FAILS),
        (Folder(Path(), "f" * 16, State.STAGED, digest("x")), Outcome.FAILS),
        (Folder(Path(), "f" * 16, State.STAGED, problem="lost files"), Outcome.FAILS),
    ],
)  # fmt: skip
def test_a_release_that_the_log_does_not_know_fails(folder: Folder, outcome: Outcome) -> None:
    checks = found(replace(made(), folders=(folder,)))
    assert checks[f"Files of release {'f' * 16} ({folder.state})"].outcome is outcome
    assert outcome_of("f" * 16, tuple(checks.values())) is Outcome.FAILS
    assert outcome_of("e" * 16, tuple(checks.values())) is Outcome.NOT_DONE


def test_a_staged_release_that_the_log_says_was_staged_holds() -> None:
    story = whole_story()[:-2]
    log, checkpoints = written(story)
    folder = Folder(Path(), RELEASE, State.STAGED, digest("manifest"))
    checks = found(replace(evidence(log, held(checkpoints[-1])), folders=(folder,)))
    assert checks[f"Files of release {RELEASE} (staged)"].outcome is Outcome.HOLDS
