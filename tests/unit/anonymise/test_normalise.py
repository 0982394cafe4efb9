from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.gb import nhs

from anonymise.normalise import normalise
from config.errors import ContractError
from config.fields import PEOPLE_COLUMNS
from config.frames import PEOPLE


def canonical(column: str, *texts: str | None, date_format: str = "%Y-%m-%d") -> list[str | None]:
    rows = [
        {**dict.fromkeys(PEOPLE_COLUMNS), "client_ref": str(at), column: text} for at, text in enumerate(texts)
    ]
    made = normalise(pl.DataFrame(rows, schema=PEOPLE.columns), date_format=date_format)
    return made[column].to_list()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("  JOSÉ-María ", "josemaria"),
        ("Mr. John", "john"),
        ("Dr", None),
        ("Prof. Sir Ian", "ian"),
        ("Ann 2", "ann"),
        ("Ｚｏë", "zoe"),
        ("Łukasz", "lukasz"),
        ("BABY", None),
        ("Twin 1", None),
        ("not known", None),
        ("xxxx", None),
        ("王", "王"),
        ("", None),
        ("--", None),
    ],
)
def test_forenames_are_bare_letters(given: str, expected: str | None) -> None:
    assert canonical("first_name", given) == [expected]


def test_surnames_that_look_like_missing_values_are_surnames() -> None:
    assert canonical("last_name", "Null", "NA", "None", "Nil", "Lord", "Test") == [
        "null", "na", "none", "nil", "lord", None,
    ]  # fmt: skip


def test_surnames_lose_honours_and_apostrophes() -> None:
    assert canonical("last_name", "O\u2019Brien OBE", "van der Berg Jr.", "Straße") == [
        "obrien",
        "vanderberg",
        "strasse",
    ]


def test_dates_are_read_in_the_bodys_format_first() -> None:
    texts = ("03/04/1980", "1980-04-03", "19800403", "25/12/1980", "1980-04-03 00:00:00", "3 Apr 1980")
    assert canonical("dob", *texts, date_format="%d/%m/%Y") == [
        "1980-04-03", "1980-04-03", "1980-04-03", "1980-12-25", "1980-04-03", "1980-04-03",
    ]  # fmt: skip
    assert canonical("dob", "03/04/1980", date_format="%m/%d/%Y") == ["1980-03-04"]


def test_impossible_and_placeholder_dates_are_missing() -> None:
    texts = ("01/01/1900", "00/00/1950", "31/02/1980", "1899-12-31", "1901-01-01", "9999-12-31", "soon", None)
    assert canonical("dob", *texts, date_format="%d/%m/%Y") == [None] * len(texts)


def test_nobody_is_born_after_the_period() -> None:
    people = pl.DataFrame([{"client_ref": "1", "dob": "2027-01-01"}]).select(
        pl.col(name) if name in ("client_ref", "dob") else pl.lit(None, dtype=pl.String).alias(name)
        for name in PEOPLE_COLUMNS
    )
    assert normalise(people)["dob"].to_list() == ["2027-01-01"]
    assert normalise(people, latest=date(2026, 12, 31))["dob"].to_list() == [None]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("sw1a1aa", "SW1A 1AA"),
        ("M1  1AE", "M1 1AE"),
        ("ZZ99 3VZ", None),
        ("SW1A", "SW1A"),
        ("4223", "4223"),
        ("1234 ab", "1234AB"),
        ("0000", None),
        ("unknown", None),
    ],
)
def test_postcodes(given: str, expected: str | None) -> None:
    assert canonical("postcode", given) == [expected]


def test_ids_are_kept_only_where_their_check_rule_holds() -> None:
    assert canonical("nhs_number", "943 476 5919", "9434765918", "1111111111", "0000000000") == [
        "9434765919", None, None, None,
    ]  # fmt: skip
    assert canonical("nino", "AB 12 34 56 C", "ab123456", "QQ123456C", "GB123456A", "AB12345") == [
        "AB123456", "AB123456", None, None, None,
    ]  # fmt: skip
    assert canonical("uprn", "000123456789", "0", "1234567890123", "12a") == ["123456789", None, None, None]
    assert canonical("ssn", "5304-218", "000000000", "12") == ["5304218", None, None]


def test_sex_is_m_or_f_or_missing() -> None:
    assert canonical("sex", "Male", "F", "2", "9", "Not known", None) == ["m", "f", "f", None, None, None]


def test_houses_and_streets_are_written_one_way() -> None:
    assert canonical("house", "FLAT 03, No. 12 A", "Apt 3 / 12a", "12", "The Cottage") == [
        "flat 3 12a", "flat 3 12a", "12", "the cottage",
    ]  # fmt: skip
    assert canonical("street", "St. John's Rd", "HIGH ST", "No fixed abode") == [
        "saint johns road",
        "high street",
        None,
    ]


def test_a_house_written_into_the_street_is_found() -> None:
    row = {**dict.fromkeys(PEOPLE_COLUMNS), "client_ref": "1", "street": "12a High St"}
    made = normalise(pl.DataFrame([row], schema=PEOPLE.columns))
    assert made.select("house", "street").rows() == [("12a", "high street")]


def test_a_frame_that_breaks_its_contract_is_refused() -> None:
    with pytest.raises(ContractError):
        normalise(pl.DataFrame({"client_ref": ["1"]}))


@given(st.lists(st.from_regex(r"[0-9]{9,11}", fullmatch=True), min_size=1, max_size=30))
@settings(deadline=None, max_examples=20)
def test_nhs_numbers_are_those_whose_check_digit_is_right(numbers: list[str]) -> None:
    tenth = [f"{number[:9]}{digit}" for number in numbers for digit in range(10)]
    texts = [*numbers, *tenth]
    alike = {str(digit) * 10 for digit in range(10)}
    expected = [text if len(text) == 10 and nhs.is_valid(text) and text not in alike else None for text in texts]
    assert canonical("nhs_number", *texts) == expected


@pytest.mark.parametrize("column", ["last_name", "ssn"])
@given(st.lists(st.sampled_from(("Zoe1", "Zoë1", "asa 23", "Åsa 23", "1", "ß456", None)), min_size=1, max_size=12))
@settings(deadline=None, max_examples=20)
def test_a_value_means_the_same_whatever_stands_beside_it(column: str, texts: list[str | None]) -> None:
    assert canonical(column, *texts) == [canonical(column, text)[0] for text in texts]
