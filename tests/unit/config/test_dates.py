from importlib.resources import files
from pathlib import Path

import pytest

from config.bodies import Body
from config.dates import format_faults
from config.errors import SettingsError
from config.load import load_project

EXAMPLE = (files("config") / "example" / "project.toml").read_text(encoding="utf-8")


def body(**settings: object) -> Body:
    """A body with these formats."""
    least = {"title": "T", "unique_clients": True, "people": ["p.csv"], "events": ["e.csv"]}
    return Body.model_validate({**least, "most_quarantined_percent": 1.0, **settings}, strict=False)


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d/%m/%Y", "%-d.%-m.%Y", "%d %B %Y", "%Y%j", "%Y-%m-%dT%H:%M:%S%z"])
def test_a_format_that_gives_a_day_back_can_be_used(form: str) -> None:
    assert list(format_faults("housing", body(date_format=form, time_format=form))) == []


@pytest.mark.parametrize("form", ["", "dd/mm/yyyy", "%Q", "%", "%H:%M", "%d/%m", "%Y", "%Y-%m-%d %I:%M"])
def test_a_format_that_does_not_give_a_day_back_is_a_fault_of_each_setting_that_uses_it(form: str) -> None:
    found = list(format_faults("housing", body(date_format=form, time_format=form)))
    assert [place for place, _ in found] == [
        ("bodies", "housing", each) for each in ("date_format", "time_format")
    ]


def test_a_plain_z_is_only_utc() -> None:
    form = "%Y-%m-%dT%H:%M:%SZ"
    found = list(format_faults("housing", body(time_format=form)))
    assert found == [
        (("bodies", "housing", "time_format"), "a plain Z means UTC; set time_zone = 'UTC' beside it")
    ]
    assert list(format_faults("housing", body(time_format=form, time_zone="UTC"))) == []


def test_a_format_that_cannot_be_used_is_a_fault_of_the_project_file_with_its_line(tmp_path: Path) -> None:
    right, wrong = 'date_format = "%d.%m.%Y"', 'date_format = "dd.mm.yyyy"'
    path = tmp_path / "project.toml"
    path.write_text(EXAMPLE.replace(right, wrong), encoding="utf-8")
    line = EXAMPLE.splitlines().index(right) + 1
    with pytest.raises(SettingsError) as raised:
        load_project(path)
    assert raised.value.faults == (
        "bodies.prison.date_format: expected a format with day, month and four-digit year, such as '%d/%m/%Y' "
        f"(line {line})",
    )
