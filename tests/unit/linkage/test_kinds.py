"""How near two people live, and what they then agree on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.estimate import first_guess
from linkage.kinds import APART, AT_HOME, MOST_RENAMED, ONE, RARE, TWO, Nearness, homes, nearness, numbers
from linkage.levels import COMPARED, SPANS, WIDTH
from linkage.sent import AT_HOME as AT_HOME_OF_BODIES

HOME_LEVELS = {"postcode": (4e-4, 9e-3, 0.1), "address": (1e-4, 2e-3), "uprn": (8e-5,), "place": (0.2,)}
chances = st.floats(1e-9, 0.3)


def u_of(**levels: tuple[float, ...]) -> np.ndarray:
    """Chances with these at the first levels of the fields named, and even ones elsewhere."""
    vector = np.empty(WIDTH)
    for field, (start, stop) in SPANS.items():
        agreeing = np.array(levels.get(field, [0.5 / (stop - start - 1)] * (stop - start - 1)))
        vector[start : stop - 1], vector[stop - 1] = agreeing, 1.0 - agreeing.sum()
    return vector[None, :]


def held(*fields: str) -> np.ndarray:
    return np.array([[field in fields for field, levels in COMPARED.items() for _ in levels]])


def home(**counted: float) -> np.ndarray:
    """Chances to agree on two levels of a home at once."""
    return np.array([[counted.get(name, np.nan) for name in AT_HOME_OF_BODIES]])


def share(near: Nearness, kind: str) -> float:
    return float(near.share[0, list(APART).index(kind)])


def test_who_shares_a_unit_is_a_neighbour_and_who_shares_a_house_is_of_one_household() -> None:
    near = nearness(u_of(**HOME_LEVELS), held("postcode", "address", "uprn"), home())
    assert share(near, "household") == pytest.approx(8e-5, rel=0.01)
    assert share(near, "neighbours") == pytest.approx(4e-4 - 8e-5, rel=0.01)
    assert share(near, "sector") == pytest.approx(9e-3, rel=0.01)
    assert near.share.sum() == pytest.approx(1)


def test_a_household_is_no_larger_than_a_unit_where_addresses_repeat_from_town_to_town() -> None:
    near = nearness(u_of(postcode=(1e-6, 1e-5, 1e-4), address=(1e-4, 1e-3)), held("postcode", "address"), home())
    assert share(near, "household") == pytest.approx(1e-6, rel=0.01)


def test_where_there_are_no_units_houses_and_streets_are_counted_within_sectors() -> None:
    known = held("postcode", "address")
    known[0, SPANS["postcode"][0]] = False
    u = u_of(postcode=(1e-9, 1e-3, 1e-2), address=(1e-4, 1e-3))
    near = nearness(u, known, home(house_in_sector=2e-6, street_in_sector=3e-5))
    assert share(near, "household") == pytest.approx(2e-6, rel=0.02)
    assert share(near, "neighbours") == pytest.approx(3e-5 - 2e-6, rel=0.02)
    assert share(near, "sector") == pytest.approx(1e-3 - 3e-5, rel=0.02)


def test_where_only_units_are_known_a_part_of_a_unit_is_one_household() -> None:
    near = nearness(u_of(**HOME_LEVELS), held("postcode"), home())
    assert share(near, "household") == pytest.approx(4e-4 * 2.4 / 40, rel=0.01)


def test_where_no_home_is_known_nobody_is_known_to_live_together() -> None:
    near = nearness(u_of(**HOME_LEVELS), held("first_name"), home())
    assert np.isnan(share(near, "household"))
    assert share(near, "strangers") == 1


@given(
    st.lists(chances, min_size=7, max_size=7),
    st.lists(st.one_of(st.just(float("nan")), chances), min_size=5, max_size=5),
    st.sets(st.sampled_from(["postcode", "address", "uprn"])),
)
def test_chances_of_all_kinds_are_chances(levels: list[float], counted: list[float], fields: set[str]) -> None:
    u = u_of(postcode=tuple(levels[:3]), address=tuple(levels[3:5]), uprn=(levels[5],), place=(levels[6],))
    near = nearness(u, held(*fields), np.array([counted]))
    assert np.nansum(near.share) == pytest.approx(1)
    assert (np.nan_to_num(near.share) >= 0).all()
    assert ((near.place > 0) & (near.place < 1)).all()
    for chance in homes(near, u, first_guess()).values():
        vector = np.zeros(WIDTH)
        vector[AT_HOME] = chance[0]
        assert (chance >= -1e-12).all()
        for field in ("address", "postcode", "place", "uprn"):
            assert vector[slice(*SPANS[field])].sum() == pytest.approx(1)


def test_kinds_together_agree_as_often_as_counted() -> None:
    u = u_of(**HOME_LEVELS)
    near = nearness(u, held("postcode", "address", "uprn", "place"), home())
    kinds = homes(near, u, first_guess())
    mixed = sum(share(near, kind) * chance[0] for kind, chance in kinds.items())
    counted = u[0, AT_HOME]
    often = counted > 1e-3
    assert mixed[often] == pytest.approx(counted[often], rel=0.1)


def test_how_often_those_near_share_the_place_is_as_counted() -> None:
    u = u_of(**HOME_LEVELS)
    counted = home(place_in_unit=4e-4, place_in_sector=4e-4 + 0.9 * 9e-3, place_in_district=0.0585)
    kinds = homes(nearness(u, held("postcode", "address"), counted), u, first_guess())
    place = list(AT_HOME).index(SPANS["place"][0])
    assert kinds["sector"][0, place] == pytest.approx(0.9, abs=0.01)
    assert kinds["district"][0, place] == pytest.approx(0.5, abs=0.01)
    assert kinds["neighbours"][0, place] == pytest.approx(0.98, abs=0.01)
    assert kinds["strangers"][0, place] < 0.2


def test_twins_are_bounded_by_households() -> None:
    found = np.full((2, len(ONE) + len(TWO)), 50.0)
    near = np.array([[0.9, 0.0, 0.0, 0.0, 0.001], [0.9, 0.0, 0.0, 0.0, 1e-7]])
    counted = numbers(found, np.array([1e6, 1e6]), near)
    twins = len(ONE) + list(TWO).index("twins")
    assert counted[:, twins] == pytest.approx([RARE["twins"][1] * 1000, RARE["twins"][1] * 0.1])
    assert counted[0, len(ONE) + list(TWO).index("household")] == pytest.approx(1000, rel=0.01)


def test_twins_are_bounded_by_persons_where_no_home_is_known() -> None:
    found = np.full((1, len(ONE) + len(TWO)), 50.0)
    counted = numbers(found, np.array([1e6]), np.array([[1.0, 0.0, 0.0, 0.0, np.nan]]))
    assert counted[0, len(ONE) + list(TWO).index("twins")] == pytest.approx(RARE["twins"][1] * len(ONE) * 50)


def test_few_persons_are_renamed_and_as_many_in_all_bodies() -> None:
    found = np.zeros((2, len(ONE) + len(TWO)))
    found[:, list(ONE).index("stayed")] = [900.0, 90.0]
    found[:, list(ONE).index("renamed")] = [100.0, 0.0]
    counted = numbers(found, np.array([1e6, 1e6]), np.array([[1.0, 0.0, 0.0, 0.0, np.nan]] * 2))
    assert counted[:, list(ONE).index("renamed")] == pytest.approx([MOST_RENAMED * 1000, MOST_RENAMED * 90])
    assert counted[:, : len(ONE)].sum(axis=1) == pytest.approx([1000, 90])
