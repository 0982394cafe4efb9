from importlib.resources import files
from pathlib import Path

import pytest

from config.errors import SettingsError
from config.load import load_project
from config.people import Person

EXAMPLE = (files("config") / "example" / "project.toml").read_text(encoding="utf-8")
HEAD, REST = EXAMPLE.split("[people.governance_runner]")
TAIL = REST.split("\n[schedule]")[1]
RUNNER = '[people.ann]\nname = "A"\nroles = ["runner", "custodian"]\n'
CHECKER = '[people.bo]\nname = "B"\nroles = ["output_checker"]\nkey = "bo"\n'
BOTH = '[people.cy]\nname = "C"\nroles = ["output_checker", "runner"]\nkey = "cy"\n'


def load(tmp_path: Path, *people: str, approvers: object = 1):
    path = tmp_path / "project.toml"
    sign_off = f"\n[sign_off]\napprovers = {approvers}\n\n[schedule]"
    path.write_text(HEAD + "\n".join(people) + sign_off + TAIL, encoding="utf-8")
    return load_project(path).project


def faults(tmp_path: Path, *people: str, approvers: object = 1) -> str:
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, *people, approvers=approvers)
    return "\n".join(raised.value.faults)


def test_roles_say_what_somebody_may_do(tmp_path: Path) -> None:
    people = load(tmp_path, RUNNER, CHECKER, BOTH, '[people.di]\nname = "D"\nroles = ["auditor"]\n').people

    def may(person: Person) -> tuple[bool, bool, bool]:
        return person.may_run, person.may_approve, person.may_keep_keys

    assert {name: may(person) for name, person in people.items()} == {
        "ann": (True, False, True),
        "bo": (False, True, False),
        "cy": (True, True, False),
        "di": (False, False, False),
    }


@pytest.mark.parametrize("old", ["may_run = true", "may_approve = false"])
def test_a_file_of_an_earlier_version_is_told_what_to_write(tmp_path: Path, old: str) -> None:
    said = faults(tmp_path, RUNNER, f'[people.bo]\nname = "B"\n{old}\n')
    assert "people.bo.roles: this setting is required" in said
    assert f"people.bo.{old.split(' ')[0]}: is no longer a setting; in place of" in said
    assert "into roles = [ ] of this person" in said


def test_a_role_outside_the_list_is_a_fault_and_takes_no_control_away(tmp_path: Path) -> None:
    said = faults(tmp_path, RUNNER, CHECKER.replace("output_checker", "reviewer"))
    assert "people.bo.roles.0: expected 'runner', 'output_checker', 'custodian' or 'auditor'" in said
    assert "expected 1 or more entries" in faults(tmp_path, RUNNER, CHECKER.replace('"output_checker"', ""))


def test_a_file_that_says_not_how_many_must_approve_is_told_what_to_write(tmp_path: Path) -> None:
    path = tmp_path / "project.toml"
    path.write_text(EXAMPLE.replace("[sign_off]", "").replace("approvers = 1", ""), encoding="utf-8")
    with pytest.raises(
        SettingsError, match=r"sign_off: this section is required; write \[sign_off\] and below it"
    ):
        load_project(path)


@pytest.mark.parametrize("approvers", ["0", "3", '"2"', "true", "1.0"])
def test_a_release_needs_one_or_two_approvers(tmp_path: Path, approvers: str) -> None:
    assert "sign_off.approvers: expected" in faults(tmp_path, RUNNER, CHECKER, approvers=approvers)


@pytest.mark.parametrize(
    ("people", "there"),
    [((RUNNER, CHECKER), 1), ((CHECKER, BOTH.replace('"runner"', '"runner", "custodian"')), 1)],
)
def test_two_approvers_are_not_asked_of_people_who_cannot_be_two(tmp_path: Path, people, there: int) -> None:
    said = faults(tmp_path, *people, approvers=2)
    assert "sign_off.approvers: expected no more than there are people with the role output_checker" in said
    assert f"here {there};" in said


def test_two_approvers_may_be_asked_where_some_runner_has_two_beside(tmp_path: Path) -> None:
    assert load(tmp_path, RUNNER, CHECKER, BOTH, approvers=2).sign_off.approvers == 2


def test_nobody_is_left_who_could_approve(tmp_path: Path) -> None:
    alone = BOTH.replace('"runner"', '"runner", "custodian"')
    said = faults(tmp_path, alone, '[people.di]\nname = "D"\nroles = ["auditor"]\n')
    assert "expected somebody with the role output_checker beside somebody else with the role runner" in said


def test_somebody_must_keep_the_keys(tmp_path: Path) -> None:
    assert "expected somebody with the role custodian" in faults(
        tmp_path, RUNNER.replace(', "custodian"', ""), CHECKER
    )


def test_who_signs_has_a_key_of_their_own(tmp_path: Path) -> None:
    assert "people.bo.key: expected the name of a key" in faults(
        tmp_path, RUNNER, CHECKER.replace('key = "bo"\n', "")
    )
    assert "people.cy.key: is the key of 'bo' too" in faults(
        tmp_path, RUNNER, CHECKER, BOTH.replace('key = "cy"', 'key = "bo"')
    )


def test_a_role_stands_once(tmp_path: Path) -> None:
    assert "people.ann.roles: a role stands twice" in faults(
        tmp_path, RUNNER.replace('"custodian"', '"custodian", "runner"'), CHECKER
    )
