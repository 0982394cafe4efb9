"""Shares, averages, groups, persons alone and zeros that stand: protected and attacked on drawn people."""

from dataclasses import replace
from itertools import product

import numpy as np
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymise.disclosure import attack, protect
from anonymise.disclosure.apply import apply
from config.frames import CELLS, NUMERATORS
from config.tables import Dimension, PartOf, Table
from config.terms import TOTAL
from tests.support.disclosure import UNSAID, dimension, drawn, limits

FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
GROUPS = {"repair": "housing", "rent": "housing"}
AREA = dimension("area")
SERVICE = Dimension("service", totalled=True, people_additive=False, count_additive=True, parents=GROUPS)
LABEL = dimension("measure", totalled=False, people=False, count=False)


@st.composite
def contacts(draw: st.DrawFn) -> pl.DataFrame:
    """Contacts of people, each with an area for life, at services, some of them avoidable, some moved on."""
    return drawn_contacts(
        draw(st.integers(0, 10_000)), draw(st.integers(30, 200)), draw(st.sampled_from([0.02, 0.3, 0.95]))
    )


def drawn_contacts(seed: int, size: int, share: float) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    person = random.integers(0, max(2, size // 2), size)
    return pl.DataFrame(
        {
            "person": person,
            "area": (person * 7919 % 97 % 5 % 4).astype(str),
            "service": random.choice(["repair", "rent", "tax", "care"], size, p=[0.45, 0.15, 0.3, 0.1]),
            "avoidable": random.random(size) < share,
            "moves": random.integers(0, 4, size),
            "points": random.choice([0, 1, 4], size, p=[1 - share, share / 2, share / 2]),
        }
    )


def levels(each: Dimension) -> list[pl.Expr]:
    """Ways to see a dimension: each category, each group, the total; null where a row has no group."""
    own, group = pl.col(each.name), pl.col(each.name).replace_strict(dict(each.parents), default=None)
    return [own, *([group.alias(each.name)] if each.parents else []), pl.lit(TOTAL).alias(each.name)]


def cells(things: pl.DataFrame, dimensions: tuple[Dimension, ...], found: dict[str, pl.Expr]) -> pl.DataFrame:
    names = [each.name for each in dimensions]
    frames = [
        things.with_columns(seen).drop_nulls(names).group_by(names).agg(**found)
        for seen in product(*map(levels, dimensions))
    ]
    columns = {**CELLS.columns, **({} if "scale" not in found else NUMERATORS)}
    every = pl.concat(frames)
    given = {**UNSAID, "universe": "contacts"}
    return every.select(
        *names,
        *(
            (pl.col(each) if each in every.columns else pl.lit(given.get(each))).cast(kind).alias(each)
            for each, kind in columns.items()
        ),
    )


def tables(things: pl.DataFrame) -> list[Table]:
    """Counts by area and service, avoidable ones alone by service, and a share and an average of both by area."""
    people, count = pl.col("person").n_unique(), pl.len()
    bad, moved = pl.col("avoidable").sum(), pl.col("moves").sum()
    counts = {"people": people, "count": count}
    share = {
        "universe": pl.lit("contacts"),
        "people_with": pl.col("person").filter("avoidable").n_unique(),
        "value": (100 * bad / count).round(1),
        "unit": pl.lit("%"),
        "numerator": bad,
        "numerator_of": pl.lit("avoidable contacts"),
        "scale": pl.lit(100.0),
        "shift": pl.lit(0.0),
        "decimals": pl.lit(1),
    }
    mean = {
        "value": (moved / count).round(2),
        "unit": pl.lit("moves per contact"),
        "numerator": moved,
        "numerator_of": pl.lit(None, dtype=pl.String),
        "scale": pl.lit(1.0),
        "shift": pl.lit(0.0),
        "decimals": pl.lit(2),
    }
    points = pl.col("points").sum()
    felt = {
        **mean,
        "value": (points / count - 2).round(2),
        "unit": pl.lit("mean, -2 to 2"),
        "numerator": points,
        "shift": pl.lit(-2.0),
    }
    figures = pl.concat(
        cells(things, (AREA,), {**counts, **found}).with_columns(measure=pl.lit(name))
        for name, found in (("avoidable", share), ("moves", mean), ("feeling", felt))
    )
    by_service = cells(things.filter("avoidable"), (AREA, SERVICE), counts)
    return [
        Table("counts", "C", "journeys", (AREA, SERVICE), cells(things, (AREA, SERVICE), counts)),
        Table(
            "avoidable",
            "A",
            "journeys",
            (AREA, SERVICE),
            by_service.with_columns(universe=pl.lit("avoidable contacts")),
        ),
        Table("figures", "F", "measures", (LABEL, AREA), figures),
    ]


@FEW
@given(contacts())
def test_the_attack_finds_nothing_after_protection_and_its_bounds_hold_the_truth(things: pl.DataFrame) -> None:
    given_tables = tables(things)
    result = protect(given_tables, limits())
    found = attack(result.tables, limits(), thorough=True)
    assert found.found.is_empty()
    truth = {
        (table.name, counted, *(f"{each.name}={row[each.name]}" for each in table.dimensions)): number
        for table in given_tables
        for row in table.cells.iter_rows(named=True)
        for counted, number in (
            ("people", row["people"]),
            ("count", row["count"]),
            ("numerator", row.get("numerator")),
            ("rest", row["count"] - (row.get("numerator") or 0)),
        )
    }
    for row in found.bounds.iter_rows(named=True):
        assert row["low"] <= truth[row["table"], row["counted"], *row["coordinates"]] <= row["high"]


def test_what_withholds_people_and_counts_alone_is_undone_by_values() -> None:
    """Cells withheld as if no value told more than people and count do; the attack finds what values give back."""
    given_tables = tables(drawn_contacts(1, 200, 0.3))
    figures = [*NUMERATORS]
    blind = [
        replace(
            each,
            cells=each.cells.drop(figures, strict=False).with_columns(people_with=pl.lit(None, dtype=pl.Int64)),
        )
        for each in given_tables
    ]
    hidden = [each.published for each in protect(blind, limits()).tables]
    published = []
    for table, shown in zip(given_tables, hidden, strict=True):
        names = [each.name for each in table.dimensions]
        there = table.cells.select(names).join(
            shown.select(*names, "status"), on=names, how="left", maintain_order="left"
        )
        published.append(apply(table, there["status"] == "c"))
    counts = attack(published, limits()).counts
    assert counts["recovered exactly"] > 0
    assert attack(protect(given_tables, limits()).tables, limits()).verdict == "pass"


@FEW
@given(contacts())
def test_zeros_that_stand_are_never_told_from_small_numbers(things: pl.DataFrame) -> None:
    names = ["area", "service"]
    few = things.filter(pl.col("service").is_in(["tax", "care"]) | pl.col("area").is_in(["0", "1"]))
    plain = Dimension("service", totalled=True, people_additive=False, count_additive=True)
    counted = cells(few, (AREA, plain), {"people": pl.col("person").n_unique(), "count": pl.len()})
    every = counted.select("area").unique().join(counted.select("service").unique(), how="cross")
    missing = every.join(counted, on=names, how="anti").with_columns(
        [
            pl.lit({**UNSAID, "universe": "contacts", "people": 0, "count": 0}.get(each), dtype=kind).alias(each)
            for each, kind in CELLS.columns.items()
        ]
    )
    table = Table(
        "t",
        "T",
        "journeys",
        (AREA, plain),
        pl.concat([counted, missing.select(counted.columns)]),
        zeros_stand=True,
    )
    result = protect([table], limits())
    found = attack(result.tables, limits(), thorough=True)
    assert found.found.is_empty()
    hidden = result.tables[0].published.filter(pl.col("status") == "c")
    assert hidden.join(missing, on=names, how="inner").height == missing.height


@FEW
@given(contacts())
def test_people_alone_are_protected_as_one_number(things: pl.DataFrame) -> None:
    loose = tuple(
        replace(each, people_additive=False, count_additive=False, parents={}) for each in (AREA, SERVICE)
    )
    counted = cells(things, loose, {"people": pl.col("person").n_unique(), "count": pl.col("person").n_unique()})
    table = Table("t", "T", "journeys", loose, counted, people_only=True)
    found = attack(protect([table], limits()).tables, limits(), thorough=True)
    assert found.found.is_empty()
    people = found.bounds.filter(pl.col("counted") == "people").select("low", "high")
    assert people.equals(found.bounds.filter(pl.col("counted") == "count").select("low", "high"))


@FEW
@given(contacts())
def test_parts_of_a_universe_are_attacked_together(things: pl.DataFrame) -> None:
    counts = {"people": pl.col("person").n_unique(), "count": pl.len()}
    plain = Dimension("service", totalled=True, people_additive=False, count_additive=True)
    housing = cells(things.filter(pl.col("service").is_in(list(GROUPS))), (AREA,), counts)
    both = [
        Table("counts", "C", "journeys", (AREA, plain), cells(things, (AREA, plain), counts)),
        Table(
            "housing",
            "H",
            "journeys",
            (AREA,),
            housing.with_columns(universe=pl.lit("housing contacts")),
            parts_of={"housing contacts": PartOf("contacts", "service", tuple(GROUPS))},
        ),
    ]
    assert attack(protect(both, limits()).tables, limits()).found.is_empty()


def enumerated(shown: dict[str, int], most: int) -> dict[str, tuple[float, float]]:
    """Bounds on two areas' numerators and rests by trying all whole numbers.

    People are counted once each; `shown` holds people and numerator of the third area and of the total.
    """
    seen: dict[str, list[int]] = {"a numerator": [], "a rest": [], "b numerator": [], "b rest": []}
    people, above = shown["people"] - shown["people c"], shown["above"] - shown["above c"]
    for a, part in product(range(1, most + 1), range(most + 1)):
        b, other = people - a, above - part
        if b >= 1 and 0 <= part <= a and 0 <= other <= b:
            for name, value in zip(seen, (part, a - part, other, b - other), strict=True):
                seen[name].append(value)
    return {name: (float(min(values)), float(max(values))) for name, values in seen.items()}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), min_size=3, max_size=3))
