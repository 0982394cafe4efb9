"""Tables of the report on quality: who is linked less often, and how that changes from period to period."""

from collections.abc import Sequence
from typing import Final

from flows.quality.contents import Group, Quality, Report
from flows.quality.grids import DIFFERS, counts, maybe
from flows.quality.words import percent
from flows.report.drawing import Grid

MOST_PERIODS: Final = 4
"""Periods whose match rates are drawn; all stand in `quality.json`."""


def body_rates(quality: Quality) -> Grid:
    """Who is linked, by body."""
    return Grid(
        "bodies",
        "Who is linked less often",
        "Clients linked to another body, by body",
        ("Body",),
        ("Clients", "Linked", "Share", "95% interval", "Than all others"),
        tuple(
            ((quality.bodies[each.body],), (*counts(each.linked), DIFFERS[each.differs]))
            for each in quality.body_rates
        ),
    )


def pair_rates(quality: Quality) -> Grid:
    """Who is linked, by pair of bodies."""
    return Grid(
        "pairs",
        "Who is linked less often",
        "Clients linked to one other body",
        ("Clients of", "Linked to"),
        ("Clients", "Linked", "Share", "95% interval"),
        tuple(
            (
                (
                    quality.bodies[each.body],
                    quality.bodies[each.other] if each.other != each.body else "the same body",
                ),
                counts(each.linked),
            )
            for each in quality.pair_rates
        ),
    )


def groups(anchor: str, body: str, by: str, named: Sequence[tuple[str, Group]]) -> Grid:
    """One body's clients by segment or month."""
    return Grid(
        anchor,
        body,
        f"Clients with events, by {by}",
        (by.capitalize(),),
        ("Clients", "Linked", "Share", "95% interval", "Than its others"),
        tuple(((name,), (*counts(each.linked), DIFFERS[each.differs])) for name, each in named),
    )


def periods(report: Report) -> Grid:
    """Quality over periods."""
    return Grid(
        "quality-periods",
        "Period by period",
        "Quality of links",
        ("Period",),
        ("Right, estimated", "Found, estimated", "Right, measured", "Found, measured"),
        tuple(
            (
                (each.period,),
                (
                    percent(each.precision), percent(each.recall),
                    maybe(each.measured_precision), maybe(each.measured_recall),
                ),
            )
            for each in report.periods
        ),
    )  # fmt: skip


def rate_periods(report: Report) -> Grid:
    """Match rates over the latest periods."""
    latest = report.periods[-MOST_PERIODS:]
    rates = [{rate.body: rate.linked for rate in each.bodies} for each in latest]
    return Grid(
        "rate-periods",
        "Period by period",
        "Clients linked to another body, by body"
        + ("" if len(latest) == len(report.periods) else "; latest periods"),
        ("Body",),
        tuple(each.period for each in latest),
        tuple(
            ((title,), tuple(maybe(each.get(body)) for each in rates))
            for body, title in report.current.bodies.items()
        ),
    )
