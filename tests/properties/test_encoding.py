"""What must hold of the encoding for every extract."""

from itertools import combinations
from math import log2

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymise.agreement import SMOOTHING, agreement
from anonymise.composites import composites, least_bits, weakenings
from anonymise.encode import Encoded, encode, netstring, tokens
from anonymise.features import features
from anonymise.information import bits
from anonymise.keys import derive, length_prefixed, secret
from anonymise.normalise import normalise
from config.fields import DIFFERENT, LEVELS, PEOPLE_COLUMNS
from config.frames import PEOPLE, TOKENS
from config.terms import ProfileName

LINKAGE = secret("linkage", bytes.fromhex("5f0b6d1fe2a93c47880e51b7d4c6923a0fbb7e64a85d12c9f3e07a2b96418dc5"))
RECORD = secret("record", bytes.fromhex("c1e49a70b3572d8f64f81a0de95ab37c2286d04fb97e13c85a6fd0417be8932c"))

TEXT = st.one_of(
    st.none(),
    st.text(max_size=24),
    st.text(alphabet="abcOB'-. 0123456789/ßéİıſΣςµªⅣ", max_size=16),
    st.sampled_from(
        (
            "Mr J. Smith",
            "O\u2019Brien-Jones MBE",
            "Null",
            "BABY",
            "01/01/1900",
            "29/02/2000",
            "2000-02-30",
            "St. John's Rd",
        )
    ),
)
NAMES = st.sampled_from(("Ann", "Anne", "Bob", "Robert", "Li", "Zoë", None))
DATES = st.sampled_from(("1980-02-01", "1980-01-02", "1955-12-31", None))


def extract(rows: list[dict[str, str | None]]) -> pl.DataFrame:
    filled = [{name: row.get(name) for name in PEOPLE_COLUMNS} for row in rows]
    return pl.DataFrame(filled, schema=PEOPLE.columns)


ANYTHING = st.lists(
    st.fixed_dictionaries(
        {"client_ref": st.text(min_size=1, max_size=5), **dict.fromkeys(PEOPLE_COLUMNS[1:], TEXT)}
    ),
    max_size=6,
).map(extract)

PEOPLE_LIKE = st.lists(
    st.fixed_dictionaries(
        {
            "client_ref": st.sampled_from(("1", "2", "3", "4")),
            "first_name": NAMES,
            "last_name": NAMES,
            "dob": DATES,
            "postcode": st.sampled_from(("AB1 2CD", "AB12 3CD", None)),
        }
    ),
    min_size=1,
    max_size=8,
).map(extract)


def encoded(
    people: pl.DataFrame, *, project: str = "roads", period: str = "2026", most: int = 50, most_rows: int = 1_000
) -> Encoded:
    return encode(
        people,
        secret=LINKAGE,
        record_secret=RECORD,
        project=project,
        period=period,
        profile=ProfileName.STRICT,
        population=50_000,
        unique_clients=False,
        most_clients_per_token=most,
        date_format="%d/%m/%Y",
        most_rows=most_rows,
    )


def all_tokens(made: Encoded) -> set[int]:
    return {value for name in made.composites for value in made.tokens.get_column(name).drop_nulls().to_list()}


@given(ANYTHING)
@settings(deadline=None, max_examples=40)
def test_no_text_makes_normalisation_raise_and_a_second_pass_changes_nothing(people: pl.DataFrame) -> None:
    once = normalise(people)
    assert normalise(once).equals(once)


@given(PEOPLE_LIKE, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=4, suppress_health_check=[HealthCheck.too_slow])
def test_a_shuffled_extract_gives_the_same_bundle(people: pl.DataFrame, chance: object) -> None:
    order = list(range(people.height))
    chance.shuffle(order)  # type: ignore[attr-defined]
    one, other = encoded(people), encoded(people[order])
    assert one.tokens.equals(other.tokens)
    assert (one.map.rows(), one.agreement, one.completeness, one.withheld) == (
        other.map.rows(), other.agreement, other.completeness, other.withheld,
    )  # fmt: skip


@given(PEOPLE_LIKE)
@settings(deadline=None, max_examples=4, suppress_health_check=[HealthCheck.too_slow])
def test_how_many_rows_are_worked_on_at_a_time_changes_nothing(people: pl.DataFrame) -> None:
    one, other = encoded(people), encoded(people, most_rows=3)
    assert one.tokens.equals(other.tokens)
    assert one.map.equals(other.map)
    assert one.told == other.told


