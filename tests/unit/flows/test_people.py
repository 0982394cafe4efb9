"""Keys of people: made, kept apart from the project, registered, replaced and shown."""

import stat
from pathlib import Path

import pytest

from config.errors import KeyFileError
from config.load import load_project
from flows.demo import invent_keys
from flows.layout import layout
from flows.people import new_key, revoke_key, show_people
from flows.person_keys import INVENTED, key_file, load_person_key
from tests.support.kills import Mortal, mortal
from tests.support.sign_off import PEOPLE, actions, key_of, project_file, with_keys, write_settings

PHRASE = "a phrase nobody else knows"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return project_file(tmp_path / "project")


def everything(root: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())


def secret_line(key: Path) -> bytes:
    return key.read_bytes().splitlines()[1]


def test_a_key_is_made_kept_outside_and_registered(project: Path) -> None:
    said = new_key(project, "checker", key_of(project, "checker"))
    key = key_of(project, "checker")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert actions(project)[-1] == "person_key_registered"
    assert secret_line(key) not in everything(project.parent)
    assert secret_line(key).decode() not in said
    fingerprint = said.splitlines()[1].split()[1]
    shown = show_people(project)
    (line,) = [each for each in shown.splitlines() if each.startswith("checker ") and "valid" in each]
    assert fingerprint in line
    assert "output_checker" in line


