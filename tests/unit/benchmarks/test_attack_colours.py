import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.attacks.claims import Claims, equal_and_unique, score
from benchmarks.attacks.colours import claims_by_round, record_colours
from benchmarks.attacks.frequency import frequency_claims
from benchmarks.attacks.mixing import Hashes, mixed
from benchmarks.attacks.sides import Side, Versions, side

COMPOSITES = {"A": ("a",), "B": ("b",)}
ROUNDS = 4

rows = st.tuples(st.integers(0, 4), st.integers(0, 4))
tables = st.lists(rows, min_size=1, max_size=12)


def made(
    codes: list[tuple[int, int]], record: list[int], *, salt: int = 0, person: list[int] | None = None
) -> Side:
    """A side of two composites; 0 stands for a missing token."""
    numbers = np.array(codes, dtype=np.uint64)
    hashes = np.where(numbers == 0, np.uint64(0), mixed(numbers + np.uint64(1_000 * salt)))
    who = np.arange(max(record) + 1) if person is None else np.array(person)
    body = np.zeros(len(who), dtype=np.int64)
    return side(Versions(dict(zip("ab", hashes.T, strict=True)), np.array(record), body, who), COMPOSITES, 99)


def naive(codes: list[tuple[int, int]], record: list[int], rounds: int) -> list[object]:
    """Colours as nested descriptions: a record is its rows, a row its missing tokens, its group and its record."""
    content = {(record[place], row) for place, row in enumerate(codes)}
    full = {each for each, row in content if any(row)}
    content = {(each, row) for each, row in content if any(row) or each not in full}
    colour = {node: repr([bool(code) for code in node[1]]) for node in content}

    def whole(each: int) -> list[str]:
        return sorted(colour[node] for node in content if node[0] == each)

    for _ in range(rounds):
        new = {}
        for node in content:
            groups = [
                sorted(colour[other] for other in content if other[1][place] == code) if code else None
                for place, code in enumerate(node[1])
            ]
            shared = [group if group and len(group) > 1 else None for group in groups]
            new[node] = repr((colour[node], shared, whole(node[0])))
        names = {text: str(number) for number, text in enumerate(sorted(set(new.values())))}
        colour = {node: names[text] for node, text in new.items()}
    return [repr(whole(each)) for each in range(max(record) + 1)]


def classes(colours: list[object]) -> list[int]:
    first: dict[object, int] = {}
    return [first.setdefault(colour, len(first)) for colour in colours]


@given(tables, st.data())
@settings(deadline=None, max_examples=150)
def test_colours_part_records_as_a_naive_refinement_does(
    codes: list[tuple[int, int]], data: st.DataObject
) -> None:
    drawn = data.draw(st.lists(st.integers(0, 8), min_size=len(codes), max_size=len(codes)))
    record = np.unique(drawn, return_inverse=True)[1].tolist()
    *_, last = record_colours(made(codes, record), rounds=ROUNDS)
    assert classes(last.tolist()) == classes(naive(codes, record, ROUNDS))


@given(tables, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_order_and_the_key_change_no_claim(codes: list[tuple[int, int]], chance: object) -> None:
    persons = list(range(len(codes)))
    order = persons.copy()
    chance.shuffle(order)  # type: ignore[attr-defined]
    listed = made(codes, persons)
    one = made(codes, persons, salt=1)
    other = made([codes[each] for each in order], persons, salt=2, person=order)
    for attack in (lambda left: claims_by_round(left, listed, rounds=ROUNDS)[-1], plain_frequency(listed)):
        assert named(attack(one), one, listed) == named(attack(other), other, listed)


def plain_frequency(listed: Side):
    return lambda left: frequency_claims(left, listed, with_beside=True)


def named(claims: Claims, encoded: Side, listed: Side) -> set[tuple[int, int]]:
    return set(zip(encoded.person[claims.record].tolist(), listed.person[claims.entry].tolist(), strict=True))


@given(tables)
@settings(deadline=None, max_examples=60)
def test_at_full_overlap_no_claim_from_structure_is_wrong(codes: list[tuple[int, int]]) -> None:
    persons = list(range(len(codes)))
    encoded, listed = made(codes, persons, salt=7), made(codes, persons)
    for claims in (*claims_by_round(encoded, listed), frequency_claims(encoded, listed, with_beside=True)):
        assert score(claims, encoded, listed).wrong == 0


def test_a_claim_is_right_only_if_it_names_the_person() -> None:
    encoded = made([(1, 1), (2, 2), (3, 3)], [0, 1, 2], person=[10, 11, 12])
    listed = made([(1, 1), (2, 2)], [0, 1], person=[11, 99])
    found = score(Claims(np.array([0, 1, 2]), np.array([0, 0, 1])), encoded, listed)
    assert (found.records, found.listed, found.right, found.wrong) == (3, 1, 1, 2)
    assert found.identified == pytest.approx(100 / 3)
    assert found.precision == pytest.approx(100 / 3)


def test_one_record_is_claimed_once() -> None:
    encoded = made([(1, 1)], [0])
    with pytest.raises(ValueError, match="claimed twice"):
        score(Claims(np.array([0, 0]), np.array([0, 0])), encoded, encoded)


def test_no_claim_has_no_precision() -> None:
    encoded = made([(1, 1)], [0])
    assert score(Claims(np.empty(0, np.int64), np.empty(0, np.int64)), encoded, encoded).precision is None


def numbers(*values: int) -> Hashes:
    return np.array(values, dtype=np.uint64)


def test_only_what_stands_once_on_each_side_is_claimed() -> None:
    claims = equal_and_unique(numbers(5, 5, 6, 7, 8), numbers(8, 6, 5, 7, 7))
    assert dict(zip(claims.record.tolist(), claims.entry.tolist(), strict=True)) == {2: 1, 4: 0}
