"""Figures on disk: kept for every period, and written anew as report whenever somebody asks."""

from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError

from config.errors import BundleError
from config.load import load_project
from config.sealing import sealed
from config.settings import Project
from flows.bundles import faults_of
from flows.layout import Layout, layout
from flows.quality.contents import Header, MatchRates, Quality, Report, Summary
from flows.quality.page import render_match_rates, render_quality
from flows.quality.verdict import in_use
from flows.report.labels import labels
from flows.stores import write_bytes

K = TypeVar("K", bound=Header)

FOLDER: Final = "quality"
PAGE: Final = "quality.html"
FIGURES: Final = "quality.json"


@sealed("quality")
def write_report(project_file: Path) -> list[str]:
    """Write the report anew from what was kept, and the analysis unit's part if that unit's folder is here.

    Returns:
        What was written, for the reader.

    Raises:
        BundleError: no figures of this period are kept, or they cannot be used.
    """
    loaded = load_project(project_file)
    project, places = loaded.project, layout(loaded)
    written = [write_quality(places, project)]
    if _kept(places.analysis, project.project.period).exists():
        written.append(write_match_rates(places, project))
    return [str(path) for path in written]


def keep_quality(places: Layout, project: Project, quality: Quality) -> None:
    """Keep the figures of a linkage, and write its report."""
    _keep(places.linkage, quality)
    write_quality(places, project)


def keep_match_rates(places: Layout, project: Project, rates: MatchRates) -> None:
    """Keep the analysis unit's figures, and write its part of the report."""
    _keep(places.analysis, rates)
    write_match_rates(places, project)


def write_quality(places: Layout, project: Project) -> Path:
    """The linkage unit's report, from the figures of all periods that it keeps."""
    current = _read(places.linkage, project.project.period, Quality, project)
    if current.least_people < project.disclosure.least_people:
        raise BundleError(
            "linkage/quality", "was kept under a lower least number of people than is in force now; link again"
        )
    kept = [
        _read(places.linkage, path.stem, Quality, project)
        for path in sorted((places.linkage / FOLDER).glob("*.json"))
    ]
    usable = [each for each in kept if each.least_people >= project.disclosure.least_people]
    report = Report(
        current=current,
        periods=tuple(summary(each) for each in usable),
        periods_left_out=len(kept) - len(usable),
    )
    return _write(places.linkage, report.model_dump_json(indent=2), render_quality(report))


def write_match_rates(places: Layout, project: Project) -> Path:
    """The analysis unit's part."""
    rates = _read(places.analysis, project.project.period, MatchRates, project)
    if rates.least_people < project.disclosure.least_people:
        raise BundleError(
            "analysis/quality", "was kept under a lower least number of people than is in force now; measure again"
        )
    return _write(places.analysis, rates.model_dump_json(indent=2), render_match_rates(rates, labels(project)))


def summary(quality: Quality) -> Summary:
    """What the series shows of one period."""
    stage = in_use(quality)
    return Summary(
        period=quality.period,
        precision=quality.estimated[0].precision,
        recall=quality.estimated[0].recall,
        measured_precision=None if stage is None else stage.precision,
        measured_recall=None if stage is None else stage.recall,
        bodies=quality.body_rates,
    )


def _kept(zone: Path, period: str) -> Path:
    return zone / FOLDER / f"{period}.json"


def _keep(zone: Path, figures: Header) -> None:
    write_bytes(_kept(zone, figures.period), (figures.model_dump_json(indent=2) + "\n").encode())


def _read(zone: Path, period: str, kind: type[K], project: Project) -> K:
    name = f"{zone.name}/{FOLDER}/{period}.json"
    try:
        found = kind.model_validate_json(_kept(zone, period).read_bytes())
    except OSError:
        raise BundleError(name, "is not there or cannot be read; give desirelines link first") from None
    except ValidationError as fault:
        raise BundleError(name, f"is malformed ({faults_of(fault, kind)})") from None
    if found.project != project.project.name or found.period != period:
        raise BundleError(name, "belongs to another project or period")
    return found


def _write(zone: Path, figures: str, page: str) -> Path:
    write_bytes(zone / FIGURES, (figures + "\n").encode())
    write_bytes(zone / PAGE, page.encode())
    return zone / PAGE
