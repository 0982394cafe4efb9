"""Everything that the report on a linkage's quality rests on, from one linkage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from linkage.bundles import comparable
from linkage.rates import match_rates
from linkage.reliability import by_pattern, curve, histogram
from linkage.truth import UNKNOWN, Persons, Truth, judged, labels
from linkage.weigh import Weighed


@dataclass(frozen=True)
class Appraised:
    """How good links are.

    Attributes:
        rates: as `rates.match_rates`.
        histogram: as `reliability.histogram`.
        patterns: as `reliability.by_pattern`.
        field: the id that links were judged by; None where none was held out, and then there is neither of the
            next two.
        judged: as `truth.judged`.
        curve: as `reliability.curve`.
    """

    rates: dict[str, Any]  # JSON, and the next
    histogram: list[dict[str, Any]]
    patterns: pl.DataFrame
    field: str | None = None
    judged: dict[str, Any] | None = None
    curve: dict[str, Any] | None = None


def appraise(
    weighed: Weighed, persons: Persons, refused: Sequence[tuple[str, str]], truth: Truth | None
) -> Appraised:
    """Appraise links once they are made.

    Args:
        weighed: every candidate pair.
        persons: at each threshold, the one in use first.
        refused: bodies that may not be linked; no figure shows them together.
        truth: ids held out, or None.
    """
    allowed = comparable(weighed.records, refused)
    _, person = next(iter(persons.values()))
    unjudged = np.full(weighed.records.client_body.size, UNKNOWN, dtype=np.int64)
    label = unjudged if truth is None else labels(weighed.records, truth)
    return Appraised(
        rates=match_rates(weighed.records, person, allowed),
        histogram=histogram(weighed),
        patterns=by_pattern(weighed, person, label),
        field=None if truth is None else truth.field,
        judged=None if truth is None else judged(weighed, persons, label, allowed),
        curve=None if truth is None else curve(weighed, label),
    )
