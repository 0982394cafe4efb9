"""The first lines of the report: what the figures come to, in words for people who answer for the links."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flows.quality.contents import Quality, Share, Stage
from flows.quality.words import inner, of_hundred, percent, said

TELLING: Final = ("dob", "first_name", "last_name", "postcode", "address")
"""Fields whose absence makes a body's clients hard to link."""
HALF: Final = 0.5


@dataclass(frozen=True)
class Tile:
    """One figure at the top."""

    label: str
    value: str
    detail: str


def in_use(quality: Quality) -> Stage | None:
    """What was measured of the persons that everything else rests on."""
    if quality.measured is None:
        return None
    return next(
        each for each in quality.measured.stages if each.threshold == "least_probability" and each.stage == "after"
    )


def tiles(quality: Quality) -> list[Tile]:
    """False and missed links of 100, estimated and measured, and who is linked least."""
    model = quality.estimated[0]
    found = [
        Tile(
            "Links likely false",
            f"{of_hundred(1 - model.precision)} of 100",
            "as the model estimates it",
        ),
        Tile(
            "True pairs likely missed",
            f"{of_hundred(1 - model.recall)} of 100",
            "of those that share a token, as the model estimates it; of the others it knows nothing",
        ),
    ]
    stage = in_use(quality)
    if stage is not None and quality.measured is not None:
        field = inner(quality.measured.field)
        if stage.precision.share is not None:
            found.insert(
                1, Tile("Links found false", _missing(stage.precision), _of(stage.precision, "links", field))
            )
        if stage.recall.share is not None:
            found.append(
                Tile("True pairs found missed", _missing(stage.recall), _of(stage.recall, "true pairs", field))
            )
    rated = [each for each in quality.body_rates if each.linked.share is not None]
    if rated:
        least = min(rated, key=lambda each: (each.linked.share or 0.0, each.body))
        found.append(
            Tile("Linked least often", said(least.linked), f"of the clients of: {quality.bodies[least.body]}")
        )
    return found


def _missing(share: Share) -> str:
    return f"{of_hundred(1 - (share.share or 0.0))} of 100"


def _of(share: Share, what: str, field: str) -> str:
    return (
        f"measured on {share.whole:,} {what} between records that both hold the {field}; "
        f"95% interval {of_hundred(1 - share.high)} to {of_hundred(1 - share.low)}"
    )


def sentences(quality: Quality) -> Iterator[str]:
    """What a reader should take along."""
    model, stage = quality.estimated[0], in_use(quality)
    yield (
        f"Of every 100 links, about {of_hundred(1 - model.precision)} are likely to join two different people. "
        "Of every 100 pairs of records that are one person and share a token, about "
        f"{of_hundred(1 - model.recall)} "
        "are likely to be missed. Both are estimates of the model."
    )
    if stage is None:
        yield (
            "How many true pairs share no token, and so could never be found, is not known: no shared id was held "
            "out of this linkage to judge it by. Records without a date of birth, or with a new name and a new "
            "address, are the likeliest to be among them."
        )
    else:
        yield from _compared(quality, stage)
    lower = [quality.bodies[each.body] for each in quality.body_rates if each.differs == "less"]
    if lower:
        yield (
            "Clients of these bodies are linked to another body less often than all others: "
            f"{'; '.join(lower)}. That "
            "can be so because fewer of them are known elsewhere, or because their links are missed; the sections "
            "below help to tell."
        )
    for body, held in quality.completeness.items():
        lacking = [inner(name) for name in TELLING if name in held and held[name].high < HALF]
        if lacking:
            yield (
                f"{quality.bodies[body]}: fewer than half of the rows hold {_listed(lacking)}. Its clients "
                "have fewer "
                "tokens than others and are missed more often."
            )


def _compared(quality: Quality, stage: Stage) -> Iterator[str]:
    """Estimates held against what was measured."""
    found = quality.measured
    if found is None or stage.precision.share is None or stage.recall.share is None:
        yield "A shared id was held out to judge the links by, but too few records of two bodies hold it."
        return
    field = inner(found.field)
    yield (
        f"Where both records hold the {field}, {of_hundred(1 - stage.precision.share)} of 100 links were found "
        "false "
        f"and {of_hundred(1 - stage.recall.share)} of 100 true pairs were found missed, those that share no token "
        "included. Ids can be wrong, and a wrong id counts here as a wrong link; people who have one on file "
        "may be "
        "easier or harder to link than others."
    )
    unjudged = [
        quality.bodies[body] for body, held in found.holding.items() if held.share is None and held.low == 0
    ]
    share = f" of {quality.links:,}" if quality.links is not None else ""
    yield (
        f"Only {stage.precision.whole:,}{share} links could be judged so."
        + (
            f" Nothing is known of these bodies, where few or none hold it: {'; '.join(unjudged)}."
            if unjudged
            else ""
        )
    )
    candidates = found.candidates
    if candidates.share is not None:
        missed = of_hundred(1 - candidates.share)
        yield f"Of these true pairs, {missed} of 100 share no token and could not be found."
    missed_more = [
        f"{quality.bodies[each.body]} and {quality.bodies[each.other]}"
        for each in found.by_pair
        if each.differs == "less"
    ]
    if missed_more:
        yield (
            "Between these bodies true pairs were found missed more often than between all others together, by "
            "more "
            f"than chance: {'; '.join(missed_more)}."
        )
    expected = stage.expected_precision
    if expected is not None and not stage.precision.low <= expected <= stage.precision.high:
        worse = "more" if expected > stage.precision.high else "fewer"
        yield (
            f"That is {worse} false links than the model expected of these pairs ({of_hundred(1 - expected)} "
            "of 100), "
            "by more than chance: trust the measured figure more."
        )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def calibration(quality: Quality) -> str:
    """What the curve comes to."""
    found = quality.reliability
    if found is None or found.calibration_error is None:
        return ""
    return (
        "On average over the pairs that could be judged, expected and true share lie "
        f"{percent(found.calibration_error)} "
        "apart (expected calibration error)."
    )
