"""What the report on quality says: the models of `quality.json`."""

from typing import Annotated, Final, Literal

from pydantic import Field

from config.frozen import Frozen
from config.settings import SharedId
from config.terms import ProfileName

FORMAT: Final = 1
Chance = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)] | None
"""None: fewer than the least number of people, none included, and so not shown."""
Differs = Literal["", "less", "more"]
"""Smaller or larger than the share of the rest by more than chance, all such comparisons taken together."""
ThresholdName = Literal["least_probability", "range_low", "range_high"]


class Share(Frozen):
    """A part of a whole, as far as it may be shown."""

    whole: Count
    part: Count
    share: Chance | None
    """None: not shown, or there is no whole."""
    low: Chance
    """Of the 95 % interval; where the share is not shown, the least it can be."""
    high: Chance


class Header(Frozen):
    """Whose figures these are, and the limit they were made under."""

    format: Literal[1]
    project: str
    title: str
    period: str
    synthetic: bool
    least_people: int
    """Counts below this are null."""
    bodies: dict[str, str]
    """Body to its title."""
    refused_pairs: tuple[tuple[str, str], ...]
    """Bodies that may not be linked to each other; no figure shows them together."""


class Estimated(Frozen):
    """What the model expects at one threshold."""

    threshold: ThresholdName
    probability: Chance
    precision: Chance
    recall: Chance
    """Over pairs that share a token: of others the model knows nothing."""


class Stage(Frozen):
    """What was measured at one threshold, over pairs of records that both hold the id."""

    threshold: ThresholdName
    stage: Literal["before", "after"]
    """Each pair by itself, or persons after resolution."""
    precision: Share
    recall: Share
    recall_of_candidates: Chance | None
    """Of true pairs that share a token: what the expected recall is to be held against."""
    expected_precision: Chance | None
    expected_recall_of_candidates: Chance | None


class JudgedPair(Frozen):
    """The same after resolution at the threshold in use, for one pair of bodies."""

    body: str
    other: str
    precision: Share
    recall: Share
    differs: Differs
    """Recall against that of all other pairs of bodies together."""


class Measured(Frozen):
    """Links judged by an id that was held out."""

    field: SharedId
    holding: dict[str, Share]
    """Body to the share of its clients that hold one id."""
    several: dict[str, Count]
    """Body to its clients left out because their versions hold different ids."""
    candidates: Share
    """Of true pairs, those that share a token."""
    stages: tuple[Stage, ...]
    by_pair: tuple[JudgedPair, ...]


class ChanceBin(Frozen):
    """Candidate pairs of like probability that both hold the id."""

    low: Chance
    high: Chance
    expected: Chance | None
    true: Share


class Reliability(Frozen):
    """Whether a probability means what it says."""

    bins: tuple[ChanceBin, ...]
    calibration_error: Chance | None


class WeightBin(Frozen):
    """Candidate pairs of like odds, in bits; an end that is null is open."""

    low: int | None
    high: int | None
    pairs: Count


class Level(Frozen):
    """What agreement at one level of a field is worth."""

    field: str
    level: str
    m: Chance
    u: Chance
    """Geometric mean over pairs of bodies."""
    weight: float
    """Bits."""
    weight_low: float
    weight_high: float
    """Lowest and highest over pairs of bodies."""


class Pattern(Frozen):
    """What pairs agree on, and what became of them."""

    pattern: str
    side: Literal["above", "below"]
    """Of the threshold in use, by the weight of the pattern alone."""
    pairs: Count
    weight: float
    """log2 of the odds of the pattern alone, the prior included; mean over pairs of bodies."""
    probability: Chance
    """Beside rivals; mean over pairs of bodies."""
    linked: Share
    true: Share
    """Of the pairs that both hold the id."""


class BodyRate(Frozen):
    """A body's clients that are linked to any other body."""

    body: str
    linked: Share
    differs: Differs
    """Against the clients of all other bodies together."""


class PairRate(Frozen):
    """A body's clients that are linked to one other body; to the same body where clients may repeat."""

    body: str
    other: str
    linked: Share


class Summary(Frozen):
    """What the series over periods shows of one period."""

    period: str
    precision: Chance
    recall: Chance
    measured_precision: Share | None
    measured_recall: Share | None
    bodies: tuple[BodyRate, ...]


class Quality(Header):
    """Figures of one linkage."""

    kind: Literal["linkage quality"]
    profile: ProfileName
    population: int
    records: dict[str, Count]
    persons: Count
    largest_person: int
    """Records of the person with most."""
    links: Count
    """Pairs of records in one person, of bodies that may be linked."""
    candidates: Count
    left_out: Count
    """Pairs that a token gave none of because too many would share it."""
    contested: Count
    """Groups of links that would have put two clients of one body into one person."""
    disputed: Count
    """Links not made for that."""
    merged: Count
    split: Count
    """Earlier persons that now are one, and that now are several."""
    estimated: tuple[Estimated, ...]
    measured: Measured | None
    reliability: Reliability | None
    weights: tuple[WeightBin, ...]
    levels: tuple[Level, ...]
    patterns: tuple[Pattern, ...]
    patterns_in_all: int
    patterns_of_few: int
    """Patterns of fewer pairs than may be shown."""
    withheld: dict[str, Count]
    """Body to its tokens withheld as too common."""
    completeness: dict[str, dict[str, Share]]
    """Body to field to the share of rows that hold it, rows not counted."""
    body_rates: tuple[BodyRate, ...]
    pair_rates: tuple[PairRate, ...]


class Report(Frozen):
    """The file `quality.json` of the linkage unit."""

    current: Quality
    periods: tuple[Summary, ...]
    """Every period whose figures are kept, this one included, earliest first."""
    periods_left_out: int
    """Periods kept under a lower limit than is in force now."""


class Group(Frozen):
    """Clients of one body who are alike, and how many are linked to another body."""

    body: str
    by: Literal["segment", "month"]
    word: str
    """Empty where events say none."""
    linked: Share
    differs: Differs
    """Against the body's other clients."""


class MatchRates(Header):
    """The file `quality.json` of the analysis unit."""

    kind: Literal["match rates"]
    comparisons: int
    """Over how many comparisons chance was shared out."""
    groups: tuple[Group, ...]
