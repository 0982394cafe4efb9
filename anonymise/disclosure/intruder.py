"""What somebody learns who knows one person's whole journey, and so every cell that the person is in.

He takes the person out of each of them. He may then learn of others: that beside the person there are so few in a
withheld cell that it could not be shown without them. And he may learn of the person: if everybody in a
group that he knows the person to be in has the same category of something else, so has the person.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.findings import BESIDE, FOUND, WHOLE_GROUP, coordinates
from anonymise.disclosure.public import ProtectedTable
from anonymise.disclosure.space import Flags, Ints, Space, is_label
from anonymise.disclosure.system import Floats, System, restricted
from config.disclosure import DisclosureSettings
from config.tables import Dimension
from config.terms import TOTAL, Status


def intruder(
    tables: Sequence[ProtectedTable],
    joint: Space,
    whole: System,
    known: Floats,
    found: tuple[Floats, Floats],
    settings: DisclosureSettings,
    around: tuple[Floats, Flags] | None = None,
) -> pl.DataFrame:
    """All that such an intruder learns, whoever the person is.

    Args:
        tables: as published.
        joint: their space.
        whole: the system of all numbers.
        known: numbers known exactly; NaN elsewhere. Shape (variables,).
        found: bounds on every variable.
        settings: the limits.
        around: as in `bounds`, of all variables.

    Returns:
        `findings.FOUND`.
    """
    listed = [pl.DataFrame(schema=FOUND)]
    others = beside(joint, whole, known, found, settings, around)
    for table, place in zip(tables, joint.places, strict=True):
        listed.append(_beside(table, place, others, settings))
        listed.extend(_groups(table, each) for each in table.dimensions if each.totalled)
    return pl.concat(listed)


def beside(
    joint: Space,
    whole: System,
    known: Floats,
    found: tuple[Floats, Floats],
    settings: DisclosureSettings,
    around: tuple[Floats, Flags] | None = None,
) -> dict[int, tuple[float, float]]:
    """Withheld cells that surely hold somebody beside a known person, but fewer than may be shown.

    Returns:
        Cell to the least and greatest number of these others.
    """
    low, high = found
    people = np.arange(len(known)) < joint.size
    people[: joint.size] &= ~joint.silent
    # Nobody asks for a held number, which has no reach.
    doubtful = people & (whole.reach > 0) & np.isnan(known) & (low >= 2) & (high <= settings.least_people)
    if not doubtful.any():
        return {}
    # Bounds of safe numbers need not be the outermost ones; of these few they are sought.
    unknown = np.isnan(known)
    asked = replace(
        whole,
        width=np.where(doubtful, whole.width, 0.0),
        reach=np.where(doubtful, float(settings.least_people + 1), 0.0),
    )
    inside = None if around is None else (around[0][unknown], around[1][unknown])
    least, most = bounds(restricted(asked, np.nan_to_num(known), unknown), around=inside)
    places = np.flatnonzero(unknown)
    few = doubtful[places] & (least >= 2) & (most <= settings.least_people)
    return {
        int(cell): (float(lowest - 1), float(greatest - 1))
        for cell, lowest, greatest in zip(places[few], least[few], most[few], strict=True)
    }


def _beside(
    table: ProtectedTable, place: Ints, others: dict[int, tuple[float, float]], settings: DisclosureSettings
) -> pl.DataFrame:
    withheld: Flags = (table.published["status"] == Status.CONFIDENTIAL).to_numpy()
    rows = [row for row, cell in enumerate(place.tolist()) if withheld[row] and cell in others]
    where = table.published.select(coordinates=coordinates(table.dimensions))["coordinates"].gather(rows)
    ends = [others[int(place[row])] for row in rows]
    return pl.DataFrame(
        {
            "coordinates": where,
            "low": pl.Series([low for low, _ in ends], dtype=pl.Float64),
            "high": pl.Series([min(high, settings.least_people) for _, high in ends], dtype=pl.Float64),
        }
    ).select(
        pl.lit(table.name).alias("table"),
        "coordinates",
        pl.lit("people").alias("counted"),
        "low",
        "high",
        pl.lit(BESIDE).alias("finding"),
    )


def _groups(table: ProtectedTable, dimension: Dimension) -> pl.DataFrame:
    """Categories of a dimension that everybody in a group has, the group being what the other coordinates say.

    Either no other category stands beside it, so that nobody has another one, or as many people are in it as
    in the group.
    """
    name = dimension.name
    labels = [each.name for each in table.dimensions if is_label(table.kind, each)]
    rest = [each.name for each in table.dimensions if each.name not in (name, *labels)]
    above = set(dimension.parents.values())
    rows = (
        table.published.with_columns(
            pl.Series("universe", table.universes, dtype=pl.String),
            coordinates=coordinates(table.dimensions),
        )
        .filter((pl.col("status") != Status.NOT_AVAILABLE) & ~pl.col(name).is_in(above))
        .unique(["universe", *rest, name], keep="first", maintain_order=True)
    )
    group = ["universe", *rest]
    parts = rows.filter(pl.col(name) != TOTAL)
    if parts[name].n_unique() < 2:
        return pl.DataFrame(schema=FOUND)
    wholes = rows.filter(pl.col(name) == TOTAL).select(*group, whole="people")
    told = (
        parts.with_columns(standing=pl.len().over(group))
        .join(wholes, on=group, how="left", maintain_order="left")
        .filter(
            (pl.col("standing") == 1) & (pl.col("status") != Status.NOT_APPLICABLE)
            | (pl.col("people") == pl.col("whole")).fill_null(value=False)
        )
    )
    return told.select(
        pl.lit(table.name).alias("table"),
        "coordinates",
        pl.lit(name).alias("counted"),
        pl.col("people").cast(pl.Float64).alias("low"),
        pl.col("people").cast(pl.Float64).alias("high"),
        pl.lit(WHOLE_GROUP).alias("finding"),
    )
