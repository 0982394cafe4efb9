"""From bundles to persons, end to end."""

import polars as pl
import pytest

from config.settings import LinkageSettings
from linkage.bundles import BodyTokens
from linkage.link import Linked, link
from tests.support.drawn_people import Person, drawn
from tests.support.token_bundles import COMPOSITES, bundle, people_bundle

SETTINGS = LinkageSettings()
HELD = drawn(400, bodies=3)


def linked(*names: str, **options: object) -> Linked:
    bodies = [people_bundle(name, HELD[place][0], **options) for place, name in enumerate(names)]
    return link(bodies, SETTINGS)


def person(last: str, *, first: str = "f1", dob: str = "d1", home: str = "h1") -> Person:
    return {"first": first, "last": last, "dob": dob, "home": home}


def test_people_known_to_several_bodies_become_one_person() -> None:
    found = linked("a", "b", "c")
    truth = pl.concat(
        pl.DataFrame({"body": name, "record_id": [f"{name}{n}" for n in range(1, len(who) + 1)], "who": who})
        for name, (_, who) in zip("abc", HELD, strict=True)
    )
    both = found.spine.join(truth, on=["body", "record_id"])
    assert both.height == found.spine.height == truth.height
    assert both.group_by("person").agg(pl.col("who").n_unique())["who"].max() == 1
    assert both.group_by("who").agg(pl.col("person").n_unique())["person"].mean() < 1.15


def test_the_spine_holds_every_client_once_in_order() -> None:
    spine = linked("a", "b").spine
    assert spine.columns == ["body", "record_id", "person", "person_low", "person_high"]
    assert spine.equals(spine.sort("body", "record_id"))
    assert spine.select("body", "record_id").is_unique().all()


def test_a_person_is_called_by_the_first_of_its_clients() -> None:
    spine = linked("b", "a").spine
    label = pl.concat_str("body", pl.lit("/"), "record_id")
    assert spine.group_by("person").agg(first=label.min()).filter(pl.col("person") != pl.col("first")).is_empty()


def test_nobody_is_two_clients_of_a_unique_body() -> None:
    spine = linked("a", "b", "c").spine
    for column in ("person", "person_low", "person_high"):
        assert spine.select("body", column).is_unique().all()


def test_facts_count_candidates_links_and_persons() -> None:
    found = linked("a", "b")
    links = found.spine.height - found.spine["person"].n_unique()
    assert found.facts["links"] == {"a|b": links}
    assert found.facts["candidates"]["a|b"] >= links
    assert found.facts["persons"]["persons"] == found.spine["person"].n_unique()
    assert found.facts["largest_person"] == 2
    assert 0.9 < found.facts["quality"]["precision"] <= 1
    assert found.facts["quality"]["recall_high"] <= found.facts["quality"]["recall"]


def test_patterns_and_weights_show_no_record() -> None:
    found = linked("a", "b")
    assert found.patterns.columns == ["left", "right", "pattern", "count", "weight", "probability"]
    assert found.patterns["count"].sum() == found.facts["candidates"]["a|b"]
    assert found.weights.columns == ["left", "right", "field", "level", "m", "u", "weight"]
    assert (
        found.weights.filter(pl.col("left") == "a", pl.col("right") == "b", pl.col("level") == "exact")[
            "weight"
        ].min()
        > 0
    )


def test_refused_bodies_have_no_candidates_and_meet_only_through_a_third() -> None:
    bodies = [people_bundle(name, HELD[place][0]) for place, name in enumerate("abc")]
    found = link(bodies, SETTINGS, [("a", "c")])
    assert found.facts["candidates"]["a|c"] == 0
    assert found.facts["through_a_third"] == found.facts["links"]["a|c"]
    two = link([bodies[0], bodies[2]], SETTINGS, [("c", "a")])
    assert two.spine["person"].n_unique() == two.spine.height


