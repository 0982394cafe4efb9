"""Settings of sources: what cannot be meant is a fault, and none of them turns a control off."""

import pytest
from pydantic import ValidationError

from config.agreement import disagreements
from config.parts import sound_parts
from config.sources import DatabaseSettings, table_of
from tests.support.extracts import project

HERE = {"host": "127.0.0.1", "name": "housing", "user": "reader"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "db.example", "name": "housing"},
        {"service": "housing", "host": "db.example"},
        {"service": "housing", "port": 5432},
        {**HERE, "host": "db.example", "sslmode": "disable"},
        {"service": "housing", "sslmode": "disable"},
        {**HERE, "sslmode": "prefer"},
        {**HERE, "password": "secret"},
        {**HERE, "password_file": "../secret"},
        {**HERE, "port": 0},
        {**HERE, "host": "a,b"},
        {**HERE, "host": "db example"},
        {**HERE, "statement_seconds": 0},
    ],
)
def test_a_database_that_cannot_be_meant_or_trusted_is_a_fault(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DatabaseSettings.model_validate(wrong)


@pytest.mark.parametrize(("host", "here"), [("127.0.0.1", True), ("/run/postgresql", True), ("db.example", False)])
def test_only_this_machine_is_here(host: str, here: bool) -> None:
    assert DatabaseSettings.model_validate({**HERE, "host": host}).is_here is here


@pytest.mark.parametrize(
    "entry",
    [
        "postgresql:people",
        "postgresql:a.b.c",
        'postgresql:a."b"',
        "postgresql:.b",
        "postgresql:a.",
        "postgresql:a.b\n",
    ],
)
def test_a_table_is_named_with_its_schema(entry: str) -> None:
    with pytest.raises(ValueError, match=r"schema\.name"):
        table_of(entry)
    with pytest.raises(ValidationError):
        project(people=[entry], database=HERE)


def test_a_table_needs_a_database_and_what_is_written_needs_an_entry() -> None:
    assert project(people=["postgresql:reporting.people"], database=HERE).bodies["housing"].database is not None
    with pytest.raises(ValidationError, match="section 'database'"):
        project(people=["postgresql:reporting.people"])
    with pytest.raises(ValidationError, match="entries of people or events"):
        project(written={"another.csv": {"encoding": "cp1252"}})


def test_codes_that_differ_in_capitals_alone_must_agree() -> None:
    codes = {"event_type": {"TEL": "contact", "tel": "visit"}}
    assert project(codes=codes).bodies["housing"].codes == codes
    with pytest.raises(ValidationError, match="codes of event_type"):
        project(codes=codes, codes_ignore_case=True)


def test_number_columns_are_columns_of_text() -> None:
    with pytest.raises(ValidationError, match="unknown: event_seq"):
        project(workbook={"number_columns": ["event_seq"]})


def test_a_format_of_one_entry_is_held_to_the_same_rules() -> None:
    raw = {
        "bodies": {
            "housing": project(written={"people*": {"date_format": "%d/%m"}})
            .bodies["housing"]
            .model_dump(mode="json")
        }
    }
    faults = [(place, said) for place, said in disagreements(sound_parts(raw)) if "written" in place]
    assert [place for place, _ in faults] == [("bodies", "housing", "written", "people*", "date_format")]
