"""Parties, their zones, and which of them may be one party's."""

from pathlib import Path

import pytest

from config.errors import SettingsError
from config.load import load_project
from tests.support.apart import EXAMPLE, section, two_bodies

PRINT = " ".join(["0a1b"] * 8)


def loaded(tmp_path: Path, old: str = "", new: str = "") -> None:
    text = two_bodies(EXAMPLE.read_text(encoding="utf-8")) + section("drop")
    assert old in text
    path = tmp_path / "project.toml"
    path.write_text(text.replace(old, new))
    load_project(path)


def test_four_parties_in_the_order_of_their_work_are_sound(tmp_path: Path) -> None:
    loaded(tmp_path)
    loaded(tmp_path, 'zones = ["linkage"]', f'zones = ["linkage"]\nfingerprint = "{PRINT}"')


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('zones = ["housing"]', 'zones = ["housing", "linkage"]', "never a mixture"),
        ('zones = ["linkage"]', 'zones = ["linkage", "analysis"]', "never a mixture"),
        ('zones = ["analysis", "publication"]', 'zones = ["analysis", "benefits"]', "never a mixture"),
        ('zones = ["analysis", "publication"]', 'zones = ["analysis"]', "'publication' has none"),
        ('zones = ["benefits"]', 'zones = ["housing"]', "'housing' is of two parties"),
        ('zones = ["benefits"]', 'zones = ["prison"]', "'prison' is neither a body"),
        ('zones = ["analysis", "publication"]', 'zones = ["publication", "analysis"]', "the order of their work"),
        ('drop = "drop"', 'drop = "../drop"', "without '..'"),
        ('drop = "drop"', "most_gib = 0", "expected more than 0"),
        ('zones = ["linkage"]', 'zones = ["linkage"]\nfingerprint = "0a1b"', "parties show"),
        ('zones = ["linkage"]', "zones = []", "1 or more entries"),
    ],
)
def test_what_would_put_together_what_must_stay_apart_is_a_fault(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        loaded(tmp_path, old, new)


def test_two_parties_with_one_key_are_a_fault(tmp_path: Path) -> None:
    text = two_bodies(EXAMPLE.read_text(encoding="utf-8"))
    path = tmp_path / "project.toml"
    path.write_text(text + section("drop", {"housing": PRINT, "benefits": PRINT}))
    with pytest.raises(SettingsError, match="same fingerprint"):
        load_project(path)