def test_a_tie_links_neither() -> None:
    twin = [person(f"l{number}", dob=f"d{number}", home=f"h{number}") for number in range(30)]
    found = link([people_bundle("a", twin), people_bundle("b", [*twin, twin[0]])], SETTINGS)
    tied = found.spine.filter(pl.col("record_id").is_in(["a1", "b1", "b31"]))
    assert tied["person"].n_unique() == 3
    assert found.facts["links"] == {"a|b": 29}


def test_versions_of_a_client_count_by_the_best_one() -> None:
    people = [person(f"l{number}", dob=f"d{number}", home=f"h{number}") for number in range(30)]
    moved = [*people, person("l0", dob="d0", home="h99")]
    several = people_bundle("b", moved, ids=[*(f"b{number}" for number in range(30)), "b0"], rows=[*([0] * 30), 1])
    found = link([people_bundle("a", people), several], SETTINGS)
    assert found.facts["candidates"] == {"a|b": 30}
    assert found.facts["links"] == {"a|b": 30}


@pytest.mark.parametrize("sizes", [(0, 0), (0, 5), (1, 1), (1, 0)])
def test_tiny_and_empty_bodies_are_linked_without_fault(sizes: tuple[int, int]) -> None:
    people = [person(f"l{number}", dob=f"d{number}") for number in range(5)]
    found = link([people_bundle("a", people[: sizes[0]]), people_bundle("b", people[: sizes[1]])], SETTINGS)
    assert found.spine.height == sum(sizes)


def test_no_bodies_give_an_empty_spine() -> None:
    assert link([], SETTINGS).spine.height == 0


def test_a_copy_of_a_body_is_linked_one_to_one() -> None:
    people, who = HELD[0]
    found = link([people_bundle("a", people), people_bundle("b", people)], SETTINGS)
    assert found.facts["links"]["a|b"] > 0.98 * len(who)


def test_tokens_that_are_all_the_same_link_nobody() -> None:
    same = {column: ["x"] * 300 for column in COMPOSITES}
    found = link([bundle("a", same), bundle("b", same)], SETTINGS)
    assert found.facts["left_out"] == 4 * 300 * 300
    assert found.spine["person"].n_unique() == 600


def test_tokens_that_are_all_missing_link_nobody() -> None:
    none: dict[str, list[str | None]] = {column: [None] * 20 for column in COMPOSITES}
    found = link([bundle("a", none), bundle("b", none)], SETTINGS)
    assert found.spine["person"].n_unique() == 40
    assert found.facts["quality"]["precision"] == 1.0


def test_duplicates_within_a_body_are_found_where_it_says_there_may_be_some() -> None:
    people, _ = HELD[0]
    found = link([people_bundle("a", [*people, *people[:50]], unique=False)], SETTINGS)
    assert 45 <= found.facts["links"]["a|a"] <= 50


def test_a_body_that_is_read_lazily_is_linked_alike() -> None:
    eager = [people_bundle(name, HELD[place][0]) for place, name in enumerate("abc")]
    lazy = [BodyTokens(body.manifest, body.tokens.lazy()) for body in eager]
    assert link(lazy, SETTINGS).spine.equals(link(eager, SETTINGS).spine)


def test_a_body_whose_clients_have_many_versions_alike_is_linked_as_if_they_had_one() -> None:
    people, _ = HELD[0]
    ids = [f"b{number}" for number in range(len(people))]
    once = people_bundle("b", people, ids=ids)
    twice = people_bundle("b", [*people, *people], ids=[*ids, *ids], rows=[0] * len(people) + [1] * len(people))
    other = people_bundle("a", HELD[1][0])
    one, two = link([other, once], SETTINGS), link([other, twice], SETTINGS)
    assert two.spine.equals(one.spine)
    assert two.patterns.equals(one.patterns)


def test_one_record_against_many_that_are_missing_everything_links_nobody() -> None:
    nobody: dict[str, list[str | None]] = {column: [None] * 50 for column in COMPOSITES}
    found = link(
        [people_bundle("a", [person("l1")]), bundle("b", nobody), bundle("c", nobody, unique=False)], SETTINGS
    )
    assert found.spine["person"].n_unique() == found.spine.height == 101
    assert sum(found.facts["candidates"].values()) == 0