@given(PEOPLE_LIKE)
@settings(deadline=None, max_examples=4, suppress_health_check=[HealthCheck.too_slow])
def test_what_leaves_the_body_keeps_its_contract(people: pl.DataFrame) -> None:
    made = encoded(people, most=2)
    TOKENS.verify(made.tokens)
    assert set(made.tokens["record_id"]) == set(made.map["record_id"])
    assert made.clients == people["client_ref"].n_unique() == made.map.height
    assert made.tokens["record_id"].is_sorted()
    for chances in made.agreement.values():
        assert min(chances.values()) > 0
        assert sum(chances.values()) == pytest.approx(1)


@given(PEOPLE_LIKE)
@settings(deadline=None, max_examples=15)
def test_agreement_is_what_comparing_each_pair_counts(people: pl.DataFrame) -> None:
    found = features(normalise(people.unique("client_ref", keep="first")))
    told = agreement(found)
    for field in ("first_name", "last_name", "dob", "postcode"):
        names = [f"{field}.{level}" for level in LEVELS[field]]
        held = found.filter(pl.any_horizontal(pl.col(names).is_not_null())).select(names).rows()
        counts = dict.fromkeys((*LEVELS[field], DIFFERENT), SMOOTHING)
        for one, other in combinations(held, 2):
            agreed = (level for level, a, b in zip(LEVELS[field], one, other, strict=True) if a and a == b)
            counts[next(agreed, DIFFERENT)] += 1
        total = sum(counts[level] for level in told.get(field, ()))
        assert told.get(field, {}) == pytest.approx(
            {level: counts[level] / total for level in told.get(field, ())}
        )
        assert bool(held) == (field in told)


def test_periods_projects_and_composites_share_no_token() -> None:
    people = extract(
        [
            {"client_ref": str(number), "first_name": name, "last_name": "Ashe", "dob": "1980-02-01", "sex": "f"}
            for number, name in enumerate(("Ann", "Bea", "Cat", "Dot"))
        ]
    )
    made = encoded(people), encoded(people, period="2027"), encoded(people, project="rivers")
    values = [all_tokens(each) for each in made]
    assert values[0]
    assert len(set.union(*values)) == sum(len(each) for each in values)
    held = [made[0].tokens.get_column(name).drop_nulls().to_list() for name in made[0].composites]
    assert len({value for column in held for value in column}) == sum(len(set(column)) for column in held)
    assert set(made[0].map["record_id"]) == set(made[1].map["record_id"])
    assert not set(made[0].map["record_id"]) & set(made[2].map["record_id"])


@given(
    st.lists(st.text(max_size=6), min_size=2, max_size=4), st.lists(st.text(max_size=6), min_size=2, max_size=4)
)
@settings(deadline=None)
def test_two_lists_of_parts_never_give_the_same_bytes(one: list[str], other: list[str]) -> None:
    assert (length_prefixed(tuple(one)) == length_prefixed(tuple(other))) == (one == other)


@given(st.lists(st.tuples(st.text(alphabet="a:1", max_size=4), st.text(alphabet="a:1", max_size=4)), max_size=8))
@settings(deadline=None)
def test_tokens_agree_exactly_where_all_parts_do(values: list[tuple[str, str]]) -> None:
    frame = pl.DataFrame(values, schema={"left": pl.String, "right": pl.String}, orient="row")
    made = tokens(frame.select(netstring("left"), netstring("right")), derive(LINKAGE, "test")).to_list()
    assert len(set(made)) == len(set(values))


@given(st.integers(1_000, 100_000_000), st.sampled_from(ProfileName))
@settings(deadline=None, max_examples=6)
def test_no_composite_says_too_little_or_speaks_of_one_attribute(population: int, profile: ProfileName) -> None:
    chosen = composites(profile, population)
    least = least_bits(profile, population)
    assert chosen == composites(profile, population)
    for name, parts in chosen.items():
        fields = [part.partition(".")[0] for part in parts]
        assert name == "+".join(parts)
        assert len(set(fields)) == len(fields) >= 2
        assert not ("names" in fields and {"first_name", "last_name"} & set(fields))
        assert bits(parts, population) >= least
        for weaker in weakenings(parts):
            assert len(weaker) < 2 or bits(weaker, population) < least
    if profile is ProfileName.STRICT:
        assert least >= max(18, log2(population) + 6)


@pytest.mark.parametrize("profile", ProfileName)
@pytest.mark.parametrize("population", [10_000, 1_000_000])
def test_every_field_is_compared(profile: ProfileName, population: int) -> None:
    told = {part.partition(".")[0] for parts in composites(profile, population).values() for part in parts}
    left_out = {"middle_name", "sex", "uprn"} if profile is ProfileName.STRICT else set()
    assert told >= {*LEVELS, "names"} - {"place"} - left_out
