"""The tables of the report on quality: one after each figure, and where no figure would say more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from flows.quality.contents import Group, Level, Pattern, Quality, Report, Share, Stage
from flows.quality.drawings import bin_words
from flows.quality.words import (
    FIELDS,
    LEVELS,
    THRESHOLDS,
    interval,
    number,
    pattern_words,
    percent,
    rare,
    said,
    signed,
    threshold,
)

MOST_PERIODS: Final = 4
"""Periods whose match rates are drawn; all stand in `quality.json`."""
NOTHING: Final = "\N{EN DASH}"
DIFFERS: Final = {"": "", "less": "lower", "more": "higher"}
SIDES: Final = {
    "above": "Just above the threshold: mostly linked",
    "below": "Just below the threshold: mostly not linked",
}
STAGES: Final = {"before": "pairs, before resolution", "after": "persons"}
Row = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Grid:
    """One table.

    Attributes:
        id: of its caption.
        topic: read out before the caption.
        caption: above it.
        keys: heads of the columns that name a row.
        heads: heads of the columns of numbers.
        rows: names and numbers.
    """

    id: str
    topic: str
    caption: str
    keys: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[Row, ...]


def estimated(quality: Quality) -> Grid:
    """What the model expects at the three thresholds."""
    return Grid(
        "estimated",
        "Quality of links",
        "Estimated by the model, without knowing the truth",
        ("Threshold",),
        ("Links that are right", "Found, of true pairs that share a token"),
        tuple(
            ((_threshold(each.threshold, each.probability),), (percent(each.precision), percent(each.recall)))
            for each in quality.estimated
        ),
    )


def measured(quality: Quality, stages: Sequence[Stage], what: Literal["precision", "recall"]) -> Grid:
    """What the id that was held out says, beside what the model expected of the same pairs."""
    chances = {each.threshold: each.probability for each in quality.estimated}
    heads = {
        "precision": ("Links judged", "Of them right", "95% interval", "Expected"),
        "recall": (
            "True pairs",
            "Of them found",
            "95% interval",
            "Found, of those with a token",
            "Expected of these",
        ),
    }
    rows = []
    for each in stages:
        share: Share = getattr(each, what)
        expected = (
            (_chance(each.expected_precision),)
            if what == "precision"
            else (_chance(each.recall_of_candidates), _chance(each.expected_recall_of_candidates))
        )
        names = (_threshold(each.threshold, chances[each.threshold]), STAGES[each.stage])
        rows.append((names, (number(share.whole), said(share), interval(share) or NOTHING, *expected)))
    return Grid(
        f"measured-{what}",
        "Quality of links",
        "Are links right? Measured where both records hold the id"
        if what == "precision"
        else "Are true pairs found? Measured where both records hold the id",
        ("Threshold", "What is judged"),
        heads[what],
        tuple(rows),
    )


def judged_pairs(quality: Quality) -> Grid | None:
    """The same by pair of bodies; pairs with too few to judge are left out. None where there is none."""
    judged = quality.measured.by_pair if quality.measured else ()
    rows = tuple(
        (
            (quality.bodies[each.body], quality.bodies[each.other]),
            (
                number(each.recall.whole), said(each.recall), interval(each.recall),
                DIFFERS[each.differs] or NOTHING, said(each.precision), interval(each.precision),
            ),
        )
        for each in judged
        if each.recall.whole is not None
    )  # fmt: skip
    if not rows:
        return None
    return Grid(
        "judged-pairs",
        "Quality of links",
        "Measured by pair of bodies, where enough records hold the id",
        ("Body", "Other body"),
        ("True pairs", "Of them found", "Interval", "Than the rest", "Links that are right", "Interval"),
        rows,
    )


def holding(quality: Quality) -> Grid | None:
    """How many of each body's clients hold the id."""
    if quality.measured is None:
        return None
    found = quality.measured
    return Grid(
        "holding",
        "Quality of links",
        "Clients that hold the id",
        ("Body",),
        ("Hold one", "Left out: several different ones"),
        tuple(
            ((quality.bodies[body],), (said(each), number(found.several[body])))
            for body, each in found.holding.items()
        ),
    )


