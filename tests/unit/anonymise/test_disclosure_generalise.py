"""Merging sparse categories into their group, and when it is not worth it."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise.disclosure import attack, generalise, generalised, protect
from anonymise.disclosure.decide import DECISIONS
from config.tables import Dimension, PartOf, Table
from config.terms import TOTAL
from tests.support.disclosure import UNSAID, drawn, limits

SERVICES = {"repairs": "homes", "tenancy": "homes", "tax": "money", "benefit": "money"}
SERVICE = Dimension("service", totalled=True, people_additive=False, count_additive=True, parents=SERVICES)
SEGMENT = Dimension("segment", totalled=True, people_additive=True, count_additive=True)


def counted(things: pl.DataFrame, service: Dimension = SERVICE, *, name: str = "t") -> Table:
    """Every category, group and total over things of one person, service and segment each."""
    levels = [
        {each: each for each in service.parents},
        dict(service.parents),
        dict.fromkeys(service.parents, TOTAL),
    ]
    frames = []
    for level in levels:
        for segment in (pl.col("segment"), pl.lit(TOTAL)):
            rows = things.with_columns(
                pl.col("service").replace_strict(level, default=None), segment=segment
            ).drop_nulls("service")
            frames.append(
                rows.group_by("service", "segment").agg(
                    people=pl.col("person").n_unique().cast(pl.Int64), count=pl.len().cast(pl.Int64)
                )
            )
    empty = drawn("service | segment | people", service, SEGMENT).cells
    cells = pl.concat([empty, pl.concat(frames)], how="diagonal").with_columns(
        pl.lit(value).alias(column).cast(empty.schema[column]) for column, value in UNSAID.items()
    )
    return Table(name, name, "journeys", (service, SEGMENT), cells)


def things(*groups: tuple[str, str, int]) -> pl.DataFrame:
    rows = [(service, segment) for service, segment, people in groups for _ in range(people)]
    return pl.DataFrame(rows, schema={"service": pl.String, "segment": pl.String}, orient="row").with_row_index(
        "person"
    )


SPARSE = things(*((service, age, 2) for service in ("repairs", "tenancy") for age in ("young", "old")))
RICH = things(("tax", "young", 60), ("tax", "old", 70), ("benefit", "young", 40), ("benefit", "old", 50))


def services(table: Table) -> set[str]:
    return set(table.cells["service"].to_list())


def both(*parts: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(parts).drop("person").with_row_index("person")


def test_a_group_whose_parts_would_be_withheld_stands_alone_and_one_whose_parts_would_not_keeps_them() -> None:
    table = counted(both(SPARSE, RICH))
    (found,) = generalised([table], limits()).tables
    assert services(found) == {"homes", "money", "tax", "benefit", TOTAL}
    service = found.dimensions[0]
    assert service.merged == ("homes",)
    assert dict(service.parents) == {"tax": "money", "benefit": "money"}
    assert found.cells.filter(pl.col("service") == "homes").height == 3


def test_tables_without_groups_and_tables_that_lose_nothing_are_left_as_they_are() -> None:
    for table in (drawn("area | people\na | 3\nb | 40\n__all__ | 43", "area"), counted(RICH)):
        found = generalised([table], limits())
        assert found.tables == (table,)
        assert found.decisions.is_empty()


def test_every_merge_is_a_decision_of_its_own_kind() -> None:
    found = generalised([counted(SPARSE)], limits())
    assert found.decisions.schema == DECISIONS
    assert found.decisions.rows() == [
        ("t", ["service=homes"], [generalise.MERGED], "generalised"),
    ]


def test_tables_that_count_the_same_are_merged_alike_and_others_are_not() -> None:
    sparse = both(SPARSE, RICH)
    one, other = counted(sparse), counted(sparse, name="u")
    alone = counted(RICH, name="v")
    alone = Table("v", "v", "journeys", alone.dimensions, alone.cells.with_columns(universe=pl.lit("contacts")))
    found = generalised([one, alone, other], limits())
    assert [each.dimensions[0].merged for each in found.tables] == [("homes",), (), ("homes",)]
    assert [each.name for each in found.tables] == ["t", "v", "u"]


def test_from_and_to_are_merged_together() -> None:
    above = {"ask": "work", "look": "work"}
    steps = [
        Dimension(f"{side}_step", totalled=True, people_additive=False, count_additive=True, parents=above)
        for side in ("from", "to")
    ]
    rows = {("ask", "look"): 4, ("ask", TOTAL): 4, (TOTAL, "look"): 4}
    rows |= {("work", "look"): 4, ("ask", "work"): 4, (TOTAL, "work"): 4, ("work", TOTAL): 4, ("work", "work"): 4}
    rows |= {("__start__", "ask"): 4, ("__start__", "work"): 4, (TOTAL, "ask"): 4, ("look", "__end__"): 4}
    drawing = "\n".join(f"{one} | {other} | {people}" for (one, other), people in rows.items())
    table = drawn(f"from_step | to_step | people\n{drawing}\n__all__ | __all__ | 4", *steps)
    merged = generalise._merged(table, "step", frozenset({"work"}), above)
    assert set(merged.cells["from_step"]) | set(merged.cells["to_step"]) == {"work", "__start__", TOTAL}
    assert [each.merged for each in merged.dimensions] == [("work",), ("work",)]


def test_a_group_above_merged_groups_takes_their_place() -> None:
    above = {"repairs": "homes", "tenancy": "homes", "homes": "council", "tax": "council"}
    service = Dimension("service", totalled=True, people_additive=False, count_additive=True, parents=above)
    drawing = "\n".join(f"{each} | 4" for each in ("repairs", "tenancy", "homes", "tax", "council", TOTAL))
    table = drawn(f"service | people\n{drawing}", service)
    lower = generalise._merged(table, "service", frozenset({"homes"}), above)
    upper = generalise._merged(lower, "service", frozenset({"council"}), above)
    assert services(lower) == {"homes", "tax", "council", TOTAL}
    assert (services(upper), upper.dimensions[0].merged, dict(upper.dimensions[0].parents)) == (
        {"council", TOTAL},
        ("council",),
        {},
    )


@pytest.mark.parametrize(
    ("categories", "found"),
    [
        (("chase", "wrong_place"), ("failure",)),
        (("chase", "wrong_place", "repeat_info"), ("failure", "repeat_info")),
        (("repeat_info",), ("repeat_info",)),
        (("chase", "repeat_info"), None),
    ],
)
def test_what_is_a_part_of_categories_is_a_part_of_their_groups_or_no_longer_told(categories, found) -> None:
    above = {"chase": "failure", "wrong_place": "failure"}
    part = PartOf("contacts", "reason", categories)
    table = replace(drawn("area | people\na | 9\n__all__ | 9", "area"), parts_of={"avoidable": part})
    merged = generalise._merged(table, "reason", frozenset({"failure"}), above)
    assert {each.categories for each in merged.parts_of.values()} == ({found} if found else set())


def test_a_part_told_of_a_merged_group_is_told_of_the_group_above_it() -> None:
    above = {"chase": "failure", "failure": "any", "none": "any"}
    part = PartOf("contacts", "reason", ("failure", "none"))
    table = replace(drawn("area | people\na | 9\n__all__ | 9", "area"), parts_of={"avoidable": part})
    merged = generalise._merged(table, "reason", frozenset({"any"}), above)
    assert merged.parts_of["avoidable"].categories == ("any",)


def test_months_are_merged_throughout_or_not_at_all() -> None:
    above = {f"2025-{month:02}": f"2025-Q{(month + 2) // 3}" for month in range(1, 7)}
    months = Dimension("month", totalled=True, people_additive=True, count_additive=True, parents=above)
    people = {"2025-01": 2, "2025-02": 3, "2025-03": 4, "2025-04": 2, "2025-05": 2, "2025-06": 60}
    first, second = sum(list(people.values())[:3]), sum(list(people.values())[3:])
    rows = {**people, "2025-Q1": first, "2025-Q2": second, TOTAL: first + second}
    table = drawn("month | people\n" + "\n".join(f"{k} | {v}" for k, v in rows.items()), months)
    (found,) = generalised([table], limits()).tables
    assert found.dimensions[0].merged in ((), ("2025-Q1", "2025-Q2"))


@pytest.mark.parametrize("most_tried", [0, 10_000])
def test_tried_or_estimated_the_sparse_group_is_merged(monkeypatch: pytest.MonkeyPatch, most_tried: int) -> None:
    monkeypatch.setattr(generalise, "MOST_TRIED", most_tried)
    table = counted(both(SPARSE, RICH))
    (found,) = generalised([table], limits()).tables
    assert found.dimensions[0].merged == ("homes",)


def test_the_estimate_withholds_beside_what_is_alone_withheld() -> None:
    table = drawn("area | people\na | 3\nb | 40\nc | 90\n__all__ | 133", "area")
    hidden = generalise._estimated(table, limits())
    assert table.cells.filter(hidden)["area"].to_list() == ["a", "b"]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(list(SERVICES)), st.sampled_from(["young", "old"]), st.integers(1, 30)),
        min_size=3,
        max_size=7,
    ),
    st.integers(1, 4),
)
def test_what_was_merged_and_protected_withstands_the_attack(drawn_groups, share) -> None:
    # Neighbours of one segment become one person, who may be in several services.
    rows = things(*sorted(drawn_groups, key=lambda each: each[1]))
    person = pl.int_range(pl.len()).over("segment") // share
    table = counted(rows.with_columns(person=pl.concat_str("segment", person.cast(pl.String))))
    found = generalised([table], limits())
    safe = protect(found.tables, limits())
    assert attack(safe.tables, limits()).verdict == "pass"
    assert {each for each in found.tables[0].dimensions[0].merged} <= {"homes", "money"}
