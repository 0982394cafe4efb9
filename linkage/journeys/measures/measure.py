"""What a measure is: a quotient of sums over things, or a quantile of waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from config.tables import Dimension, PartOf
from linkage.journeys.cells import LEAST_FOR_P90

MEASURE = Dimension("measure", totalled=False, people_additive=False, count_additive=False)
ONE = pl.col("one")


@dataclass(frozen=True)
class Quotient:
    """A quotient of two sums over things: journeys, or visits to steps.

    Attributes:
        name: stands in the dimension `measure`.
        universe: what the denominator counts.
        unit: of the value.
        above, below: whole numbers per thing, none negative, so that their sums do not depend on any order; the
            value is scale · Σ above / (part · Σ below) + shift.
        held, records: per thing; coverage is Σ held / Σ records.
        bodies: column of the bodies whose records it rests on.
        scale: 100 for percentages, whose people behind the numerator are counted; 0.01 for pounds of pence.
        shift: 0; or minus the top of a scale of answers from -top to top, where `above` is answer + top.
        part: how many of `above` make one, where they are fractions.
        decimals: places of the value that are published.
        needs: optional columns without which there is no value.
        numerator_of: universe whose things `above` counts, where it has a name.
    """

    name: str
    universe: str
    unit: str
    above: pl.Expr
    below: pl.Expr = ONE
    held: pl.Expr = ONE
    records: pl.Expr = ONE
    bodies: str = "bodies"
    scale: float = 1
    shift: float = 0
    part: int = 1
    decimals: int = 2
    needs: tuple[str, ...] = ()
    numerator_of: str | None = None

    @property
    def is_share(self) -> bool:
        """The numerator is part of the denominator."""
        return self.scale == 100 and self.part == 1


@dataclass(frozen=True)
class Quantile:
    """A product-limit quantile of days, those still waiting counted in.

    Attributes:
        name: stands in the dimension `measure`.
        share: p of the quantile, between 0 and 1.
        least_people: the fewest people it may rest on.
        universe: what has begun to wait.
        asked: column that is true for things that wait, or waited.
        served: column that is true where the wait ended in what was waited for; false: it was cut off.
        days: column of whole days until it ended or was cut off.
        bodies: column of the bodies whose records it rests on.
        needs: optional columns without which there is no value.
        unit: of the value.
        held, records: columns of whole numbers, or of true and false; coverage is Σ held / Σ records. Where `held`
            is not said, it is `asked`.
    """

    name: str
    share: float
    least_people: int
    universe: str
    asked: str
    served: str
    days: str
    bodies: str = "bodies"
    needs: tuple[str, ...] = ()
    unit: str = "days"
    held: str | None = None
    records: str = "one"


def with_p90(median: Quantile) -> tuple[Quantile, Quantile]:
    """A median, and the 90th percentile of the same wait beside it."""
    name = median.name.removesuffix("_median") + "_p90"
    return median, replace(median, name=name, share=0.9, least_people=LEAST_FOR_P90)


@dataclass(frozen=True)
class Family:
    """The measures of one sort of things.

    Attributes:
        things: the universe of all of them.
        counted: name of the measure that says how many of them there are for each person; None where none does.
        quotients, quantiles: the others.
        parts_of, within: as in `config.tables.Table`; `coverage` of what is within is the share that it is.
    """

    things: str
    counted: str | None
    quotients: tuple[Quotient, ...]
    quantiles: tuple[Quantile, ...]
    parts_of: Mapping[str, PartOf] = field(default_factory=dict)
    within: Mapping[str, str] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """Of the measure that counts them."""
        return f"{self.things} per person"

    @property
    def all(self) -> tuple[Quotient | Quantile, ...]:
        """Those that may lack a column."""
        return (*self.quotients, *self.quantiles)

    def told(self, available: frozenset[str]) -> bool:
        """Whether the columns allow any of its measures."""
        return self.counted is not None or any(set(each.needs) <= available for each in self.all)
