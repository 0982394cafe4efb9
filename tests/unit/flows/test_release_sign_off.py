import shutil
import stat
from pathlib import Path

import pytest

from config.errors import ReleaseError
from flows.audit.words import RefusalReason
from flows.release.places import State
from flows.release.sign_off import approve, examine, listing, refuse
from tests.support.check import APPROVALS, staging
from tests.support.contents import contents, layout, project


@pytest.fixture
def places(tmp_path):
    return layout(tmp_path)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def modes(folder: Path) -> set[str]:
    return {oct(stat.S_IMODE(each.stat().st_mode)) for each in folder.iterdir()}


def test_approval_by_another_publishes_the_very_bytes_that_were_staged(places) -> None:
    staged = staging(places, contents())
    before = snapshot(staged.folder)
    done = approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)
    assert (done.state, done.folder) == (State.PUBLISHED, places.releases / "published" / staged.id)
    assert done.manifest_digest == staged.manifest_digest
    assert snapshot(done.folder) == {**before, "approvals.json": APPROVALS}
    assert not staged.folder.exists()


def test_analysts_may_read_what_is_published_and_not_what_waits(places) -> None:
    staged = staging(places, contents())
    done = approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)
    assert modes(done.folder) == {"0o644"}
    assert stat.S_IMODE(done.folder.stat().st_mode) == 0o755
    assert stat.S_IMODE(done.folder.parent.stat().st_mode) == 0o755
    assert stat.S_IMODE(places.releases.stat().st_mode) == 0o750
    assert stat.S_IMODE((places.releases / "staged").stat().st_mode) == 0o750


@pytest.mark.parametrize(
    ("approver", "runner", "why"),
    [
        ("runner", "both", "the role output_checker"),
        ("nobody", "runner", "people"),
        ("", "runner", "people"),
        ("both", "both", "whoever ran it"),
        ("checker", "", "does not say who ran it"),
    ],
)
def test_only_a_named_approver_who_did_not_run_it_may_approve(places, approver, runner, why) -> None:
    staged = staging(places, contents())
    with pytest.raises(ReleaseError, match=why):
        approve(places, project(), staged.id, approver, runner, approvals=APPROVALS)
    assert staged.folder.exists()
    assert not (places.releases / "published" / staged.id).exists()


@pytest.mark.parametrize("name", ["journeys.csv", "report.html", "manifest.json"])
def test_a_release_that_was_altered_while_it_waited_is_not_published(places, name) -> None:
    staged = staging(places, contents())
    path = staged.folder / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ReleaseError, match="altered"):
        approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)
    assert not (places.releases / "published" / staged.id).exists()


def test_a_release_of_another_period_is_not_published(places) -> None:
    staged = staging(places, contents())
    with pytest.raises(ReleaseError, match="another project or period"):
        approve(
            places,
            project(project={"period": "2025-Q3"}),
            staged.id,
            "checker",
            "runner",
            approvals=APPROVALS,
        )


def test_the_beginning_of_an_id_is_enough_if_it_is_long_and_unique(places) -> None:
    staged = staging(places, contents())
    assert examine(places, project(), staged.id[:6], "checker", "runner").id == staged.id


@pytest.mark.parametrize("wrong", ["", "abc", "ABCDEF", "../../etc", "Anne Other", "0" * 17])
def test_what_is_no_id_is_refused_and_not_shown(places, wrong) -> None:
    staging(places, contents())
    with pytest.raises(ReleaseError) as caught:
        examine(places, project(), wrong, "checker", "runner")
    assert "hexadecimal" in str(caught.value)
    assert len(wrong) < 4 or wrong not in str(caught.value)


def test_an_unknown_and_an_ambiguous_beginning_are_refused(places) -> None:
    staged = staging(places, contents())
    with pytest.raises(ReleaseError, match="no such release"):
        examine(places, project(), "0" * 16 if staged.id[:6] != "0" * 6 else "1" * 16, "checker", "runner")
    (staged.folder.parent / (staged.id[:6] + "0" * 10)).mkdir()
    with pytest.raises(ReleaseError, match="beginning of 2 ids"):
        examine(places, project(), staged.id[:6], "checker", "runner")


def test_approving_again_is_harmless_and_finds_later_changes(places) -> None:
    staged = staging(places, contents())
    done = approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)
    assert approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS) == done
    (done.folder / "journeys.csv").write_bytes(b"altered")
    with pytest.raises(ReleaseError, match=r"altered: journeys\.csv"):
        approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)


