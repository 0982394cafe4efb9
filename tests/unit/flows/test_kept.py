"""What is kept from one linkage to the next is believed only if it is whole."""

from pathlib import Path

import pytest

from config.settings import LinkageSettings
from flows.kept import FOLDER, forget, keep, kept
from linkage.bundles import BodyTokens
from linkage.link import link
from linkage.through_time import History, Kept, basis
from tests.support.drawn_people import drawn
from tests.support.token_bundles import people_bundle

SETTINGS = LinkageSettings()


def bodies(**options: object) -> list[BodyTokens]:
    return [people_bundle(name, people, **options) for name, (people, _) in zip("ab", drawn(40), strict=True)]


def found() -> Kept:
    history = History(basis([body.manifest for body in bodies()], SETTINGS, []), None)
    kept_now = link(bodies(), SETTINGS, history=history).kept
    assert kept_now is not None
    return kept_now


def test_what_is_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    said = found()
    keep(tmp_path, said)
    again = kept(tmp_path)
    assert again is not None
    assert again.basis == said.basis
    for name in ("rows", "pairs", "crowds"):
        assert getattr(again, name).equals(getattr(said, name))
    forget(tmp_path)
    assert kept(tmp_path) is None


@pytest.mark.parametrize("damage", ["cut", "gone", "swapped", "no basis", "not json", "other columns"])
def test_what_is_not_whole_is_not_believed(tmp_path: Path, damage: str) -> None:
    keep(tmp_path, found())
    folder = tmp_path / FOLDER
    if damage == "cut":
        (folder / "pairs.parquet").write_bytes((folder / "pairs.parquet").read_bytes()[:-1])
    elif damage == "gone":
        (folder / "rows.parquet").unlink()
    elif damage == "swapped":
        (folder / "rows.parquet").rename(folder / "pairs.parquet")
    elif damage == "no basis":
        (folder / "basis.json").unlink()
    elif damage == "not json":
        (folder / "basis.json").write_text("{")
    else:
        (folder / "basis.json").write_text('{"basis": "x", "files": []}')
    assert kept(tmp_path) is None


@pytest.mark.parametrize(
    "other",
    [
        {"key": "another"},
        {"key_period": "2020"},
        {"population": 20_000},
        {"unique": False},
        {"project": "another"},
    ],
)
def test_what_rests_on_something_else_is_not_compared(other: dict[str, object]) -> None:
    usual = basis([body.manifest for body in bodies()], SETTINGS, [])
    assert basis([body.manifest for body in bodies(**other)], SETTINGS, []) != usual


def test_what_rests_on_the_same_is_compared_whatever_the_order_and_period() -> None:
    usual = basis([body.manifest for body in bodies(key_period="2020")], SETTINGS, [("a", "b")])
    later = [body.manifest for body in reversed(bodies(key_period="2020", period="2027"))]
    assert basis(later, SETTINGS, [("b", "a")]) == usual
    assert basis(later, LinkageSettings(most_pairs_per_token=500), [("b", "a")]) != usual
    assert basis(later, SETTINGS, []) != usual


def test_other_settings_have_all_linked_again() -> None:
    history = History("another basis", found())
    linked = link(bodies(), SETTINGS, history=history)
    assert linked.manner == "settings"
    assert linked.spine.equals(link(bodies(), SETTINGS).spine)
