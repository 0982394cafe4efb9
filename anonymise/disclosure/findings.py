"""What an attack found, cell by cell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.numbers import exactly
from anonymise.disclosure.public import ProtectedTable
from anonymise.disclosure.safety import safe
from anonymise.disclosure.space import Ints
from anonymise.disclosure.system import Floats, System
from config.tables import Dimension
from config.terms import Status

EXACT: Final = "recovered exactly"
BELOW: Final = "certainly below the least number of people"
INSIDE: Final = "inside protection"
SHOWN_BELOW: Final = "published below the least number of people"
DIFFERENCE: Final = "few people by difference"
EARLIER: Final = "recovered with an earlier release"
BETWEEN: Final = "few people by difference between releases"

KINDS: Final = (EXACT, BELOW, INSIDE, SHOWN_BELOW, DIFFERENCE, EARLIER, BETWEEN)
"""Gravest first."""

BESIDE: Final = "another person beside the known one"
WHOLE_GROUP: Final = "attribute of a whole group"

REMARKS: Final = (BESIDE, WHOLE_GROUP)
"""What somebody learns who knows one person already; for whoever signs off, and no reason to fail by itself."""

FOUND: Final = pl.Schema(
    {
        "table": pl.String(),
        "coordinates": pl.List(pl.String()),
        "counted": pl.String(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "finding": pl.String(),
    }
)


@dataclass(frozen=True)
class Findings:
    """What the attack found.

    Attributes:
        bounds: a row for people and one for count of every withheld cell of each table, one for the
            numerator of every withheld quotient, one for the rest beside that of a share, and one for each
            other finding: `table`, `coordinates` ('dimension=category' in the table's order), `counted`,
            `low` and `high` (infinite where unbounded; of a number without finding, possible values at
            least the protection apart, the outermost ones if the attack was thorough), `finding` (null
            if there is none).
        attacked: withheld numbers in the joint space: people, counts, numerators and what is left beside them.
        counts: every kind of finding to how many rows of `bounds` have it.
        remarks: what an intruder learns who knows one person's journey; columns as `bounds`. Of a whole group,
            `counted` is the dimension of which everybody has the same category; of others beside a known
            person, `low` and `high` count these others.
    """

    bounds: pl.DataFrame
    attacked: int
    counts: Mapping[str, int]
    remarks: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FOUND))

    @property
    def verdict(self) -> str:
        """'pass' if nothing was found, else 'fail'."""
        return "fail" if any(self.counts.values()) else "pass"

    @property
    def found(self) -> pl.DataFrame:
        """The rows of `bounds` that are findings."""
        return self.bounds.filter(pl.col("finding").is_not_null())


def findings(rows: list[pl.DataFrame], attacked: int, remarks: pl.DataFrame) -> Findings:
    """All rows together, and counted."""
    bounds = pl.concat([pl.DataFrame(schema=FOUND), *rows])
    tally = bounds.group_by("finding").len().drop_nulls("finding")
    found = dict(tally.iter_rows())
    return Findings(bounds, attacked, {kind: int(found.get(kind, 0)) for kind in KINDS}, remarks)


def named_of(table: str, release: str) -> str:
    """What findings call a table of an earlier release."""
    return f"{table} of release {release}"


def coordinates(dimensions: tuple[Dimension, ...]) -> pl.Expr:
    """A list of 'dimension=category', in the table's order."""
    told = [pl.concat_str(pl.lit(f"{each.name}="), each.name) for each in dimensions]
    return pl.concat_list(told) if told else pl.lit([], dtype=pl.List(pl.String))


def listed(
    table: ProtectedTable,
    rows: Ints,
    variables: Mapping[str, Ints],
    bounds: tuple[Floats, Floats],
    whole: System,
) -> pl.DataFrame:
    """A table's withheld rows with the bounds on each number.

    Args:
        table: as published.
        rows: the withheld ones.
        variables: what is counted, to the variable of each of these rows.
        bounds: of every variable.
        whole: the system of all variables; says what is safe.
    """
    shown = table.published[rows]
    where = shown.select(coordinates=coordinates(table.dimensions))["coordinates"]
    doubtful = (shown["status"] == Status.NOT_APPLICABLE).to_numpy()
    low, high = bounds
    frames = []
    for name, at in variables.items():
        kind = _gravest(low[at], high[at], whole.width[at], whole.reach[at])
        # A row that is not applicable may have nobody behind it, and then there is nothing to find.
        kind[doubtful & (low[at] < 1)] = -1
        kind[whole.open_zero[at] & (high[at] == 0)] = -1
        frames.append(
            pl.DataFrame({"coordinates": where, "low": low[at], "high": high[at]}).select(
                pl.lit(table.name).alias("table"),
                "coordinates",
                pl.lit(name).alias("counted"),
                "low",
                "high",
                pl.Series("finding", [None if each < 0 else KINDS[each] for each in kind], dtype=pl.String),
            )
        )
    return pl.concat(frames)


def _gravest(low: Floats, high: Floats, width: Floats, reach: Floats) -> Ints:
    """Place in `KINDS` of the gravest finding on each number; -1 where it is safe."""
    return np.select([safe(low, high, width, reach), low == high, high < reach], [-1, 0, 1], default=2).astype(
        np.int64
    )


def shown_below(table: ProtectedTable, least: int) -> pl.DataFrame:
    """Published cells of certainly fewer people than may be shown."""
    implied = exactly(table.published) if table.implied is None else table.implied
    low, high = implied["people_low"], implied["people_high"]
    # A number that was changed may stand for nobody, which says no more than that nobody is known to be there.
    few = high < least if table.implied is None else (high < least) & (low >= 1)
    shown = table.published.with_columns(low=low, high=high).filter(
        (pl.col("status") == Status.PUBLISHED) & few.fill_null(value=False)
    )
    return shown.select(
        pl.lit(table.name).alias("table"),
        coordinates(table.dimensions).alias("coordinates"),
        pl.lit("people").alias("counted"),
        "low",
        "high",
        pl.lit(SHOWN_BELOW).alias("finding"),
    )


def differences(table: ProtectedTable, place: Ints, close: Mapping[int, float]) -> pl.DataFrame:
    """Published cells that a published whole exceeds by a few people.

    Args:
        table: as published.
        place: the joint cell of each row.
        close: cell to that difference.
    """
    rows = [row for row, cell in enumerate(place.tolist()) if cell in close]
    few = [close[int(place[row])] for row in rows]
    where = table.published.select(coordinates=coordinates(table.dimensions))["coordinates"].gather(rows)
    return pl.DataFrame({"coordinates": where, "low": pl.Series(few, dtype=pl.Float64)}).select(
        pl.lit(table.name).alias("table"),
        "coordinates",
        pl.lit("people").alias("counted"),
        "low",
        pl.col("low").alias("high"),
        pl.lit(DIFFERENCE).alias("finding"),
    )
