import numpy as np
import polars as pl
import pytest

from anonymise.encode import Encoded, encode
from anonymise.features import FEATURES
from anonymise.keys import secret
from benchmarks.attacks.mixing import mixed
from benchmarks.attacks.profiles import tokens_of
from benchmarks.attacks.sides import Side, Versions, side, side_of_tokens
from benchmarks.attacks.towns import EVERYBODY, chosen, extract_of, towns
from config.terms import ProfileName

LINKAGE = secret("linkage", bytes.fromhex("5f0b6d1fe2a93c47880e51b7d4c6923a0fbb7e64a85d12c9f3e07a2b96418dc5"))
RECORD = secret("record", bytes.fromhex("c1e49a70b3572d8f64f81a0de95ab37c2286d04fb97e13c85a6fd0417be8932c"))
PEOPLE = 1_500


def shape(found: Side) -> list[object]:
    """Everything about a side that does not depend on names and order."""
    rows = np.bincount(found.record, minlength=found.records)
    columns = [(name, int(each.held.sum()), np.sort(each.sizes).tolist()) for name, each in found.columns.items()]
    return [found.records, np.sort(rows).tolist(), columns]


def row_contents(found: Side) -> list[tuple[tuple[int, ...], ...]]:
    """Of each row, by composite: 0 without a token, 1 with one of its own, or how many rows share it; sorted."""
    states = []
    for column in found.columns.values():
        state = column.held.astype(np.int64)
        state[column.rows] = column.sizes[column.group]
        states.append(state)
    return sorted(map(tuple, np.array(states).T.tolist()))


def really_encoded(keeper: str, profile: ProfileName, most: int, unique: bool) -> Encoded:
    return encode(
        extract_of(PEOPLE, 3, keeper)[0], secret=LINKAGE, record_secret=RECORD, project="roads", period="2025",
        profile=profile, population=PEOPLE, unique_clients=unique, most_clients_per_token=most,
    )  # fmt: skip


@pytest.mark.parametrize("keeper", [EVERYBODY, f"{EVERYBODY}:nhs_trust", f"{EVERYBODY}:housing"])
@pytest.mark.parametrize(
    ("profile", "most", "unique"),
    [("strict", 20, False), ("strict", 1, False), ("strict", 20, True), ("enclave", 3, True)],
)
def test_the_structure_is_that_of_the_real_encoding(keeper: str, profile: str, most: int, unique: bool) -> None:
    there = towns(PEOPLE, 3, (keeper,))
    everybody = np.ones(PEOPLE, dtype=bool)
    versions = chosen([(there.recorded[keeper], everybody)], np.random.default_rng(1))
    hidden = np.array([unique and profile == "strict"])
    ours = side(versions, tokens_of(profile, PEOPLE), most, hidden)
    made = really_encoded(keeper, ProfileName(profile), most, unique)
    theirs = side_of_tokens(made.tokens)
    assert shape(ours) == shape(theirs)
    assert row_contents(ours) == row_contents(theirs)
    assert list(ours.columns) == list(made.composites)


def versions_of(rows: list[tuple[str, str]], record: list[int], body: list[int]) -> Versions:
    """Rows of two features, `a` and `b`, as letters; a space is a missing value."""
    codes = np.array([[0 if each == " " else ord(each) for each in row] for row in rows], dtype=np.uint64)
    scattered = np.where(codes == 0, np.uint64(0), mixed(codes))
    hashes = dict(zip("ab", scattered.T, strict=True))
    return Versions(hashes, np.array(record), np.array(body), np.arange(len(body)))


def held(found: Side, name: str) -> list[int]:
    return found.columns[name].held.astype(int).tolist()


def test_a_token_is_withheld_where_one_body_has_too_many_clients_with_it() -> None:
    rows = [("x", "u"), ("x", "v"), ("x", "w"), ("y", "u")]
    made = side(versions_of(rows, [0, 1, 2, 3], [0, 0, 1, 1]), {"A": ("a",), "B": ("b",)}, 1)
    assert held(made, "A") == [0, 0, 1, 1]
    assert held(made, "B") == [1, 1, 1, 1]
    assert made.columns["A"].rows.tolist() == []
    assert sorted(made.columns["B"].rows.tolist()) == [0, 3]


def test_two_versions_of_one_client_are_one_client_and_equal_rows_stand_once() -> None:
    rows = [("x", "u"), ("x", "v"), ("x", "u"), (" ", " "), (" ", " ")]
    made = side(versions_of(rows, [0, 0, 0, 0, 1], [0, 0]), {"A": ("a",), "B": ("b",)}, 1)
    assert made.record.tolist() == [0, 0, 1]
    assert held(made, "A") == [1, 1, 0]
    assert made.columns["A"].sizes.tolist() == [2]
    assert made.columns["B"].sizes.tolist() == []


def test_a_part_that_is_missing_gives_no_token() -> None:
    made = side(versions_of([("x", " "), ("x", "u")], [0, 1], [0, 0]), {"AB": ("a", "b")}, 9)
    assert held(made, "AB") == [0, 1]


def test_all_features_of_the_encoding_are_there() -> None:
    there = towns(300, 1, (EVERYBODY,))
    assert set(there.recorded[EVERYBODY].hashes) == set(FEATURES)
    assert pl.Series(there.recorded[EVERYBODY].hashes["dob.exact"]).n_unique() > 200
