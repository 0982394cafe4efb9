"""Each measure of a segment beside that of everybody else in the same type of journey."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import polars as pl

from anonymise.derived.published import Public, PublicTable
from config.derived import DIFFERENCES
from config.personas import PersonaSettings
from config.terms import TOTAL, Method, Status, TableKind

ERROR: Final = 0.05
"""Probability that any interval of the table misses its difference."""
SEGMENT: Final = "segment"
MEASURE: Final = "measure"
JOURNEY_TYPE: Final = "journey_type"
HALF_UNIT: Final = 0.05
"""Shares are published in percent with one decimal, so each may be off by this."""
Row = Mapping[str, object]


@dataclass(frozen=True)
class Side:
    """What is published, or follows from it, of one side of a comparison.

    Attributes:
        people: behind the measure.
        count: its denominator.
        value: in its unit.
        off: by how much at most the value may differ from the true one through rounding.
    """

    people: int
    count: int
    value: float
    off: float = 0.0

    @property
    def sample(self) -> float:
        """As many people with one thing each as say no more of a share than these people with all their things.

        What happens to one person may always happen alike. A mean over people with m things each, all alike,
        varies as one over Σ m and all of (Σ m)² / Σ m² people (Kish). Σ m² is not published; numbers of things are
        taken to vary as a geometric distribution of the published mean c at most, which gives people / (2 - 1/c).

        Source: Kish (1965), Survey Sampling, section 8.2 and 11.7.
        """
        return self.people / (2 - self.people / max(self.count, self.people))


def differences(public: Public) -> pl.DataFrame:
    """Rows for every measure of a segment that a release shows.

    Where something is withheld, held, or rests on too few people, the row has no `others` and no interval; under
    a method of protection that changes numbers, or without [personas], there are no rows.
    """
    asked = public.project.personas
    if asked is None or public.project.disclosure.method is not Method.SUPPRESSION:
        return DIFFERENCES.empty()
    segments = asked.segments or tuple(public.project.words.segment)
    rows = [
        row
        for table in public.of_kind(TableKind.MEASURES)
        if SEGMENT in [each.name for each in table.dimensions]
        for row in _rows(table, segments, asked)
    ]
    shares = [row for row in rows if row["share"] is not None]
    made = [_with_interval(row, len(shares)) for row in rows]
    return pl.DataFrame(made, schema=DIFFERENCES.columns, orient="row").sort(DIFFERENCES.key)


def _rows(table: PublicTable, segments: Sequence[str], asked: PersonaSettings) -> Iterator[dict[str, object]]:
    """Comparisons of one table, without intervals; `share` holds both sides where these can be compared."""
    typed = JOURNEY_TYPE in table.rows.columns
    found = {
        (row.get(JOURNEY_TYPE, TOTAL), row[MEASURE], row[SEGMENT]): row for row in table.rows.iter_rows(named=True)
    }
    for (kind, measure, segment), row in found.items():
        if segment not in segments or row["value"] is None:
            continue
        both = _sides(row, found.get((kind, measure, TOTAL)), str(measure), asked.least_people)
        others = None if both is None else both[1].value
        yield {
            "table": table.name,
            JOURNEY_TYPE: kind if typed else TOTAL,
            MEASURE: measure,
            SEGMENT: segment,
            "people": row["people"],
            "value": row["value"],
            "others": None if others is None else round(others, 2),
            "unit": row["unit"],
            "share": both if both is not None and _is_share(row) else None,
        }


def _sides(row: Row, total: Row | None, measure: str, least: int) -> tuple[Side, Side] | None:
    """The segment and everybody else; None where the others do not follow from what is published."""
    if total is None or _is_quantile(row, measure):
        return None
    if any(each["status"] != Status.PUBLISHED or each["value"] is None for each in (row, total)):
        return None
    part, whole = _side(row), _side(total)
    people, count = whole.people - part.people, whole.count - part.count
    if part.people < least or people < least or count <= 0:
        return None
    weights = (
        (whole.people, part.people, people)
        if str(row["unit"]).endswith("per person")
        else (whole.count, part.count, count)
    )
    value = (whole.value * weights[0] - part.value * weights[1]) / weights[2]
    off = HALF_UNIT * (weights[0] + weights[1]) / weights[2]
    return Side(part.people, part.count, part.value, HALF_UNIT), Side(people, count, value, off)


def _side(row: Row) -> Side:
    return Side(int(str(row["people"])), int(str(row["count"])), float(str(row["value"])))


def _is_quantile(row: Row, measure: str) -> bool:
    """Quantiles of two groups do not give that of the rest."""
    return row["unit"] == "days" or measure.endswith("_median") or measure.rpartition("_p")[2].isdigit()


def _is_share(row: Row) -> bool:
    """Each thing has 0 to 100 % of it, so that no share of things alike varies more than one of yes or no."""
    return str(row["unit"]).startswith("% of ")


def _with_interval(row: dict[str, object], compared: int) -> dict[str, object]:
    both, others = row.pop("share"), row["others"]
    value = float(str(row["value"]))
    low = high = None
    if isinstance(both, tuple):
        low, high = interval(both[0], both[1], compared)
    told = {
        "difference": None if others is None else round(value - float(str(others)), 2),
        "low": None if low is None else round(low, 2),
        "high": None if high is None else round(high, 2),
        "compared": None if low is None else compared,
        "larger_than_chance": None if low is None or high is None else low > 0 or high < 0,
    }
    return {name: {**row, **told}[name] for name in DIFFERENCES.columns}


def interval(one: Side, other: Side, compared: int) -> tuple[float, float]:
    """Interval of the difference of two shares, in percentage points, one of many that all hold together.

    Each of the `compared` intervals misses with probability ERROR / compared (Bonferroni), so that some one of
    them does with ERROR at most. What rounding may have taken off is added to both ends.

    The limits of the two shares are exact ones, and are put together as Newcombe puts score limits together. With
    score limits, which are right on average, fewer than 95 of 100 tables held where shares are rare: this far
    out, the distribution of a small number is nothing like a normal one.

    Source: Zou & Donner (2008), Statistics in Medicine 27:1693, eq. 2; for score limits Newcombe (1998),
    Statistics in Medicine 17:873, method 10. Dunn (1961), J. Am. Stat. Assoc. 56:52.
    """
    error = ERROR / max(compared, 1)
    p, q = (min(max(each.value / 100, 0.0), 1.0) for each in (one, other))
    (least_p, most_p), (least_q, most_q) = limits(p, one.sample, error), limits(q, other.sample, error)
    low = p - q - sqrt((p - least_p) ** 2 + (most_q - q) ** 2)
    high = p - q + sqrt((most_p - p) ** 2 + (q - least_q) ** 2)
    off = one.off + other.off
    return max(100 * low - off, -100.0), min(100 * high + off, 100.0)


def limits(share: float, sample: float, error: float) -> tuple[float, float]:
    """Exact confidence limits of a share seen in a sample, each missed with half of the error at most.

    Source: Clopper & Pearson (1934), Biometrika 26:404, by quantiles of the beta distribution.
    """
    from scipy.special import betaincinv

    above, below = share * sample, (1 - share) * sample
    least = float(betaincinv(above, below + 1, error / 2)) if above > 0 else 0.0
    most = float(betaincinv(above + 1, below, 1 - error / 2)) if below > 0 else 1.0
    return min(least, share), max(most, share)
