"""Invented journeys of the shipped example: courses with slips along ideal paths, each taken by many people."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl

from config.frames import EVENTS, SPINE
from config.load import load_project
from config.settings import JourneyType, Project

TEMPLATES = 400
"""Different courses of each type of journey: real logs repeat themselves as much."""
SKIPPED, REPEATED, INSERTED, MOVED = 0.08, 0.06, 0.03, 0.25
"""How often a step is left out, taken twice, preceded by one that does not belong, or at another body."""
SUPPLIED = (
    "case_ref",
    "direction",
    "channel",
    "step",
    "need_code",
    "motive",
    "evidence_type",
    "avoidable_code",
    "segment",
)
SECONDS = 300 * 86_400


@dataclass(frozen=True)
class Template:
    """One course: steps, bodies and days between, all of one length."""

    steps: tuple[str, ...]
    bodies: tuple[str, ...]
    hours: tuple[int, ...]


def example() -> Project:
    """The shipped project, with every table in it."""
    return load_project(Path(str(files("config").joinpath("example/project.toml")))).project


def template(journey: JourneyType, steps: list[str], bodies: list[str], draw: np.random.Generator) -> Template:
    """A course along one of the ways through the ideal path."""
    taken: list[str] = []
    for step in journey.ideal_paths[int(draw.integers(len(journey.ideal_paths)))]:
        if draw.random() < INSERTED:
            taken.append(str(draw.choice(steps)))
        if draw.random() >= SKIPPED:
            taken += [step] * (1 + (draw.random() < REPEATED))
    taken = taken or [journey.ideal_steps[0]]
    here, where = str(draw.choice(bodies)), []
    for _ in taken:
        here = str(draw.choice(bodies)) if draw.random() < MOVED else here
        where.append(here)
    return Template(tuple(taken), tuple(where), tuple(int(each) for each in draw.integers(1, 300, len(taken))))


def write(folder: Path, events: int, seed: int = 1) -> None:
    """Write spine, events by body, and the same journeys as a log of cases, as Parquet.

    Args:
        folder: for `spine.parquet`, `events-BODY.parquet` and `log.parquet`.
        events: about how many.
        seed: other journeys.
    """
    project, draw = example(), np.random.default_rng(seed)
    bodies, steps = sorted(project.bodies), sorted(project.words.step)
    kinds = list(project.journeys)
    courses = [
        (kind, template(project.journeys[kind], steps, bodies, draw)) for kind in kinds for _ in range(TEMPLATES)
    ]
    lengths = np.array([len(each.steps) for _, each in courses])
    weight = draw.pareto(1.2, len(courses)) + 0.1
    weight /= weight.sum()
    cases = int(events / (lengths * weight).sum())
    course = draw.choice(len(courses), cases, p=weight)
    # Two in three journeys are a person's only one.
    person = draw.integers(0, max(2 * cases // 3, 1), cases)
    length = lengths[course]
    first = np.cumsum(length) - length
    place = np.arange(length.sum()) - np.repeat(first, length)
    offset = np.cumsum(lengths) - lengths
    at = np.repeat(offset[course], length) + place
    hours = np.concatenate([np.cumsum(each.hours) for _, each in courses])
    start = draw.integers(0, SECONDS, cases)
    flat = pl.DataFrame(
        {
            "step": [step for _, each in courses for step in each.steps],
            "body": [body for _, each in courses for body in each.bodies],
            "last": [number == len(each.steps) - 1 for _, each in courses for number in range(len(each.steps))],
        }
    )
    rows = flat[at].with_columns(
        case=pl.Series(np.repeat(np.arange(cases), length)),
        person=pl.Series(np.repeat(person, length)),
        kind=pl.Series(np.repeat(course // TEMPLATES, length)),
        event_seq=pl.Series(place),
        ts=pl.lit(np.datetime64("2025-01-01", "us")).cast(pl.Datetime("us"))
        + pl.duration(seconds=pl.Series(np.repeat(start, length) + 3600 * hours[at])),
    )
    rows.select(case=pl.col("case"), kind=pl.col("kind"), activity="step", ts="ts", seq="event_seq").write_parquet(
        folder / "log.parquet"
    )
    _write_events(folder, rows, project, draw)


def _write_events(folder: Path, rows: pl.DataFrame, project: Project, draw: np.random.Generator) -> None:
    """Events as the analysis zone is handed them, body by body."""
    words = project.words
    kinds = list(project.journeys.values())
    need = [each.start_needs[0] if each.start_needs else None for each in kinds]
    service = [each.start_services[0] if each.start_services else "council_tax" for each in kinds]
    records = rows.select("body", "person").unique().sort("body", "person")
    people = pl.col("person").cast(pl.String)
    spine = records.select(
        "body", record_id=pl.col("body") + people, person_id=people, person_id_low=people, person_id_high=people
    )
    spine.select(list(SPINE.columns)).write_parquet(folder / "spine.parquet")

    def some(options: list[str | None], number: int) -> pl.Series:
        return pl.Series(options, dtype=pl.String).gather(draw.integers(0, len(options), number))

    for body in sorted(project.bodies):
        part = rows.filter(pl.col("body") == body)
        number = part.height
        usual = some(["request", "contact", "evidence_request", "response", "visit", "delivery"], number)
        made = part.select(
            record_id=pl.col("body") + people,
            case_ref=pl.lit(body) + pl.col("case").cast(pl.String),
            event_id=pl.lit(body) + pl.int_range(pl.len()).cast(pl.String),
            event_seq=pl.col("event_seq"),
            ts="ts",
            event_type=pl.when("last").then(pl.lit("closure")).otherwise(usual),
            direction=some(["inbound", "inbound", "outbound", "internal"], number),
            channel=some(["phone", "web", "face_to_face", None], number),
            service=pl.Series(service).gather(part["kind"]),
            step="step",
            need_code=pl.Series(need, dtype=pl.String).gather(part["kind"]),
            motive=some([*words.motive, *[None] * 10], number),
            evidence_type=some(list(words.evidence_type), number),
            avoidable_code=some(["none", "none", "chase", "wrong_place", "not_assessed", None], number),
            segment=pl.Series(list(words.segment)).gather(part["person"] % len(words.segment)),
        )
        missing = [
            pl.lit(None, dtype=kind).alias(name)
            for name, kind in EVENTS.columns.items()
            if name not in made.columns
        ]
        made.with_columns(missing).select(list(EVENTS.columns)).write_parquet(folder / f"events-{body}.parquet")
