"""Names of several words also stand by their parts."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise.compounds import MOST_VERSIONS, compound_versions, parts, with_parts
from anonymise.features import features
from anonymise.normalise import normalise
from config.fields import PEOPLE_COLUMNS
from config.frames import PEOPLE

WORDS = st.sampled_from(
    ["Smith", "Jones", "van", "de", "O'", "y", "Anna", "-", "Mrs", "Unknown", "J", "王", "al-"]
)
NAMES = st.lists(WORDS, max_size=6).map(" ".join)


def extract(*rows: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in PEOPLE_COLUMNS} for row in rows], schema=PEOPLE.columns)


def names(*rows: dict[str, str]) -> set[tuple[str, str]]:
    """First and last names of the further versions."""
    people = extract(*({"client_ref": str(place), **row} for place, row in enumerate(rows)))
    return set(compound_versions(people, normalise(people)).select("first_name", "last_name").rows())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("smith jones", ("smith", "jones")),
        ("garcia lopez", ("garcia", "lopez")),
        ("ortega y gasset", ("ortega", "gasset")),
        ("de la cruz garcia", ("delacruz", "garcia")),
        ("silva dos santos", ("silva", "dossantos")),
        ("st john smith", ("stjohn", "smith")),
        ("mary ann louise", ("mary", "ann", "louise")),
        ("john p", ("john",)),
        ("thi van", ("thi", "van")),
        ("unknown smith", ("smith",)),
        ("van der berg", ()),
        ("o brien", ()),
        ("mc donald", ()),
        ("al hassan", ()),
        ("zia ul haq", ()),
        ("da silva", ()),
        ("smith", ()),
        ("", ()),
    ],
)
def test_a_name_of_several_words_has_parts_and_a_particle_is_none(words: str, expected: tuple[str, ...]) -> None:
    assert parts(words) == expected


def test_each_part_of_a_surname_makes_a_version() -> None:
    assert names({"first_name": "Ann", "last_name": "Smith-Jones"}) == {("ann", "smith"), ("ann", "jones")}


def test_each_part_of_a_forename_makes_a_version() -> None:
    assert names({"first_name": "Anna Maria", "last_name": "Rossi"}) == {("anna", "rossi"), ("maria", "rossi")}


def test_a_row_gives_four_versions_at_most() -> None:
    row = {"first_name": "Mary Ann Louise", "last_name": "Smith Jones Brown"}
    assert names(row) == {
        ("mary", "smithjonesbrown"),
        ("maryannlouise", "smith"),
        ("maryannlouise", "brown"),
    }


def test_names_of_one_word_titles_and_honours_make_no_version() -> None:
    assert names(
        {"first_name": "Mrs Ann", "last_name": "O'Brien OBE"},
        {"first_name": "Not known", "last_name": "van der Berg"},
        {"last_name": "al-Hassan"},
        {},
    ) == set()  # fmt: skip


def test_all_else_of_a_row_stays() -> None:
    people = extract({"client_ref": "1", "first_name": "Ann", "last_name": "Smith-Jones", "dob": "1980-01-02"})
    canonical = normalise(people)
    for version in compound_versions(people, canonical).iter_rows(named=True):
        assert {**version, "last_name": "smithjones"} == canonical.row(0, named=True)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES), max_size=4))
def test_versions_are_few_differ_and_are_of_the_same_clients(rows: list[tuple[str, str]]) -> None:
    people = extract(
        *({"client_ref": str(at), "first_name": first, "last_name": last} for at, (first, last) in enumerate(rows))
    )
    canonical = normalise(people)
    found = with_parts(features(canonical), people, canonical)
    assert found.columns == features(canonical).columns
    assert found.select(pl.exclude("row")).is_unique().all()
    assert set(found["client_ref"]) == set(people["client_ref"])
    assert (found.group_by("client_ref").len()["len"] <= MOST_VERSIONS).all()


def test_features_of_interest_alone_are_those_of_all() -> None:
    people = extract(
        {"client_ref": "2", "first_name": "Ann", "last_name": "Smith-Jones", "place": "Vectoring"},
        {"client_ref": "1", "first_name": "Bea", "last_name": "Ashe"},
        {"client_ref": "2", "first_name": "Ann", "last_name": "Smith"},
    )
    canonical = normalise(people)
    recorded = features(canonical)
    wanted = ["client_ref", "last_name.exact"]
    few = with_parts(recorded.select("client_ref", "row", "last_name.exact"), people, canonical)
    assert few.select(wanted).rows() == [("1", "ashe"), ("2", "jones"), ("2", "smith"), ("2", "smithjones")]
    assert set(few.select(wanted).rows()) == set(with_parts(recorded, people, canonical).select(wanted).rows())
