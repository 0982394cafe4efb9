from dataclasses import replace

import pytest

from anonymise.composites import IDS, PROFILES, composites, composites_of, least_bits
from anonymise.coverage import most_telling
from anonymise.information import bits
from config.terms import ProfileName

STRICT, ENCLAVE = ProfileName


@pytest.mark.parametrize(("people", "least"), [(1_000, 18.0), (2**20, 26.0), (2**26, 32.0)])
def test_strict_asks_for_more_bits_the_more_people(people: int, least: float) -> None:
    assert least_bits(STRICT, people) == least
    assert least_bits(ENCLAVE, people) < least


def test_the_strength_is_that_of_the_people_side_by_side_and_the_places_those_of_the_area() -> None:
    sample = composites(STRICT, 2**24, most_people=2**14)
    assert min(bits(parts, 2**24) for parts in sample.values()) >= 20
    assert min(bits(parts, 2**24) for parts in composites(STRICT, 2**24).values()) >= 30


def test_places_say_more_in_a_larger_area() -> None:
    assert bits(["postcode.unit"], 40 * 2**10) == 10
    assert bits(["postcode.unit"], 10**8) == 20.7
    assert bits(["postcode.district"], 10_000) == 0


def test_what_goes_together_is_not_counted_twice() -> None:
    many = 10**6
    assert bits(["address.exact", "postcode.unit"], many) == pytest.approx(bits(["address.exact"], many))
    assert bits(["first_name.exact", "sex.exact"], many) == bits(["first_name.exact"], many)
    assert bits(["last_name.exact", "postcode.unit"], many) == pytest.approx(bits(["postcode.unit"], many) + 2)
    assert bits(["last_name.exact", "dob.exact"], many) == pytest.approx(25.3)
    assert bits(["names.crossed", "address.exact"], many) < bits(["names.crossed"], many) + bits(
        ["address.exact"], many
    )


def test_a_street_and_an_area_tell_streets_of_one_name_apart() -> None:
    street, both = bits(["address.street"], 10**7), bits(["address.street", "postcode.district"], 10**7)
    assert street == 12
    assert both == pytest.approx(16.6, abs=0.1)


@pytest.mark.parametrize("population", [1_000, 20_000, 1_000_000, 67_000_000])
def test_strict_sends_few_tokens_and_one_more_for_each_shared_id(population: int) -> None:
    chosen = composites(STRICT, population).values()
    with_id = [parts for parts in chosen if set(parts) & set(IDS)]
    assert len(chosen) - len(with_id) == PROFILES[STRICT].most_composites
    assert sorted(part for parts in with_id for part in parts if part in IDS) == sorted(IDS)
    assert all(len(parts) > 1 for parts in chosen)
    assert len(composites(ENCLAVE, population)) == PROFILES[ENCLAVE].most_composites


@pytest.mark.parametrize("population", [1_000, 20_000, 1_000_000, 67_000_000])
def test_strict_never_sends_what_a_whole_family_shares(population: int) -> None:
    for parts in composites(STRICT, population).values():
        assert {part.partition(".")[0] for part in parts} - {"last_name", "address", "postcode", "place", "sex"}


@pytest.mark.parametrize("population", [1_000, 20_000, 1_000_000])
def test_somebody_without_a_date_of_birth_can_be_found(population: int) -> None:
    chosen = composites(STRICT, population).values()
    assert any(not [part for part in parts if part.startswith("dob") or part in IDS] for parts in chosen)


def test_each_choice_adds_most_to_those_before_it() -> None:
    useful, same, weak = (
        ("first_name.exact", "dob.exact"),
        ("first_name.exact", "dob.exact", "place.exact"),
        ("place.exact", "ssn.exact"),
    )
    assert most_telling([weak, same, useful], 1) == [useful]
    assert most_telling([weak, same, useful], 9)[0] == useful
    assert most_telling([], 3) == []


def test_a_strength_says_what_composites_are_made_of() -> None:
    shipped = PROFILES[STRICT]
    assert composites_of(shipped, 20_000) == composites(STRICT, 20_000)
    without_ids = composites_of(replace(shipped, per_id=0), 20_000).values()
    assert len(without_ids) == shipped.most_composites
    assert not {part for parts in without_ids for part in parts} & set(IDS)
    named = composites_of(replace(shipped, levels=frozenset({"names.crossed", "dob.year"})), 20_000)
    assert set(named.values()) == {("names.crossed", "dob.year")}


def test_a_family_alone_makes_a_composite_only_where_none_has_to_be_one_persons() -> None:
    homes = frozenset({"last_name.last3", "address.exact"})
    family = replace(PROFILES[STRICT], levels=homes, excess=0.0, floor=0.0)
    assert composites_of(replace(family, of_one_person=False), 20_000)
    assert not composites_of(family, 20_000)