@pytest.mark.parametrize(("method", "nth"), [("chmod", 1), ("chmod", 3), ("chmod", 12), ("rename", 1)])
def test_an_approval_that_is_interrupted_is_completed_by_the_same_command(
    places, monkeypatch, method, nth
) -> None:
    staged = staging(places, contents())
    before = snapshot(staged.folder)
    original, calls = getattr(Path, method), [0]

    def interrupted(self: Path, *arguments: object) -> object:
        calls[0] += 1
        if calls[0] == nth:
            raise KeyboardInterrupt
        return original(self, *arguments)

    monkeypatch.setattr(Path, method, interrupted)
    with pytest.raises(KeyboardInterrupt):
        approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)
    monkeypatch.undo()
    assert [each.id for each in listing(places)] == [staged.id]
    done = approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)
    assert snapshot(done.folder) == {**before, "approvals.json": APPROVALS}
    assert modes(done.folder) == {"0o644"}


def test_staging_what_is_published_leaves_it_published(places) -> None:
    staged = staging(places, contents())
    done = approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)
    again = staging(places, contents())
    assert (again.id, again.folder) == (staged.id, done.folder)
    assert not staged.folder.exists()


def test_a_refused_release_moves_aside_and_stays_refused(places) -> None:
    staged = staging(places, contents())
    done = refuse(places, project(), staged.id, "checker", RefusalReason.LINKAGE_QUALITY)
    assert (done.state, done.folder) == (State.REFUSED, places.releases / "refused" / staged.id)
    assert done.manifest_digest == staged.manifest_digest
    assert refuse(places, project(), staged.id, "checker", "linkage_quality") == done
    with pytest.raises(ReleaseError, match="was refused"):
        approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)
    with pytest.raises(ReleaseError, match="refused before"):
        staging(places, contents())


def test_a_reason_outside_the_list_is_answered_with_the_list(places) -> None:
    staged = staging(places, contents())
    with pytest.raises(ReleaseError, match="disclosure_risk") as caught:
        refuse(places, project(), staged.id, "checker", "I know one of them")
    assert "I know" not in str(caught.value)
    assert staged.folder.exists()


def test_a_published_release_can_no_longer_be_refused(places) -> None:
    staged = staging(places, contents())
    approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)
    with pytest.raises(ReleaseError, match="published"):
        refuse(places, project(), staged.id, "checker", RefusalReason.NOT_NEEDED)


def test_an_altered_release_can_be_refused_and_whoever_ran_it_may_do_so(places) -> None:
    staged = staging(places, contents())
    (staged.folder / "journeys.csv").unlink()
    done = refuse(places, project(), staged.id, "both", RefusalReason.DISCLOSURE_RISK)
    assert done.manifest_digest == staged.manifest_digest


def test_a_release_without_a_manifest_cannot_be_refused_since_nothing_could_be_logged(places) -> None:
    staged = staging(places, contents())
    (staged.folder / "manifest.json").unlink()
    with pytest.raises(ReleaseError, match="no manifest"):
        refuse(places, project(), staged.id, "checker", RefusalReason.DISCLOSURE_RISK)
    assert staged.folder.exists()


def test_the_list_shows_where_each_release_stands_and_whether_it_is_sound(places) -> None:
    first = staging(places, contents())
    approve(places, project(), first.id, "checker", "runner", approvals=APPROVALS)
    second = staging(places, contents(code_version="0.2.0"))
    third = staging(places, contents(code_version="0.3.0"))
    refuse(places, project(), third.id, "checker", RefusalReason.WRONG_TABLES)
    (second.folder / "journeys.csv").write_bytes(b"")
    shutil.copytree(second.folder, second.folder.parent / ".left.part")
    found = [(each.id, each.state, each.sound) for each in listing(places)]
    assert found == [
        (second.id, State.STAGED, False),
        (first.id, State.PUBLISHED, True),
        (third.id, State.REFUSED, True),
    ]
    line = listing(places)[1]
    assert (line.period, line.tables, line.cells, line.withheld, line.synthetic) == ("2025-Q2", 8, 114, 16, True)


def test_no_release_is_an_empty_list(places) -> None:
    assert listing(places) == []