def body_rates(quality: Quality) -> Grid:
    """Who is linked, by body."""
    return Grid(
        "bodies",
        "Who is linked less often",
        "Clients linked to another body, by body",
        ("Body",),
        ("Clients", "Linked", "Share", "95% interval", "Than all others"),
        tuple(
            ((quality.bodies[each.body],), (*_counts(each.linked), DIFFERS[each.differs] or NOTHING))
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
                _counts(each.linked),
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
        tuple(((name,), (*_counts(each.linked), DIFFERS[each.differs] or NOTHING)) for name, each in named),
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
                    _maybe(each.measured_precision), _maybe(each.measured_recall),
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
            ((title,), tuple(_maybe(each.get(body)) for each in rates))
            for body, title in report.current.bodies.items()
        ),
    )


def reliability(quality: Quality) -> Grid | None:
    """Expected and true share by probability."""
    if quality.reliability is None:
        return None
    return Grid(
        "reliability",
        "Does a probability mean what it says",
        "Pairs that both hold the id, by probability",
        ("Probability",),
        ("Pairs", "Expected", "True", "95% interval"),
        tuple(
            (
                (f"{threshold(each.low)} to {threshold(each.high)}",),
                (number(each.true.whole), _chance(each.expected), said(each.true), interval(each.true) or NOTHING),
            )
            for each in quality.reliability.bins
        ),
    )


def weight_bins(quality: Quality) -> Grid:
    """The histogram in numbers."""
    return Grid(
        "weights",
        "Choosing a threshold",
        "Pairs of records by match weight",
        ("Weight in bits",),
        ("Pairs",),
        tuple(((bin_words(each),), (number(each.pairs),)) for each in reversed(quality.weights)),
    )


def patterns(quality: Quality, side: str) -> Grid:
    """The patterns nearest to the threshold on one side of it."""
    chosen: list[Pattern] = [each for each in quality.patterns if each.side == side]
    judged = any(each.true.whole is not None for each in chosen)
    return Grid(
        f"patterns-{side}",
        "Choosing a threshold",
        SIDES[side],
        ("What is known to agree or differ",),
        ("Pairs", "Weight", "Mean probability", "Linked", *(("True, where judged",) if judged else ())),
        tuple(
            (
                (pattern_words(each.pattern),),
                (
                    number(each.pairs), signed(each.weight), percent(each.probability), said(each.linked),
                    *((_judged(each.true),) if judged else ()),
                ),
            )
            for each in chosen
        ),
    )  # fmt: skip


def levels(field: str, held: Sequence[Level]) -> Grid:
    """m, u and weight of one field's levels."""
    return Grid(
        f"levels-{field.replace('_', '-')}",
        "What agreement is worth",
        FIELDS[field],
        ("Level of agreement",),
        ("m: in one person", "u: in two people", "Weight", "Over pairs of bodies"),
        tuple(
            (
                (LEVELS[each.level],),
                (
                    rare(each.m), rare(each.u), signed(each.weight),
                    f"{signed(each.weight_low)} to {signed(each.weight_high)}",
                ),
            )
            for each in held
        ),
    )  # fmt: skip


def completeness(quality: Quality) -> Grid:
    """What each body records; fields that nobody has are left out."""
    fields = [
        field
        for field in FIELDS
        if any(field in each and each[field].high > 0 for each in quality.completeness.values())
    ]
    return Grid(
        "completeness",
        "What the bodies sent",
        "Rows that hold each field",
        ("Field",),
        tuple(quality.bodies[body] for body in quality.completeness),
        tuple(
            (
                (FIELDS[field],),
                tuple(_maybe(each.get(field)) for each in quality.completeness.values()),
            )
            for field in fields
        ),
    )


def withheld(quality: Quality) -> Grid:
    """Tokens that bodies kept back."""
    return Grid(
        "withheld",
        "What the bodies sent",
        "Records, and tokens that bodies kept back",
        ("Body",),
        ("Records", "Tokens kept back"),
        tuple(
            ((title,), (number(quality.records.get(body)), number(quality.withheld.get(body))))
            for body, title in quality.bodies.items()
        ),
    )


def _threshold(name: str, probability: float) -> str:
    return f"{threshold(probability)} ({THRESHOLDS[name]})"


def _chance(chance: float | None) -> str:
    return NOTHING if chance is None else percent(chance)


def _counts(share: Share) -> tuple[str, str, str, str]:
    return number(share.whole), number(share.part), said(share), interval(share) or NOTHING


def _maybe(share: Share | None) -> str:
    return NOTHING if share is None else said(share)


def _judged(share: Share) -> str:
    return NOTHING if share.whole is None else f"{said(share)} of {number(share.whole)}"
