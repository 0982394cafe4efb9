"""m and the numbers of pairs are found again where they are known."""

import numpy as np
import pytest

from linkage.estimate import Pairings, estimate, lines
from linkage.kinds import TWO
from linkage.levels import COMPARED, SPANS, WIDTH, unpacked
from linkage.sent import AT_HOME, among_people, between, chances, sent, shared_chances, without_repeats
from tests.support.nearness import FAR
from tests.support.token_bundles import AGREEMENT


def spread(**exact: float) -> np.ndarray:
    """Chances with this much at the strongest level of the fields named, and nothing known of the others."""
    vector = np.empty(WIDTH)
    for field, (start, stop) in SPANS.items():
        first = exact.get(field, 0.5)
        vector[start:stop] = 1e-6
        vector[start], vector[stop - 1] = first, 1.0 - first - 1e-6 * (stop - start - 2)
    return vector


def drawn_table(pairs: int, people: int, m: np.ndarray, u: np.ndarray, fields: list[str]) -> tuple:
    """Patterns of all pairs of which a number are of one person; every level is seen."""
    random = np.random.default_rng(7)
    codes = np.full(pairs, (1 << WIDTH) - 1, dtype=np.uint64)
    for field in fields:
        start, stop = SPANS[field]
        level = np.where(
            np.arange(pairs) < people,
            random.choice(stop - start, pairs, p=m[start:stop] / m[start:stop].sum()),
            random.choice(stop - start, pairs, p=u[start:stop] / u[start:stop].sum()),
        )
        mask = sum(1 << place for place in range(start, stop))
        codes &= ~np.uint64(mask) | np.left_shift(np.uint64(1), (start + level).astype(np.uint64))
    distinct, count = np.unique(codes, return_counts=True)
    return unpacked(distinct), count.astype(float)


def test_m_and_the_number_of_pairs_are_found_again() -> None:
    fields = ["first_name", "last_name", "dob", "middle_name"]
    m = spread(first_name=0.9, last_name=0.8, dob=0.95, middle_name=0.7)
    u = spread(first_name=0.02, last_name=0.01, dob=0.001, middle_name=0.01)
    sets, count = drawn_table(200_000, 3_000, m, u, fields)
    pairings = Pairings(np.array([0]), np.array([1]), np.array([200_000.0]), u[None, :], FAR)
    model = estimate(pairings, lines(pairings, np.zeros(count.size, int), sets, count))
    assert model.same[0] == pytest.approx(3_000, rel=0.03)
    for field in fields:
        start, _ = SPANS[field]
        assert model.m[start] == pytest.approx(m[start], abs=0.03)


def test_people_who_moved_are_told_from_fields_that_differ_one_by_one() -> None:
    fields = ["first_name", "last_name", "dob", "address", "postcode", "place"]
    m = spread(first_name=0.95, last_name=0.95, dob=0.95, address=0.98, postcode=0.98, place=0.98)
    u = spread(first_name=0.02, last_name=0.01, dob=0.001, address=1e-4, postcode=1e-4, place=0.1)
    moved = m.copy()
    for field in ("address", "postcode", "place"):
        moved[slice(*SPANS[field])] = u[slice(*SPANS[field])]
    (sets, count), (few, fewer) = (
        drawn_table(100_000, 2_700, m, u, fields), drawn_table(100_000, 300, moved, u, fields)
    )  # fmt: skip
    pairings = Pairings(np.array([0]), np.array([1]), np.array([200_000.0]), u[None, :], FAR)
    table = lines(
        pairings, np.zeros(count.size + fewer.size, int), np.vstack([sets, few]), np.append(count, fewer)
    )
    stayed, gone = estimate(pairings, table).shares[0, :2]
    assert stayed == pytest.approx(2_700, rel=0.04)
    assert gone == pytest.approx(300, rel=0.15)


