"""Figures are kept for every period, and never shown below a limit that is in force."""

from pathlib import Path

import pytest

from config.errors import BundleError
from config.settings import Project
from flows.layout import Layout
from flows.quality.contents import Report
from flows.quality.keep import FIGURES, FOLDER, PAGE, keep_quality, write_quality
from tests.support.contents import layout, project
from tests.support.quality import quality


def kept(places: Layout, settings: Project) -> Report:
    keep_quality(places, settings, quality(settings))
    return Report.model_validate_json((places.linkage / FIGURES).read_bytes())


def of(period: str, least: int = 10) -> Project:
    return project(project={"period": period}, disclosure={"least_people": least})


def test_each_period_is_kept_and_the_series_shows_them_in_order(tmp_path: Path) -> None:
    places = layout(tmp_path)
    for period in ("2025-Q2", "2024-Q4", "2025-Q1"):
        report = kept(places, of(period))
    assert report.current.period == "2025-Q1"
    assert [each.period for each in report.periods] == ["2024-Q4", "2025-Q1", "2025-Q2"]
    assert "2024-Q4" in (places.linkage / PAGE).read_text("utf-8")


def test_linking_a_period_again_replaces_its_figures(tmp_path: Path) -> None:
    places = layout(tmp_path)
    assert kept(places, of("2025-Q1")) == kept(places, of("2025-Q1"))


def test_periods_kept_under_a_lower_limit_are_left_out_and_counted(tmp_path: Path) -> None:
    places = layout(tmp_path)
    kept(places, of("2024-Q4", least=5))
    report = kept(places, of("2025-Q1"))
    assert ([each.period for each in report.periods], report.periods_left_out) == (["2025-Q1"], 1)


def test_figures_kept_under_a_lower_limit_are_not_shown(tmp_path: Path) -> None:
    places = layout(tmp_path)
    kept(places, of("2025-Q1", least=5))
    with pytest.raises(BundleError, match="link again"):
        write_quality(places, of("2025-Q1"))


def test_figures_that_are_missing_malformed_or_of_another_project_are_refused(tmp_path: Path) -> None:
    places = layout(tmp_path)
    with pytest.raises(BundleError, match="give desirelines link first"):
        write_quality(places, of("2025-Q1"))
    kept(places, of("2025-Q1"))
    with pytest.raises(BundleError, match="belongs to another project"):
        write_quality(places, project(project={"period": "2025-Q1", "name": "other"}))
    path = places.linkage / FOLDER / "2025-Q1.json"
    path.write_text(path.read_text("utf-8").replace('"least_people": 10', '"least_people": "few"'), "utf-8")
    with pytest.raises(BundleError, match=r"is malformed \(least_people\)"):
        write_quality(places, of("2025-Q1"))
