"""Tables of the report on quality: how many links are right, and how many are missed."""

from collections.abc import Sequence
from typing import Final, Literal

from flows.quality.contents import Quality, Share, Stage
from flows.quality.words import THRESHOLDS, interval, number, percent, said, threshold
from flows.report.drawing import Grid

NOTHING: Final = "\N{EN DASH}"
DIFFERS: Final = {"": NOTHING, "less": "lower", "more": "higher"}
STAGES: Final = {"before": "pairs, before resolution", "after": "persons"}


def estimated(quality: Quality) -> Grid:
    """What the model expects at the three thresholds."""
    return Grid(
        "estimated",
        "Quality of links",
        "Estimated by the model, without knowing the truth",
        ("Threshold",),
        ("Links that are right", "Found, of true pairs that share a token"),
        tuple(
            ((at_threshold(each.threshold, each.probability),), (percent(each.precision), percent(each.recall)))
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
            (chance(each.expected_precision),)
            if what == "precision"
            else (chance(each.recall_of_candidates), chance(each.expected_recall_of_candidates))
        )
        names = (at_threshold(each.threshold, chances[each.threshold]), STAGES[each.stage])
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
                DIFFERS[each.differs], said(each.precision), interval(each.precision),
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
                (number(each.true.whole), chance(each.expected), said(each.true), interval(each.true) or NOTHING),
            )
            for each in quality.reliability.bins
        ),
    )


def at_threshold(name: str, probability: float) -> str:
    """A threshold and what it is called."""
    return f"{threshold(probability)} ({THRESHOLDS[name]})"


def chance(chance: float | None) -> str:
    """A share, or a dash where there is none."""
    return NOTHING if chance is None else percent(chance)


def counts(share: Share) -> tuple[str, str, str, str]:
    """Whole, part, share and interval."""
    return number(share.whole), number(share.part), said(share), interval(share) or NOTHING


def maybe(share: Share | None) -> str:
    """A share as far as it may be told, or a dash where there is none."""
    return NOTHING if share is None else said(share)
