import pytest

from anonymise.composites import MOST_COMPOSITES, composites, least_bits
from anonymise.coverage import most_telling
from anonymise.information import bits
from config.terms import ProfileName

STRICT, ENCLAVE = ProfileName


@pytest.mark.parametrize(("people", "least"), [(1_000, 25.0), (2**20, 31.0), (2**26, 37.0)])
def test_strict_asks_for_more_bits_the_more_people(people: int, least: float) -> None:
    assert least_bits(STRICT, people) == least
    assert least_bits(ENCLAVE, people) < least


def test_the_strength_is_that_of_the_people_side_by_side_and_the_places_those_of_the_area() -> None:
    sample = composites(STRICT, 2**24, most_people=10_000)
    assert min(bits(parts, 2**24) for parts in sample.values()) >= 25
    assert min(bits(parts, 2**24) for parts in composites(STRICT, 2**24).values()) >= 35


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


@pytest.mark.parametrize("profile", ProfileName)
def test_the_number_of_tokens_is_bounded(profile: ProfileName) -> None:
    assert 50 < len(composites(profile, 100_000)) <= MOST_COMPOSITES


def test_ids_never_stand_alone_and_have_varied_companions() -> None:
    for field in ("nhs_number", "nino"):
        companions = {
            part.partition(".")[0]
            for parts in composites(STRICT, 100_000).values()
            if f"{field}.exact" in parts
            for part in parts
        } - {field}
        assert len(companions) >= 3


def test_each_choice_adds_most_to_those_before_it() -> None:
    useful, same, weak = (
        ("first_name.exact", "dob.exact"),
        ("first_name.exact", "dob.exact", "place.exact"),
        ("place.exact", "ssn.exact"),
    )
    assert most_telling([weak, same, useful], 1) == [useful]
    assert most_telling([weak, same, useful], 9)[0] == useful
    assert most_telling([], 3) == []
