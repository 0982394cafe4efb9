"""Drawn events in, routes out."""

import polars as pl

from config.settings import Project
from linkage.journeys import measure
from tests.unit.linkage_journeys.test_journeys_tables import events, project, spine


def routes(
    drawn: str, known: pl.DataFrame, settled: Project | None = None, name: str = "routes"
) -> dict[str, tuple[int, int]]:
    """Route to its people and its journeys."""
    table = next(each for each in measure(known, events(drawn), settled or project(name)).tables)
    return {route: (people, count) for route, people, count in table.cells["route", "people", "count"].iter_rows()}


def through(*ways: str) -> tuple[str, pl.DataFrame]:
    """One person for each way, such as `housing nhs`."""
    lines = [f"{body} p{number} {day}" for number, way in enumerate(ways) for day, body in enumerate(way.split())]
    records = {f"{line.split()[0]} p{number}" for number, way in enumerate(ways) for line in way.split()}
    return "\n".join(lines), spine(*sorted(records))


def test_routes_of_enough_people_are_told_and_others_by_how_they_begin() -> None:
    drawn, known = through(
        *["housing housing"] * 6, *["housing nhs"] * 5, *["housing benefits"] * 3, *["housing benefits nhs"] * 2
    )
    assert routes(drawn, known) == {
        "__all__": (16, 16),
        "housing": (6, 6),
        "housing>nhs": (5, 5),
        "housing>…": (5, 5),
    }


def test_orders_of_few_people_are_told_as_the_set_of_their_bodies() -> None:
    drawn, known = through(*["housing"] * 6, *["housing nhs"] * 3, *["nhs housing"] * 3)
    assert routes(drawn, known) == {"__all__": (12, 12), "housing": (6, 6), "{housing, nhs}": (6, 6)}


def test_what_is_of_few_people_in_every_way_is_of_other_routes() -> None:
    drawn, known = through(*["housing"] * 6, *["nhs"] * 4)
    found = routes(drawn, known)
    # Told alone, the six would give the four away; nothing but the total is left.
    assert found == {"__all__": (10, 10), "__other__": (10, 10)}


def test_listed_routes_are_told_whoever_goes_them() -> None:
    settled = project("routes")
    listed = settled.routes.model_copy(update={"categories": ("housing>nhs", "housing>…")})
    drawn, known = through("housing nhs", "housing nhs benefits", "housing benefits", "nhs")
    assert routes(drawn, known, settled.model_copy(update={"routes": listed})) == {
        "__all__": (4, 4),
        "__other__": (1, 1),
        "housing>nhs": (1, 1),
        "housing>…": (2, 2),
    }


def test_bodies_of_a_refused_pair_stand_in_no_route_together() -> None:
    drawn, known = through(*["housing nhs benefits nhs"] * 9)
    settled = project("routes", refused=(("nhs", "housing"),))
    found = routes(drawn, known, settled)
    assert not [route for route in found if "housing" in route and "nhs" in route]
    assert found["__all__"] == (18, 18)


def test_the_range_is_of_the_categories_of_the_default_threshold() -> None:
    records = [f"housing p{number} a{number} p{number}" for number in range(12)]
    records += [f"nhs q{number} a{number} q{number}" for number in range(12)]
    drawn = "\n".join(f"housing p{number} 0\nnhs q{number} 1" for number in range(12))
    (table,) = measure(spine(*records), events(drawn), project("routes")).tables
    assert table.cells["route"].to_list() == ["__all__", "housing", "nhs"]
    assert table.cells["low"].to_list() == [1.0, 1.0, 1.0]


def test_a_journey_has_the_motive_that_it_states_last() -> None:
    settled = project("hand_offs by motive", "routes by motive")
    words = settled.words.model_copy(update={"motive": {"ill": "I", "moved": "M"}})
    drawn = """
        housing p1 0 motive=ill
        nhs p1 1 motive=moved
        nhs p1 2
        housing p2 0
        nhs p2 9
    """
    known = spine("housing p1", "nhs p1", "housing p2", "nhs p2")
    tables = measure(known, events(drawn), settled.model_copy(update={"words": words})).tables
    for table in tables:
        totals = table.cells.filter(
            pl.all_horizontal(pl.col(each.name) == "__all__" for each in table.dimensions if each.name != "motive")
        )
        assert dict(totals["motive", "count"].iter_rows()) == {"__all__": 2, "moved": 1, "not_stated": 1}
