import re
from datetime import date

import numpy as np
import polars as pl
import pytest
from rapidfuzz.distance import OSA
from stdnum.gb import nhs

from anonymise.normalise import NINO, NINO_NEVER_ISSUED, POSTCODE
from config.fields import PEOPLE_COLUMNS
from flows.synthetic.addresses import addresses
from flows.synthetic.membership import BODIES, memberships, references
from flows.synthetic.names import CULTURES, forenames, nicknames, surnames
from flows.synthetic.numbers import nhs_numbers, ninos, uprns
from flows.synthetic.population import population
from flows.synthetic.recording import HABITS, recorded
from flows.synthetic.slips import familiar, initials, misspelt, wrong_dates, wrong_digit

COUNT = 20_000


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    return population(np.random.default_rng(1), COUNT, 0)


def column(*texts: str | None) -> np.ndarray:
    made = np.empty(len(texts), dtype=object)
    made[:] = texts
    return made


def test_nhs_numbers_pass_their_check_and_are_test_or_unused_ones() -> None:
    numbers = nhs_numbers(np.array([0, 1, 2, 899_999, 900_000, 9_999_999]))
    assert all(nhs.is_valid(number) for number in numbers)
    assert [number[:3] for number in numbers] == ["999", "999", "999", "999", "998", "988"]


def test_identity_numbers_are_well_formed_and_unique() -> None:
    some = np.arange(200_000)
    drawn = ninos(some)
    assert len(set(nhs_numbers(some))) == len(set(drawn)) == len(set(uprns(some))) == len(some)
    assert all(re.match(NINO, each) and not re.match(NINO_NEVER_ISSUED, each) for each in drawn[:5_000])
    assert {each[0] for each in drawn} == {"Z"}
    assert {len(each) for each in uprns(some)} == {12}


def test_a_few_surnames_are_frequent_and_most_are_rare() -> None:
    drawn = pl.Series(surnames(np.random.default_rng(1), np.zeros(100_000, dtype=np.int64)).tolist())
    counts = drawn.value_counts(sort=True)["count"]
    assert 0.007 < counts[0] / 100_000 < 0.014
    assert 0.2 < counts[:100].sum() / 100_000 < 0.35
    assert counts.len() > 15_000


def test_forenames_follow_the_fashion_of_the_year_of_birth() -> None:
    british = np.zeros(5_000, dtype=np.int64)
    women = np.ones(5_000, dtype=bool)
    old, young = (
        set(forenames(np.random.default_rng(1), british, women, np.full(5_000, year))[:1_000])
        for year in (1940, 2010)
    )
    assert "Doreen" in old
    assert "Poppy" in young
    assert "Poppy" not in old


def test_every_culture_has_names_for_every_year_and_sex() -> None:
    for culture in range(len(CULTURES)):
        for woman in (True, False):
            drawn = forenames(
                np.random.default_rng(1),
                np.full(300, culture),
                np.full(300, woman),
                np.arange(1920, 2220) % 110 + 1916,
            )
            assert all(isinstance(name, str) and name for name in drawn)


def test_postcodes_keep_the_rules_of_spelling_and_some_seventeen_homes_share_one() -> None:
    homes = addresses(np.random.default_rng(1), 40_000, 0, 0)
    codes = homes["postcode"].str.replace(" ", "")
    assert codes.str.contains(POSTCODE).all()
    assert 14 < 40_000 / codes.n_unique() < 20
    assert homes["unit"].n_unique() == codes.n_unique()
    assert homes["postcode"].str.head(-2).n_unique() > 50
    assert homes.select("house", "street", "postcode").is_duplicated().mean() < 0.02


def test_further_homes_get_further_postcodes() -> None:
    first = addresses(np.random.default_rng(1), 1_000, 0, 0)
    further = addresses(np.random.default_rng(2), 1_000, int(first["unit"][-1]) + 1, 1_000)
    assert not set(first["postcode"]) & set(further["postcode"])
    assert not set(first["uprn"]) & set(further["uprn"])


def test_ages_form_a_plausible_pyramid(people: pl.DataFrame) -> None:
    age = people["age"]
    shares = [each.mean() for each in (age < 18, age.is_between(18, 64), age >= 65)]
    assert 0.17 < shares[0] < 0.3
    assert 0.5 < shares[1] < 0.66
    assert 0.12 < shares[2] < 0.24
    assert people["dob"].max() <= date(2025, 12, 31)
    assert people["age"].max() <= 104