def test_bounds_on_shares_are_those_of_enumeration(groups: list[tuple[int, int]]) -> None:
    """Two of three areas are withheld, people and all."""
    rows = [(name, people, min(people, above)) for name, (people, above) in zip("abc", groups, strict=True)]
    rows.append((TOTAL, sum(each[1] for each in rows), sum(each[2] for each in rows)))
    lines = "\n".join(
        f"open | {name} | {people} | {above} | {people} | {100 * above / people:.1f} | % | 100 | 1"
        for name, people, above in rows
    )
    head = "measure | area | people | people_with | count | value | unit | scale | decimals\n"
    table = drawn(head + lines, LABEL, "area", kind="measures")
    shown = {"people": rows[3][1], "above": rows[3][2], "people c": rows[2][1], "above c": rows[2][2]}
    expected = enumerated(shown, most=12)
    published = apply(table, table.cells.select(withheld=pl.col("area").is_in(["a", "b"]))["withheld"])
    bounds = attack([published], limits(), thorough=True).bounds.filter(
        pl.col("counted").is_in(["numerator", "rest"])
    )
    found = {
        f"{row['coordinates'][1].removeprefix('area=')} {row['counted']}": (row["low"], row["high"])
        for row in bounds.iter_rows(named=True)
    }
    assert found == expected
