"""The pages: figures and tables put into their templates."""

import textwrap
from dataclasses import dataclass
from importlib.resources import files

from flows.quality import grids, model_grids, rate_grids
from flows.quality.contents import Group, MatchRates, Quality, Report, Share
from flows.quality.drawings import by_field, chances, histogram, reliability, weights
from flows.quality.verdict import calibration, sentences, tiles
from flows.quality.words import FIELDS, inner, number, said, threshold
from flows.report.bars import BAR, GAP, LETTERS, LINE, WIDEST, Bar, Chart
from flows.report.drawing import Drawing, Grid
from flows.report.labels import Labels
from flows.report.template import fill


@dataclass(frozen=True)
class Field:
    """What agreement on one field is worth."""

    anchor: str
    name: str
    weights: Drawing
    chances: Drawing
    grid: Grid


def render_quality(report: Report) -> str:
    """The report of the linkage unit: one HTML file that needs nothing else."""
    quality = report.current
    return fill(
        "flows.quality",
        "quality.html.j2",
        style=_style(),
        said=quality,
        report=report,
        tiles=tiles(quality),
        sentences=list(sentences(quality)),
        calibration=calibration(quality),
        field_name=inner(quality.measured.field) if quality.measured else "",
        rates=rate_chart([(quality.bodies[each.body], each.linked) for each in quality.body_rates], "body"),
        series=_series(report),
        histogram=histogram(quality.weights, quality.estimated),
        curve=reliability(quality.reliability.bins) if quality.reliability else None,
        fields=_fields(quality),
        grids=grids,
        model_grids=model_grids,
        rate_grids=rate_grids,
        number=number,
        threshold=threshold,
        bar=BAR,
    )


def render_match_rates(rates: MatchRates, labels: Labels) -> str:
    """The part of the analysis unit.

    Args:
        rates: its figures.
        labels: of the project.
    """
    return fill(
        "flows.quality",
        "segments.html.j2",
        style=_style(),
        said=rates,
        parts=[_part(rates, body, labels) for body in rates.bodies],
        marked=[
            (rates.bodies[each.body], _group(each, labels), each.differs) for each in rates.groups if each.differs
        ],
        bar=BAR,
    )


@dataclass(frozen=True)
class Part:
    """One body's groups."""

    anchor: str
    title: str
    figures: tuple[tuple[str, Chart | None, Grid], ...]
    """By segment and by month: anchor, figure, table."""


def _part(rates: MatchRates, body: str, labels: Labels) -> Part:
    anchor = body.replace("_", "-")
    figures = []
    for by in ("segment", "month"):
        groups = [each for each in rates.groups if each.body == body and each.by == by]
        chart = rate_chart([(_group(each, labels), each.linked) for each in groups], by)
        named = [(_group(each, labels), each) for each in groups]
        figures.append(
            (f"{anchor}-{by}", chart, rate_grids.groups(f"{anchor}-{by}", rates.bodies[body], by, named))
        )
    return Part(anchor, rates.bodies[body], tuple(figures))


def _group(each: Group, labels: Labels) -> str:
    return labels.of(each.by, each.word) if each.word else "Not recorded"


def rate_chart(rates: list[tuple[str, Share]], by: str) -> Chart | None:
    """Bars of shares with their intervals; None where fewer than two may be shown.

    Where no share is shown, the bar ends at the least it can be, and the reach at the most.
    """
    if sum(share.share is not None for _, share in rates) < 2:
        return None
    bars = []
    top = 0
    scale = WIDEST
    for name, share in rates:
        known = (share.low, share.high) != (0.0, 1.0)
        lines = textwrap.wrap(name, LETTERS)
        length = share.low if share.share is None else share.share
        bars.append(
            Bar(
                lines=tuple((top + LINE * nth - 5, line) for nth, line in enumerate(lines, 1)),
                top=top + LINE * len(lines),
                width=round(length * scale, 2) if known else None,
                reach=(round(share.low * scale, 2), round(share.high * scale, 2)) if known else None,
                text=said(share),
            )
        )
        top += LINE * len(lines) + BAR + GAP
    return Chart(
        title=f"Share of clients linked to another body, by {by}",
        description=f"Horizontal bars of the share of clients that are linked to another body, by {by}, each with "
        "its 95 percent interval or, where it is not shown, from the least to the most it can be. The numbers "
        "stand in the table after this figure.",
        bars=tuple(bars),
        height=top,
        ranged=True,
    )


def _series(report: Report) -> Chart | None:
    """Match rates by body over the latest periods; None for a single one."""
    latest = report.periods[-rate_grids.MOST_PERIODS :]
    if len(latest) < 2:
        return None
    rated = {(each.period, rate.body): rate.linked for each in latest for rate in each.bodies}
    named = [
        (f"{title}, {each.period}", rated[each.period, body])
        for body, title in report.current.bodies.items()
        for each in latest
        if (each.period, body) in rated
    ]
    return rate_chart(named, "body and period")


def _fields(quality: Quality) -> list[Field]:
    reach = (
        min((each.weight for each in quality.levels), default=0.0),
        max((each.weight for each in quality.levels), default=0.0),
    )
    return [
        Field(
            anchor=f"field-{field.replace('_', '-')}",
            name=FIELDS[field],
            weights=weights(held, FIELDS[field], reach),
            chances=chances(held, FIELDS[field]),
            grid=model_grids.levels(field, held),
        )
        for field, held in by_field(quality.levels).items()
    ]


def _style() -> str:
    return files("flows.quality").joinpath("quality.css").read_text(encoding="utf-8")
