from importlib.resources import files
from pathlib import Path

import pytest

from config.errors import SettingsError
from config.load import load_project
from config.settings import Project

EXAMPLE = (files("config") / "example" / "project.toml").read_text(encoding="utf-8")
SECTION = """
[extract]
setting = "safe setting"
approved_by = "output_checker"
least_people = 10
least_values = 3
diversity = "distinct"
most_distance = 0.3
most_suppressed_percent = 5.0
sensitive = ["journey_type", "duration"]
started = ["week", "month", "all"]
segment = ["segment", "group", "all"]
route = ["full", "bodies", "number", "all"]

[extract.segment_groups]
young_adult = "adult"
family = "family"
working_age = "adult"
older = "older"
"""


def loaded(tmp_path: Path, section: str) -> Project:
    path = tmp_path / "project.toml"
    path.write_text(EXAMPLE + section, encoding="utf-8")
    return load_project(path).project


def test_without_the_section_there_is_no_extract(tmp_path: Path) -> None:
    assert loaded(tmp_path, "").extract is None


def test_a_whole_section_is_read(tmp_path: Path) -> None:
    extract = loaded(tmp_path, SECTION).extract
    assert extract is not None
    assert {str(column): [str(level) for level in levels] for column, levels in extract.levels.items()} == {
        "started": ["week", "month", "all"],
        "segment": ["segment", "group", "all"],
        "route": ["full", "bodies", "number", "all"],
    }


REQUIRED = (
    "setting", "approved_by", "least_people", "least_values", "diversity", "most_distance",
    "most_suppressed_percent", "sensitive",
)  # fmt: skip


@pytest.mark.parametrize("setting", REQUIRED)
def test_nothing_that_protects_has_a_default(tmp_path: Path, setting: str) -> None:
    without = "\n".join(line for line in SECTION.splitlines() if not line.startswith(f"{setting} ="))
    with pytest.raises(SettingsError, match=rf"extract\.{setting}: this setting is required"):
        loaded(tmp_path, without)


FAULTS = [
    ('"safe setting"', '"anywhere"', "extract.setting: expected 'safe setting'"),
    ("least_people = 10", "least_people = 9", "expected at least the least_people of [disclosure]"),
    ("least_people = 10", "least_people = 4", "extract.least_people: expected at least 5"),
    ("least_values = 3", "least_values = 1", "extract.least_values: expected at least 2"),
    ("most_distance = 0.3", "most_distance = 1.0", "extract.most_distance: expected less than 1"),
    ("most_suppressed_percent = 5.0", "most_suppressed_percent = 101.0", "expected at most 100"),
    ('"distinct"', '"none"', "extract.diversity: expected 'distinct' or 'entropy'"),
    ('"output_checker"', '"governance_runner"', "extract.approved_by: expected one of [people]"),
    ('"output_checker"', '"nobody"', "extract.approved_by: expected one of [people]"),
    ('["week", "month", "all"]', '["fortnight"]', "extract.started.0: expected 'day', 'week', 'month'"),
    ('["week", "month", "all"]', '["week", "week"]', "extract.started: a level stands twice"),
    ('["journey_type", "duration"]', "[]", "extract.sensitive: expected 1 or more entries"),
    ('["journey_type", "duration"]', '["state", "state"]', "extract.sensitive: a column stands twice"),
    ('["journey_type", "duration"]', '["segment"]', "a column is sensitive or has levels, not both"),
    ('["journey_type", "duration"]', '["name"]', "extract.sensitive.0: expected 'journey_type', 'segment'"),
    ('"group", ', "", "expected groups where 'group' is a level of segment, and only there"),
    ('older = "older"\n', "", "'older' of [words.segment] has no group"),
    ('family = "family"', 'familly = "family"', "'familly' is not a word of [words.segment]"),
]


@pytest.mark.parametrize(("old", "new", "fault"), FAULTS)
def test_each_fault_is_explained(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in SECTION
    with pytest.raises(SettingsError) as raised:
        loaded(tmp_path, SECTION.replace(old, new))
    assert any(fault in each for each in raised.value.faults), raised.value.faults


def test_as_many_different_people_answer_for_an_extract_as_approve_a_release(tmp_path: Path) -> None:
    two = EXAMPLE.replace("approvers = 1", "approvers = 2") + (
        '[people.second_checker]\nname = "Second"\nroles = ["output_checker"]\nkey = "second"\n'
    )
    path = tmp_path / "project.toml"
    for said in ('"output_checker"', '["output_checker", "output_checker"]'):
        path.write_text(two + SECTION.replace('"output_checker"', said), encoding="utf-8")
        with pytest.raises(SettingsError, match=r"extract.approved_by: expected 2 different people"):
            load_project(path)
    both = SECTION.replace('"output_checker"', '["output_checker", "second_checker"]')
    path.write_text(two + both, encoding="utf-8")
    extract = load_project(path).project.extract
    assert extract is not None
    assert extract.approved_by == ("output_checker", "second_checker")


def test_an_extract_of_no_column_is_refused(tmp_path: Path) -> None:
    bare = "\n".join(SECTION.split("\nstarted")[0].splitlines()) + "\n"
    with pytest.raises(SettingsError, match="expected levels for at least one column"):
        loaded(tmp_path, bare)