def test_the_usual_place_of_a_key_is_the_users_own_folder(project: Path, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    new_key(project, "checker")
    key = tmp_path / "home" / ".desirelines" / "example" / "checker.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700


def test_made_again_it_is_the_same_key_and_nothing_is_registered_twice(project: Path) -> None:
    first = new_key(project, "checker", key_of(project, "checker"))
    before = key_of(project, "checker").read_bytes(), actions(project)
    assert new_key(project, "checker", key_of(project, "checker")) == first
    assert (key_of(project, "checker").read_bytes(), actions(project)) == before


def test_a_passphrase_encrypts_the_key_and_is_asked_for(project: Path) -> None:
    key = key_of(project, "checker")
    new_key(project, "checker", key, passphrase=PHRASE)
    assert b"ENCRYPTED" in key.read_bytes()
    assert load_person_key(key, "checker", lambda _: PHRASE)
    with pytest.raises(KeyFileError, match="its passphrase is another one"):
        load_person_key(key, "checker", lambda _: "another phrase")
    with pytest.raises(KeyFileError, match="nobody can be asked") as caught:
        new_key(project, "checker", key)
    assert PHRASE not in str(caught.value)
    assert PHRASE.encode() not in everything(project.parent)
    with pytest.raises(KeyFileError, match="at least 12 characters"):
        new_key(project, "second", key_of(project, "second"), passphrase="short")
    assert not key_of(project, "second").exists()


@pytest.mark.parametrize(
    ("person", "why"), [("nobody", "does not stand under"), ("reader", "names no key"), ("runner", "names no key")]
)
def test_only_people_with_a_key_in_the_project_file_get_one(project: Path, person: str, why: str) -> None:
    with pytest.raises(KeyFileError, match=why):
        new_key(project, person, key_of(project, person))


def test_a_private_key_of_a_real_project_may_not_lie_in_its_folder(tmp_path: Path) -> None:
    project = project_file(tmp_path / "project", synthetic=False)
    inside = tmp_path / "project" / "people" / "checker.key"
    (tmp_path / "link").symlink_to(tmp_path / "project")
    for path in (inside, tmp_path / "link" / "checker.key", tmp_path / "project" / "x" / ".." / "checker.key"):
        with pytest.raises(KeyFileError, match="may not lie in the project's folder"):
            new_key(project, "checker", path)
    assert not [*tmp_path.rglob("checker.key")]


def test_a_lost_key_is_revoked_and_a_new_one_takes_its_place(project: Path) -> None:
    with_keys(project, "checker")
    key = key_of(project, "checker")
    key.unlink()
    with pytest.raises(KeyFileError, match="has a valid key already; if it is lost, a custodian revokes it first"):
        new_key(project, "checker", key)
    assert not key.exists()
    assert "counts no longer: lost" in revoke_key(project, "checker", "runner", "lost")
    assert "no valid key" in show_people(project)
    new_key(project, "checker", key)
    assert actions(project)[-3:] == ["person_key_registered", "person_key_revoked", "person_key_registered"]
    lines = [each for each in show_people(project).split("keys over time")[1].splitlines() if "checker" in each]
    assert [each.endswith("now") for each in lines] == [False, True]


def test_a_second_key_needs_the_first_to_be_revoked(project: Path) -> None:
    with_keys(project, "checker", "second")
    for other in ("second", "fresh"):
        before = actions(project)
        with pytest.raises(KeyFileError, match="has a valid key already"):
            new_key(project, "checker", key_of(project, other))
        assert actions(project) == before


def test_a_revoked_key_is_not_registered_again(project: Path) -> None:
    with_keys(project, "checker")
    revoke_key(project, "checker", "checker", "stolen")
    with pytest.raises(KeyFileError, match="was revoked and counts no longer; move its file aside"):
        new_key(project, "checker", key_of(project, "checker"))


@pytest.mark.parametrize(
    ("actor", "reason", "why"),
    [
        ("second", "lost", "the role custodian"),
        ("reader", "lost", "the role custodian"),
        ("nobody", "lost", "the role custodian"),
        ("runner", "I know why", "one of lost, stolen, replaced, left"),
    ],
)
def test_only_its_owner_or_a_custodian_revokes_a_key_for_a_reason(
    project: Path, actor: str, reason: str, why: str
) -> None:
    with_keys(project, "checker")
    before = actions(project)
    with pytest.raises(KeyFileError, match=why):
        revoke_key(project, "checker", actor, reason)
    assert actions(project) == before


def test_the_key_of_somebody_who_left_the_project_file_can_be_revoked(project: Path) -> None:
    with_keys(project, "second")
    write_settings(project, people={name: each for name, each in PEOPLE.items() if name != "second"})
    assert "second" in revoke_key(project, "second", "runner", "left")
    with pytest.raises(KeyFileError, match="has none that is valid"):
        revoke_key(project, "second", "runner", "left")


def test_another_public_half_in_the_folder_is_shown(project: Path) -> None:
    with_keys(project, "checker", "second")
    folder = layout(load_project(project)).people
    (folder / "checker.pub").write_bytes((folder / "second.pub").read_bytes())
    assert "ANOTHER public half lies in the folder" in show_people(project)
    (folder / "checker.pub").unlink()
    assert "its public half is missing or unusable" in show_people(project)


def test_invented_people_have_keys_in_a_folder_that_says_what_it_is(project: Path) -> None:
    invent_keys(project)
    folder = project.parent / INVENTED
    assert {each.name for each in folder.iterdir()} == {"README.txt", "checker.key", "second.key", "both.key"}
    assert "protect nothing" in (folder / "README.txt").read_text()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert key_file(load_project(project), "checker", None) == folder / "checker.key"
    before = actions(project)
    invent_keys(project)
    assert actions(project) == before


@pytest.fixture(scope="module")
def dying():
    with mortal() as process:
        yield process


def test_a_key_that_a_kill_left_half_made_is_completed(tmp_path: Path, dying: Mortal) -> None:
    nth, alive = 1, True
    while alive:
        project = project_file(tmp_path / str(nth) / "project")
        arguments = ("flows.people:new_key", str(project), "checker", str(key_of(project, "checker")))
        alive = dying.killed_at(nth, *arguments)
        assert not dying.killed_at(10_000, *arguments), nth
        assert actions(project).count("person_key_registered") == 1
        assert " valid" in show_people(project)
        nth += 3
    assert nth > 5