def test_households_share_names_and_homes(people: pl.DataFrame) -> None:
    homes = people.group_by("household").agg(
        pl.len(), names=pl.col("last_name").n_unique(), home=pl.col("home").n_unique()
    )
    several = homes.filter(pl.col("len") >= 2)
    assert (homes["home"] == 1).all()
    assert 2.1 < COUNT / homes.height < 2.7
    assert 0.35 < (several["names"] == 1).mean() < 0.85


def test_there_are_twins_namesakes_movers_and_changed_names(people: pl.DataFrame) -> None:
    children = people.filter(pl.col("age") < 35)
    twins = children.filter(pl.struct("household", "dob").is_duplicated())
    assert twins.height >= 20
    assert not twins.select(pl.struct("household", "dob", "first_name").is_duplicated().any()).item()
    namesakes = people.filter(pl.struct("household", "first_name", "last_name").is_duplicated())
    assert namesakes.height >= 30
    assert 0.1 < people["old_home"].is_not_null().mean() < 0.25
    assert people.filter(pl.col("former_name").is_not_null() & pl.col("recent")).height > 100
    assert people.filter((pl.col("sex") == "M") & pl.col("former_name").is_not_null()).is_empty()
    assert people.filter(pl.col("age") < 16)["nino"].null_count() == (people["age"] < 16).sum()


def test_references_are_unique_and_show_no_order() -> None:
    people, copies = np.tile(np.arange(50_000), 2), np.repeat([0, 1], 50_000)
    for body in BODIES:
        drawn = references(body, people, copies)
        assert len(set(drawn)) == 100_000
        assert list(drawn[:1_000]) != sorted(drawn[:1_000])


def test_a_misspelt_word_is_a_few_letters_away() -> None:
    names = column(*["Robertson"] * 2_000)
    changed = misspelt(np.random.default_rng(1), names)
    distances = [OSA.distance(a.lower(), b.lower()) for a, b in zip(names, changed, strict=True)]
    assert max(distances) <= 2
    assert np.mean(distances) > 0.8
    assert len(set(changed)) > 40
    assert misspelt(np.random.default_rng(1), column(None, "", "X")).tolist() == [None, "", "X"]


def test_friends_use_nicknames_where_there_are_some() -> None:
    called = familiar(np.random.default_rng(1), column("Robert", "Kwame"))
    assert called[0] in nicknames()["Robert"]
    assert called[1] == "Kwame"
    assert initials(column("Robert", None)).tolist() == ["R", None]


def test_a_wrong_date_is_still_a_date() -> None:
    dates = np.repeat(np.array(["1990-02-03", "1988-02-29", "2000-12-31"], dtype="datetime64[D]"), 200)
    changed = wrong_dates(np.random.default_rng(1), dates)
    assert "1990-03-02" in changed
    assert len({date.fromisoformat(each) for each in changed}) > 10


def test_a_wrong_digit_keeps_the_length() -> None:
    assert {len(each) for each in wrong_digit(np.random.default_rng(1), column(*["9991234567"] * 50))} == {10}
    assert wrong_digit(np.random.default_rng(1), column(None)).tolist() == [None]


def test_each_body_writes_its_clients_down_in_its_own_way(people: pl.DataFrame) -> None:
    rng = np.random.default_rng(3)
    homes = addresses(rng, people["home"].n_unique(), 0, 0)
    clients = memberships(rng, people)
    right = {}
    for body in BODIES:
        extract, truth = recorded(rng, body, people, homes, clients[body])
        assert [name for name in PEOPLE_COLUMNS if name in extract.columns] == [
            name for name in PEOPLE_COLUMNS if name in {"client_ref", *HABITS[body].columns}
        ]
        assert set(extract["client_ref"]) == set(truth["client_ref"])
        joined = extract.join(truth, on="client_ref").join(people, on="person", suffix="_true")
        same = joined["dob"] == joined["dob_true"].cast(pl.String)
        right[body] = same.drop_nulls().mean()
        assert (extract["last_name"] == "UNKNOWN").any() or body == "adult_social_care"
    assert right["nhs_trust"] > right["housing"] > right["prison"]
    assert right["nhs_trust"] > 0.97


def test_a_client_may_have_several_rows_and_a_person_two_references(people: pl.DataFrame) -> None:
    rng = np.random.default_rng(3)
    homes = addresses(rng, people["home"].n_unique(), 0, 0)
    clients = memberships(rng, people)
    prison, _ = recorded(rng, "prison", people, homes, clients["prison"])
    assert prison["client_ref"].n_unique() < prison.height * 0.85
    _, trust = recorded(rng, "nhs_trust", people, homes, clients["nhs_trust"])
    assert 100 < trust.height - trust["person"].n_unique() < 600
    _, housing = recorded(rng, "housing", people, homes, clients["housing"])
    assert housing.height == housing["person"].n_unique()
