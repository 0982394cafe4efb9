"""Sign-off as people give it: with their keys, one or two of them, and killed at every change of the disk."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import KeyFileError, ReleaseError
from config.load import load_project
from flows.inspect_log import verify_log
from flows.layout import Layout, layout
from flows.people import new_key, revoke_key
from flows.release.approvals import read_approvals, verify_approvals
from flows.release.places import State, place, standing
from flows.sign_off import approve_release, list_releases, refuse_release, withdraw_release
from tests.support.kills import Mortal, mortal
from tests.support.sign_off import (
    actions,
    key_of,
    project_file,
    ready,
    staged,
    with_keys,
    write_settings,
)

NEVER = 10_000
CLOSELY = 12


def approve(project: Path, release: str, person: str = "checker", *, reviewed: bool = True) -> str:
    return approve_release(project, release, person, key_of(project, person), reviewed=reviewed)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()} if folder.is_dir() else {}


def test_an_approval_is_signed_in_the_log_and_beside_the_release(tmp_path: Path) -> None:
    project, places, release = ready(tmp_path)
    assert "is published" in approve(project, release)
    assert actions(project)[-2:] == ["approved", "published"]
    folder = place(places, State.PUBLISHED, release)
    (one,) = read_approvals((folder / "approvals.json").read_bytes())
    assert (one.approver, one.statement["release"], one.statement["reviewed"]) == ("checker", release, "yes")
    assert verify_approvals(folder, {"checker": one.key}) == (one,)
    assert stat.S_IMODE((folder / "approvals.json").stat().st_mode) == 0o644
    verify_log(project)


def test_a_check_that_calls_for_a_look_asks_the_approver_to_say_that_they_looked(tmp_path: Path) -> None:
    project, places, release = ready(tmp_path)
    before = actions(project)
    with pytest.raises(ReleaseError, match=r"its check says review; look at .* approve it with --reviewed"):
        approve(project, release, reviewed=False)
    assert actions(project) == before
    assert place(places, State.STAGED, release).exists()


def test_with_two_approvers_it_is_published_after_the_second(tmp_path: Path) -> None:
    project, places, release = ready(tmp_path, approvers=2)
    assert "0 of 2" in list_releases(project)
    assert "1 of 2 approvals, by checker" in approve(project, release)
    assert "1 of 2" in list_releases(project)
    assert "1 of 2" in approve(project, release)
    assert place(places, State.STAGED, release).exists()
    assert actions(project).count("approved") == 1
    assert "is published" in approve(project, release, "second")
    assert actions(project)[-3:] == ["approved", "approved", "published"]
    told = read_approvals((place(places, State.PUBLISHED, release) / "approvals.json").read_bytes())
    assert [each.approver for each in told] == ["checker", "second"]
    assert "of 2" not in list_releases(project)


def test_who_ran_it_is_neither_the_first_nor_the_second(tmp_path: Path) -> None:
    project = project_file(tmp_path / "project", approvers=2)
    with_keys(project, "checker", "second", "both")
    release = staged(project, "both").id
    approve(project, release)
    with pytest.raises(ReleaseError, match="whoever ran it may not approve it"):
        approve(project, release, "both")
    assert actions(project).count("approved") == 1


def test_a_release_staged_when_one_was_enough_is_staged_again_when_two_are_asked(tmp_path: Path) -> None:
    project, _, release = ready(tmp_path)
    write_settings(project, approvers=2)
    with pytest.raises(ReleaseError, match="another number of people"):
        approve(project, release)
    staged(project, run="run-2")
    assert "1 of 2" in approve(project, release)


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("another's", "registered as the key of somebody else"),
        ("unknown", "is not the one that is registered"),
        ("revoked", "was revoked; make one with: desirelines people new checker"),
        ("replaced", "was revoked; sign with the key that was registered after it"),
        ("open", "is open to others"),
        ("missing", "is missing"),
        ("public", "is not the one that the log has registered"),
    ],
)
def test_a_key_that_is_not_the_approvers_valid_one_signs_nothing(tmp_path: Path, case: str, why: str) -> None:
    project, places, release = ready(tmp_path)
    key = key_of(project, "checker")
    if case == "another's":
        key = key_of(project, "second")
    elif case == "unknown":
        abroad = project_file(tmp_path / "elsewhere" / "project")
        with_keys(abroad, "checker")
        key = key_of(abroad, "checker")
    elif case in ("revoked", "replaced"):
        revoke_key(project, "checker", "runner", "lost")
        if case == "replaced":
            new_key(project, "checker", key_of(project, "again"))
    elif case == "open":
        key.chmod(0o644)
    elif case == "missing":
        key.unlink()
    else:
        shutil.copy(places.people / "second.pub", places.people / "checker.pub")
    before = actions(project)
    with pytest.raises(KeyFileError, match=why):
        approve_release(project, release, "checker", key, reviewed=True)
    assert actions(project) == before
    assert place(places, State.STAGED, release).exists()


def test_approvals_that_were_altered_beside_a_published_release_are_noticed(tmp_path: Path) -> None:
    project, places, release = ready(tmp_path)
    approve(project, release)
    path = place(places, State.PUBLISHED, release) / "approvals.json"
    path.write_bytes(path.read_bytes().replace(b'"reviewed":"yes"', b'"reviewed":"no"'))
    with pytest.raises(ReleaseError, match=r"its approvals\.json is not what the audit log says"):
        approve(project, release)


def test_a_refusal_is_signed_and_final(tmp_path: Path) -> None:
    project, places, release = ready(tmp_path)
    with pytest.raises(ReleaseError, match="one of disclosure_risk"):
        refuse_release(project, release, "checker", "a bad feeling", key_of(project, "checker"))
    with pytest.raises(ReleaseError, match="the role output_checker"):
        refuse_release(project, release, "runner", "wrong_period", key_of(project, "checker"))
    said = refuse_release(project, release, "checker", "wrong_period", key_of(project, "checker"))
    assert said == f"release {release} is refused: wrong_period"
    assert place(places, State.REFUSED, release).exists()
    assert actions(project)[-1] == "refused"
    with pytest.raises(ReleaseError, match="was refused"):
        approve(project, release)


def withdraw(project: Path, release: str, reason: str = "error_found") -> str:
    return withdraw_release(project, release, "second", reason, key_of(project, "second"))


def test_a_withdrawn_release_is_closed_kept_and_told_of(tmp_path: Path) -> None:
    project, places, release = ready(tmp_path)
    with pytest.raises(ReleaseError, match="was not published; what is staged can be refused"):
        withdraw(project, release)
    approve(project, release)
    public, kept = place(places, State.PUBLISHED, release), place(places, State.WITHDRAWN, release)
    before = snapshot(public)
    with pytest.raises(ReleaseError, match="one of disclosure, error_found"):
        withdraw(project, release, "second thoughts")
    assert "is withdrawn: error_found" in withdraw(project, release)
    assert actions(project)[-1] == "withdrawn"
    assert snapshot(kept) == before
    notice = snapshot(public)
    assert set(notice) == {"withdrawn.json", "withdrawn.txt"}
    assert set(notice["withdrawn.json"].decode().split('"')[1::2]) == {
        "format", "desirelines notice of withdrawal 1", "reason", "error_found", "release", release, "withdrawn",
        notice["withdrawn.json"].decode().split('"')[-2],
    }  # fmt: skip
    assert stat.S_IMODE(kept.stat().st_mode) == 0o750
    assert {stat.S_IMODE(each.stat().st_mode) for each in kept.iterdir()} == {0o640}
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o750
    assert {stat.S_IMODE(each.stat().st_mode) for each in public.iterdir()} == {0o644}
    assert list(standing(places)) == [(State.WITHDRAWN, release)]
    assert "withdrawn" in list_releases(project)
    with pytest.raises(ReleaseError, match="was withdrawn"):
        approve(project, release)
    with pytest.raises(ReleaseError, match="was withdrawn before"):
        staged(project, run="run-2")
    verify_log(project)


def test_a_notice_put_into_a_release_hides_nothing(tmp_path: Path) -> None:
    project, places, release = ready(tmp_path)
    approve(project, release)
    (place(places, State.PUBLISHED, release) / "withdrawn.json").write_bytes(b"{}")
    assert list(standing(places)) == [(State.PUBLISHED, release)]


def test_an_altered_release_can_be_withdrawn(tmp_path: Path) -> None:
    project, places, release = ready(tmp_path)
    approve(project, release)
    (place(places, State.PUBLISHED, release) / "manifest.json").write_bytes(b"{}")
    withdraw(project, release)
    assert place(places, State.WITHDRAWN, release).exists()


COMMANDS = {
    "approve as the first": (2, (), "tests.support.sign_off:approve_reviewed", ("checker",)),
    "approve as the second": (2, (approve,), "tests.support.sign_off:approve_reviewed", ("second",)),
    "refuse": (1, (), "flows.sign_off:refuse_release", ("checker", "wrong_tables")),
    "withdraw": (1, (approve,), "flows.sign_off:withdraw_release", ("second", "error_found")),
}
"""How many must approve, what comes before, the function and its arguments but for project, release and key."""


@pytest.fixture(scope="module")
def dying() -> Iterator[Mortal]:
    with mortal() as process:
        yield process


def outcome(project: Path, places: Layout) -> tuple[object, ...]:
    """Everything but times: where releases stand, their bytes and modes, and what the log says was done."""
    told = {
        (state, name): {
            path: (
                data if path not in ("withdrawn.json", "withdrawn.txt") else b"",
                mode(places, state, name, path),
            )
            for path, data in snapshot(place(places, state, name)).items()
        }
        for state in State
        for name in [each.name for each in (places.releases / state).glob("*")]
    }
    return told, actions(project), list(standing(places))


def mode(places: Layout, state: State, name: str, path: str) -> int:
    return stat.S_IMODE((place(places, state, name) / path).stat().st_mode)


@pytest.mark.slow
@pytest.mark.parametrize("case", COMMANDS)
def test_killed_between_any_two_changes_and_given_again_it_comes_out_the_same(
    tmp_path: Path, dying: Mortal, case: str
) -> None:
    approvers, before, command, given = COMMANDS[case]
    project, _, release = ready(tmp_path / "first", approvers=approvers)
    for each in before:
        each(project, release)

    def run(nth: int, project: Path) -> bool:
        key = str(key_of(project, given[0]))
        return dying.killed_at(nth, command, str(project), release, *given, key)

    done = copied(tmp_path, "done")
    assert not run(NEVER, done[0])
    expected = outcome(*done)
    nth, alive = 1, True
    while alive:
        project, places = copied(tmp_path, f"kill-{nth}")
        alive = run(nth, project)
        assert not run(NEVER, project)
        assert outcome(project, places) == expected, nth
        shutil.rmtree(tmp_path / f"kill-{nth}")
        # Every change of the log; of what follows, mostly modes of files, a few will do.
        nth += 1 if nth < CLOSELY else 4
    assert nth > 6


def copied(tmp_path: Path, name: str) -> tuple[Path, Layout]:
    shutil.copytree(tmp_path / "first", tmp_path / name)
    project = tmp_path / name / "project" / "project.toml"
    return project, layout(load_project(project))
