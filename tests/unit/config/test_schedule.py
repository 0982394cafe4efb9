import asyncio
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from prefect.server.schemas.schedules import CronSchedule
from pydantic import ValidationError

from config.cron import cron
from config.errors import SettingsError
from config.load import load_project
from config.schedule import Schedule

EXAMPLE = (Path(__file__).parents[3] / "config" / "example" / "project.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["0 6 1 * *", "*/15 8-18 * * mon-fri", "5 * * * *", "0 0 29 2 *", "0 7 1,15 jan-mar/2 *", "0 6 31 2 1"]
)
def test_what_names_a_time_that_comes_is_taken_as_it_was_given(text: str) -> None:
    assert cron(text) == text
    CronSchedule(cron=text, timezone="Europe/London")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("monthly", "there are 1"),
        ("@hourly", "there are 1"),
        ("0 0 6 1 * *", "there are 6"),
        ("60 6 1 * *", "'minute' is"),
        ("0 24 1 * *", "'hour' is"),
        ("0 6 0 * *", "'day of the month' is"),
        ("0 6 L * *", "'day of the month' is"),
        ("0 6 1 13 *", "'month' is"),
        ("0 6 * * 1#2", "'day of the week' is"),
        ("*/0 * * * *", "'minute' is"),
        ("30-10 * * * *", "'minute' is"),
        ("0 6 \u0661 * *", "'day of the month' is"),
        ("0 6 1, * *", "'day of the month' is"),
        ("0 6 31 2 *", "so many days"),
        ("0 6 31 4,6 *", "so many days"),
    ],
)
def test_what_names_no_time_is_refused_with_the_field_at_fault(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        cron(text)


def test_a_zone_runs_by_its_own_clock_or_by_that_of_the_schedule() -> None:
    schedule = Schedule.model_validate(
        {
            "time_zone": "Europe/London",
            "zones": {"housing": {"cron": "0 2 * * *"}, "linkage": {"cron": "0 4 * * *", "time_zone": "UTC"}},
        }
    )
    assert schedule.cron is None
    assert schedule.of_zone("housing") == ("0 2 * * *", "Europe/London")
    assert schedule.of_zone("linkage") == ("0 4 * * *", "UTC")
    assert schedule.of_zone("analysis") is None


@pytest.mark.parametrize("name", ["Europe/Atlantis", "Europe", "../etc/passwd", "", "posix/Europe/London"])
def test_a_clock_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="a name such as 'Europe/London'"):
        Schedule.model_validate({"time_zone": name})


@pytest.mark.parametrize(
    ("theirs", "ours", "said"),
    [
        ('cron = "0 6 1 * *"', 'cron = "0 25 1 * *"', "schedule.cron: expected five fields, of which 'hour'"),
        (
            "",
            '[schedule.zones.nowhere]\ncron = "0 6 * * *"\n',
            "schedule.zones.nowhere: expected one of adult_social_care, analysis, ",
        ),
        (
            "",
            '[schedule.zones.linkage]\ncron = "6 o\'clock"\n',
            "schedule.zones.linkage.cron: expected five fields",
        ),
        ("[bodies.housing]", "[bodies.linkage]", "bodies.linkage: expected another name"),
    ],
)
def test_a_fault_in_the_schedule_names_the_setting(tmp_path: Path, theirs: str, ours: str, said: str) -> None:
    assert theirs in EXAMPLE
    text = EXAMPLE.replace(theirs, ours) if theirs else f"{EXAMPLE}\n{ours}"
    (tmp_path / "project.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load_project(tmp_path / "project.toml")
    assert said in str(refused.value)


def _times(text: str, start: datetime, count: int, time_zone: str = "Europe/London") -> list[datetime]:
    """When Prefect's server would run it."""
    return list(asyncio.run(CronSchedule(cron=text, timezone=time_zone).get_dates(count, start=start)))


def test_six_in_the_morning_stays_six_in_the_morning_through_summer_time() -> None:
    london = ZoneInfo("Europe/London")
    found = _times("0 6 * * *", datetime(2026, 3, 28, tzinfo=london), 3)
    assert [each.astimezone(UTC).hour for each in found] == [6, 5, 5]
    found = _times("0 6 * * *", datetime(2026, 10, 24, tzinfo=london), 3)
    assert [each.astimezone(UTC).hour for each in found] == [5, 6, 6]


def test_an_hour_that_is_left_out_or_comes_twice_gives_one_run_a_day() -> None:
    """On 29 March 2026 01:00 to 02:00 is left out; on 25 October it comes twice."""
    london = ZoneInfo("Europe/London")
    for start in (datetime(2026, 3, 28, tzinfo=london), datetime(2026, 10, 24, tzinfo=london)):
        found = _times("30 1 * * *", start, 3)
        days = [each.astimezone(london).date() for each in found]
        assert len(set(days)) == 3, found
        assert (days[-1] - days[0]).days == 2


def test_an_hour_that_comes_twice_gets_one_run_of_every_hour_unless_the_clock_is_utc() -> None:
    autumn, hour = datetime(2026, 10, 25, tzinfo=UTC), 3600

    def between(time_zone: str) -> list[float]:
        found = _times("5 * * * *", autumn, 4, time_zone)
        return [(later - sooner).total_seconds() for sooner, later in pairwise(found)]

    assert between("Europe/London") == [2 * hour, hour, hour]
    assert between("UTC") == [hour, hour, hour]