def test_a_body_without_agreement_numbers_has_equal_chances() -> None:
    vector = chances({})
    for field, (start, stop) in SPANS.items():
        if field != "names":
            assert vector[start:stop] == pytest.approx(1 / len(COMPARED[field]))


def test_two_bodies_chance_is_the_geometric_mean_and_sums_to_one() -> None:
    one, other = chances(AGREEMENT), chances({**AGREEMENT, "postcode": {"unit": 4e-4, "different": 1 - 4e-4}})
    mean = shared_chances(one, other)
    start, _ = SPANS["postcode"]
    assert mean[start] == pytest.approx(2e-4, rel=1e-3)
    for first, last in SPANS.values():
        assert mean[first:last].sum() == pytest.approx(1)
        assert (mean[first:last] > 0).all()


def test_chances_do_not_depend_on_the_order_of_bodies() -> None:
    one, other = chances(AGREEMENT), chances({})
    assert (shared_chances(one, other) == shared_chances(other, one)).all()


def test_repeated_clients_are_taken_out_of_a_bodys_agreement_numbers() -> None:
    people, m = chances(AGREEMENT), spread(first_name=0.9, last_name=0.9, dob=0.9, postcode=0.9)
    pairs, repeats = 1_000_000.0, 2_000.0
    sent = (people * (pairs - repeats) + m * repeats) / pairs
    found = without_repeats(sent, pairs, repeats, m)
    for field in AGREEMENT:
        start, stop = SPANS[field]
        assert found[start:stop] == pytest.approx(people[start:stop], rel=0.05, abs=1e-6)
        assert found[start:stop].sum() == pytest.approx(1)


def test_what_is_counted_of_homes_loses_its_repeats_too() -> None:
    home = dict.fromkeys(AT_HOME, 1e-4)
    body, m = sent({**AGREEMENT, "home": home}), spread(address=0.9, postcode=0.8, place=0.7)
    found = among_people(body, 1_000_000.0, 60.0, 50.0, m)
    assert found.home[list(AT_HOME).index("house_in_sector")] == pytest.approx(
        (100 - 50 * 0.9 * 0.8) / 1e6, rel=0.01
    )
    assert (among_people(body, 1_000_000.0, 600.0, 600.0, m).home == 0.5 / 1e6).any()


def test_what_one_body_does_not_tell_two_do_not_know() -> None:
    told = sent({**AGREEMENT, "home": {"house_in_sector": 1e-4}})
    both = between(told, sent({"dob": AGREEMENT["dob"]}))
    assert np.isnan(both.home).all()
    assert both.held.sum() == len(AGREEMENT["dob"])
    assert between(told, told).home[0] == pytest.approx(1e-4)


def test_no_patterns_give_no_pairs_of_one_person() -> None:
    pairings = Pairings(np.array([0]), np.array([1]), np.array([100.0]), chances(AGREEMENT)[None, :], FAR)
    table = lines(pairings, np.empty(0, int), np.empty((0, WIDTH), bool), np.empty(0))
    assert estimate(pairings, table).same[0] == 0


def test_every_kind_shares_known_fields_with_a_chance() -> None:
    for fields in TWO.values():
        assert set(fields) <= set(SPANS)
        assert all(0 < chance < 1 for chance in fields.values())


def test_first_names_that_agree_tell_the_sex() -> None:
    everything = np.ones((3, WIDTH), dtype=np.bool_)
    first, sex = SPANS["first_name"], SPANS["sex"]
    everything[:2, first[0] + 1 : first[1]] = False
    everything[2, first[0] : first[1] - 1] = False
    everything[[0, 2], sex[0] + 1] = False
    everything[1, sex[0]] = False
    pairings = Pairings(np.array([0]), np.array([1]), np.array([100.0]), spread(sex=0.5)[None, :], FAR)
    chance = lines(pairings, np.zeros(3, int), everything, np.ones(3)).u[:, list(SPANS).index("sex")]
    assert chance == pytest.approx([0.95, 0.05, 0.5])
