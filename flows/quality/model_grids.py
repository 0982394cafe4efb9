"""Tables of the report on quality: what the model goes by, and what the bodies sent."""

from collections.abc import Sequence
from typing import Final

from flows.quality.contents import Level, Pattern, Quality, Share
from flows.quality.drawings import bin_words
from flows.quality.grids import NOTHING, maybe
from flows.quality.words import FIELDS, LEVELS, number, pattern_words, percent, rare, said, signed
from flows.report.drawing import Grid

SIDES: Final = {
    "above": "Just above the threshold: mostly linked",
    "below": "Just below the threshold: mostly not linked",
}


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
                tuple(maybe(each.get(field)) for each in quality.completeness.values()),
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


def _judged(share: Share) -> str:
    return NOTHING if share.whole is None else f"{said(share)} of {number(share.whole)}"
