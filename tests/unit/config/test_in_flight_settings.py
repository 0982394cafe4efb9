"""Bands of ages, times of open journeys, and personas that a project file may ask for."""

from pathlib import Path

import pytest

from config.errors import SettingsError
from config.in_flight import InFlightSettings
from config.load import load_project

EXAMPLE = Path(__file__).parents[3] / "config" / "example" / "project.toml"


def faults(tmp_path: Path, old: str, new: str) -> str:
    path = tmp_path / "project.toml"
    text = EXAMPLE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError) as found:
        load_project(path)
    return str(found.value)


def test_bands_follow_on_one_another_and_no_spreadsheet_takes_one_for_a_date() -> None:
    assert InFlightSettings(age_days=(7, 14, 91)).bands == ("0_to_6", "7_to_13", "14_to_90", "91_or_more")
    assert InFlightSettings(age_days=(1,)).bands == ("0_to_0", "1_or_more")


@pytest.mark.parametrize("days", ["[]", "[0]", "[1.5]", "[4000]"])
def test_bands_that_cannot_be_are_refused(tmp_path: Path, days: str) -> None:
    assert "in_flight.age_days" in faults(tmp_path, "age_days = [14, 56]", f"age_days = {days}")


@pytest.mark.parametrize("days", ["[91, 28]", "[7, 7]"])
def test_bands_out_of_order_are_refused(tmp_path: Path, days: str) -> None:
    assert "age_days that rise" in faults(tmp_path, "age_days = [14, 56]", f"age_days = {days}")


def test_a_schedule_of_open_journeys_needs_five_fields_and_a_time_zone(tmp_path: Path) -> None:
    said = faults(tmp_path, "age_days = [14, 56]", 'cron = "hourly"')
    assert "in_flight.cron: expected five fields" in said
    text = EXAMPLE.read_text(encoding="utf-8")
    schedule = text[
        text.index("[schedule]") : text.index('time_zone = "Europe/London"\n', text.index("[schedule]"))
    ]
    path = tmp_path / "project.toml"
    asked = text.replace("age_days = [14, 56]", 'cron = "5 * * * *"', 1)
    path.write_text(asked.replace(schedule + 'time_zone = "Europe/London"\n', ""), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"in_flight.cron: expected a section \[schedule\]"):
        load_project(path)


@pytest.mark.parametrize(
    ("personas", "said"),
    [
        ("least_people = 50\nsegments = ['martians']", "'martians' is not a word of [words.segment]"),
        ("least_people = 50\nsegments = ['older', 'older']", "a segment stands twice"),
        ("least_people = 19", "expected at least 20"),
        ("", "this setting is required"),
    ],
)
def test_personas_that_are_unknown_or_too_small_are_refused(tmp_path: Path, personas: str, said: str) -> None:
    found = faults(tmp_path, "least_people = 50", personas)
    assert said in found
    assert "personas" in found


def test_personas_are_no_smaller_than_what_may_be_published(tmp_path: Path) -> None:
    said = faults(tmp_path, "\nleast_people = 10\n", "\nleast_people = 60\n")
    assert "personas.least_people: expected least_people of [disclosure] or more, 60" in said
