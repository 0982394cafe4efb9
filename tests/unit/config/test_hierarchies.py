"""Hierarchies that are trees over words of the project, and those that are refused."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pytest

from config.errors import SettingsError
from config.hierarchies import ancestors, hierarchy_faults, parents_of, paths, quarters
from config.load import load_project
from config.settings import Group
from config.terms import Hierarchical

WORDS = {"repairs", "tenancy", "care"}
EXAMPLE = (files("config") / "example" / "project.toml").read_text(encoding="utf-8")


def groups(**parts: tuple[str, ...]) -> dict[str, Group]:
    return {name: Group(title=name, parts=each) for name, each in parts.items()}


def faults(
    sort: Hierarchical = Hierarchical.SERVICE, pairs: tuple[tuple[str, str], ...] = (), **parts: tuple[str, ...]
) -> list[str]:
    known: Mapping[Hierarchical, set[str]] = {Hierarchical.SERVICE: WORDS, Hierarchical.BODY: WORDS}
    return [
        ".".join(place) + ": " + fault for place, fault in hierarchy_faults({sort: groups(**parts)}, known, pairs)
    ]


def test_groups_within_groups_and_words_in_none_are_sound() -> None:
    assert faults(homes=("repairs",), council=("homes", "tenancy")) == []


def test_a_circle_is_refused_at_each_of_its_groups() -> None:
    assert faults(homes=("council",), council=("homes",)) == [
        "hierarchies.service.council.parts: 'council' is above itself",
        "hierarchies.service.homes.parts: 'homes' is above itself",
    ]
    assert faults(homes=("homes",)) == ["hierarchies.service.homes.parts: 'homes' is above itself"]


def test_a_part_that_is_neither_word_nor_group_is_refused() -> None:
    assert faults(homes=("repairs", "gas")) == [
        "hierarchies.service.homes.parts: 'gas' is neither a word nor a group"
    ]


def test_a_group_named_like_a_word_is_refused() -> None:
    (found,) = faults(care=("repairs",))
    assert found == "hierarchies.service.care: 'care' is a word already; a group needs a name of its own"


def test_a_category_in_two_groups_or_twice_in_one_is_refused() -> None:
    twice = "hierarchies.service: 'repairs' stands in two places; a category is part of one group"
    assert faults(homes=("repairs",), council=("repairs", "tenancy")) == [twice]
    assert faults(homes=("repairs", "repairs")) == [twice]


def test_two_bodies_without_a_gateway_are_refused_a_group_however_far_above() -> None:
    found = faults(Hierarchical.BODY, (("repairs", "care"),), homes=("repairs",), council=("homes", "care"))
    assert found == ["hierarchies.body.council.parts: 'repairs' and 'care' have no gateway to each other"]


@pytest.mark.parametrize("parts", [{"quarter": ("january",)}, {"season": ("calendar",)}, {}])
def test_months_have_the_calendars_quarters_and_no_other_groups(parts: dict[str, tuple[str, ...]]) -> None:
    assert faults(Hierarchical.MONTH, quarter=("calendar",)) == []
    assert faults(Hierarchical.MONTH, **parts) == [
        "hierarchies.month: expected the one group 'quarter', with parts = [\"calendar\"]"
    ]


def test_a_project_file_tells_every_fault_of_its_hierarchies(tmp_path: Path) -> None:
    path = tmp_path / "project.toml"
    path.write_text(
        EXAMPLE.replace('parts = ["repairs", "tenancy",', 'parts = ["hospital", "gas",').replace(
            "[hierarchies.service.money]", "[hierarchies.colour.money]"
        ),
        encoding="utf-8",
    )
    with pytest.raises(SettingsError) as raised:
        load_project(path)
    assert any("hierarchies.colour" in fault for fault in raised.value.faults)
    stray = EXAMPLE.replace('parts = ["repairs", "tenancy",', 'parts = ["hospital", "gas",')
    path.write_text(stray, encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        load_project(path)
    told = "\n".join(raised.value.faults)
    assert "'gas' is neither a word nor a group" in told
    assert "'hospital' stands in two places" in told


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ('sensitive = ["colour"]', "'colour' is not one of"),
        ('structural_zeros = [["service=care", "month=2025-01"]]', "expected none where all zeros are structural"),
        (
            'zeros = "sampled"\nstructural_zeros = [["service=a", "service=b"]]',
            "expected two different dimensions",
        ),
        ('zeros = "sampled"\nstructural_zeros = [["service", "month=2025-01"]]', "expected 'dimension=category'"),
    ],
)
def test_what_cannot_be_meant_of_zeros_and_sensitive_dimensions_is_refused(
    tmp_path: Path, said: str, fault: str
) -> None:
    path = tmp_path / "project.toml"
    path.write_text(EXAMPLE.replace("\nprotection = 5\n", f"\nprotection = 5\n{said}\n"), encoding="utf-8")
    with pytest.raises(SettingsError, match=fault):
        load_project(path)


def test_the_way_up_and_its_order() -> None:
    parents = parents_of(groups(homes=("repairs", "tenancy"), council=("homes", "care")))
    assert ancestors("repairs", parents) == ["homes", "council"]
    ordered = sorted(paths(parents), key=paths(parents).__getitem__)
    assert ordered == ["council", "care", "homes", "repairs", "tenancy"]
    assert quarters(["2025-03", "2025-04", "2026-12"]) == {
        "2025-03": "2025-Q1",
        "2025-04": "2025-Q2",
        "2026-12": "2026-Q4",
    }
