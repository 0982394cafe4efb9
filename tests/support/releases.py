"""Releases of one population that changes a little from month to month."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from anonymise.disclosure import ProtectedTable, Release, protect
from config.disclosure import DisclosureSettings
from config.tables import Table
from tests.support.disclosure import counted, dimension

AREA = dimension("area")
BODY = dimension("body", people=False)
MONTH = dimension("month", people=False)


def tables_of(things: pl.DataFrame) -> list[Table]:
    """Three tables over the same events that share dimensions."""
    return [
        counted(things, (AREA, BODY), name="one"),
        counted(things, (BODY, MONTH), name="two"),
        counted(things, (AREA, MONTH), name="three"),
    ]


def population(random: np.random.Generator, people: int) -> pl.DataFrame:
    """Events of people: each has an area, and events at bodies in months."""
    size = people * 3
    person = random.integers(0, people, size)
    areas = np.array(["a", "b", "c", "d", "e"])[random.choice(5, people, p=[0.4, 0.3, 0.2, 0.07, 0.03])]
    return pl.DataFrame(
        {
            "person": person,
            "area": areas[person],
            "body": random.choice(["p", "q", "r", "s"], size, p=[0.5, 0.3, 0.15, 0.05]),
            "month": random.choice(["1", "2", "3"], size, p=[0.6, 0.3, 0.1]),
        }
    )


def moved(things: pl.DataFrame, random: np.random.Generator, most: int = 3) -> pl.DataFrame:
    """The same a month later: one to three people come late, are corrected, leave, or turn out to be another."""
    for _ in range(int(random.integers(1, most + 1))):
        people = things["person"].unique().sort().to_numpy()
        someone, other = random.choice(people, 2, replace=False)
        match int(random.integers(0, 4)):
            case 0:
                late = things.filter(pl.col("person") == someone).with_columns(person=pl.lit(people.max() + 1))
                things = pl.concat([things, late])
            case 1:
                area = str(random.choice(["a", "b", "c", "d", "e"]))
                things = things.with_columns(
                    area=pl.when(pl.col("person") == someone).then(pl.lit(area)).otherwise("area")
                )
            case 2:
                things = things.filter(pl.col("person") != someone)
            case _:
                area = things.filter(pl.col("person") == other)["area"][0]
                same = pl.col("person") == someone
                things = things.with_columns(
                    area=pl.when(same).then(pl.lit(area)).otherwise("area"),
                    person=pl.when(same).then(pl.lit(other)).otherwise("person"),
                )
    return things


def story(seed: int, people: int, months: int, most: int = 3) -> Iterator[list[Table]]:
    """The tables of each month."""
    random = np.random.default_rng(seed)
    things = population(random, people)
    for _ in range(months):
        yield tables_of(things)
        things = moved(things, random, most)


def released(
    tables: Sequence[Table], settings: DisclosureSettings, earlier: Sequence[Release], *, heed: bool = True
) -> Release:
    """Protected with all earlier releases in mind, or by itself."""
    safe = protect(tables, settings, earlier=earlier if heed else ())
    return Release(f"r{len(earlier)}", "", safe.tables)


def as_release(name: str, *tables: ProtectedTable, period: str = "", compared: tuple[str, ...] = ()) -> Release:
    """A release of drawn tables."""
    return Release(name, period, tuple(replace(each, compared=compared) for each in tables))
