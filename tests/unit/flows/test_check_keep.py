"""The check on disk, and what approval asks of it."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from config.errors import BundleError, ReleaseError
from config.terms import Action
from flows.check.contents import Check, CheckReason, CheckVerdict, Reason
from flows.check.earlier import Earlier, published_last
from flows.check.keep import FIGURES, PAGE, forget_last, keep_last, of_release, read_last, require
from flows.layout import Layout
from flows.release.sign_off import approve
from flows.release.stage import stage
from flows.release.verify import read_release
from flows.report.labels import labels
from tests.support.check import APPROVALS, checked, failed, keep_for
from tests.support.contents import contents, layout, project


@pytest.fixture
def places(tmp_path: Path) -> Layout:
    return layout(tmp_path)


def test_the_check_stands_beside_the_release_and_is_no_part_of_it(places: Layout) -> None:
    staged = stage(places, contents())
    kept = keep_for(places, staged)
    folder = of_release(places, staged.id)
    assert {each.name for each in folder.iterdir()} == {FIGURES, PAGE}
    assert folder.parent.parent == places.releases
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o750
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o640}
    assert read_release(staged.folder).id == staged.id
    found = require(places, staged.id, staged.manifest_digest)
    assert found.model_copy(update={"page": None}) == kept


def test_a_release_without_its_check_is_not_published(places: Layout) -> None:
    staged = stage(places, contents())
    with pytest.raises(ReleaseError, match="has no check"):
        approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)
    assert staged.folder.exists()


@pytest.mark.parametrize("name", [FIGURES, PAGE])
def test_half_a_check_is_none(places: Layout, name: str) -> None:
    staged = stage(places, contents())
    keep_for(places, staged)
    (of_release(places, staged.id) / name).unlink()
    with pytest.raises(ReleaseError, match="has no check"):
        approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"release": "f" * 16}, "another release"),
        ({"manifest": "f" * 64}, "another manifest"),
        ({"manifest": None}, "another manifest"),
    ],
)
def test_the_check_of_another_release_does_not_do(places: Layout, changes: dict[str, object], why: str) -> None:
    staged = stage(places, contents())
    keep_for(places, staged, **changes)
    if "release" in changes:
        of_release(places, "f" * 16).rename(of_release(places, staged.id))
    with pytest.raises(ReleaseError, match=why):
        approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)
    assert staged.folder.exists()


def test_a_check_that_says_fail_stops_approval(places: Layout) -> None:
    staged = stage(places, contents())
    gate = Reason(reason=CheckReason.GATE, found=1, limit=None)
    keep_for(places, staged, verdict=CheckVerdict.FAIL, reasons=(gate,))
    with pytest.raises(ReleaseError, match="failed its check"):
        approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)


def test_a_page_that_was_changed_stops_approval(places: Layout) -> None:
    staged = stage(places, contents())
    keep_for(places, staged)
    page = of_release(places, staged.id) / PAGE
    page.write_text(page.read_text().replace("Review", "Pass"))
    with pytest.raises(ReleaseError, match="altered"):
        approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)


@pytest.mark.parametrize("damage", ["{}", "", '"verdict"'])
def test_a_check_that_cannot_be_read_stops_approval(places: Layout, damage: str) -> None:
    staged = stage(places, contents())
    keep_for(places, staged)
    figures = of_release(places, staged.id) / FIGURES
    figures.write_text(figures.read_text().replace('"review",', '"pass",') if damage == '"verdict"' else damage)
    with pytest.raises(ReleaseError, match="malformed"):
        approve(places, project(), staged.id, "checker", "runner", approvals=APPROVALS)


def test_the_last_attempts_check_is_read_back_and_forgotten(places: Layout) -> None:
    words = labels(project())
    for check in (failed()[3], checked()):
        page = keep_last(places, check, words)
        assert page == places.analysis / PAGE
        assert read_last(places).verdict is check.verdict
    page.write_text("another page")
    with pytest.raises(BundleError, match="page beside it"):
        read_last(places)
    (places.analysis / FIGURES).write_text("{}")
    with pytest.raises(BundleError, match="malformed"):
        read_last(places)
    forget_last(places)
    forget_last(places)
    with pytest.raises(BundleError, match="is not there"):
        read_last(places)


class Said:
    """As much of an entry as is looked at."""

    def __init__(self, action: Action, release: str) -> None:
        self.action = action
        self.facts = type("Facts", (), {"values": {"release": release}})()


def test_the_release_published_last_is_the_one_the_log_says_but_not_itself(places: Layout) -> None:
    first = stage(places, contents())
    keep_for(places, first)
    approve(places, project(), first.id, "checker", "runner", approvals=APPROVALS)
    compared = tuple(replace(each, compared=(first.id,)) for each in contents().tables)
    second = stage(places, replace(contents(), code_version="0.2.0", tables=compared))
    keep_for(places, second)
    approve(places, project(), second.id, "checker", "runner", approvals=APPROVALS)
    log = [Said(Action.PUBLISHED, first.id), Said(Action.STAGED, second.id), Said(Action.PUBLISHED, second.id)]
    found = published_last(log, places, "")
    assert isinstance(found, Earlier)
    assert found.release == second.id
    assert found.tables["journeys"] == ("journey_type", "segment")
    assert published_last(log, places, second.id).release == first.id
    assert published_last(log[1:], places, second.id) is None
    assert published_last([], places, first.id) is None
    manifest = places.releases / "published" / second.id / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    assert published_last(log, places, "").release == first.id


def test_a_check_survives_its_file(places: Layout) -> None:
    staged = stage(places, contents())
    kept = keep_for(places, staged)
    text = (of_release(places, staged.id) / FIGURES).read_text()
    assert Check.model_validate_json(text).tables == kept.tables
