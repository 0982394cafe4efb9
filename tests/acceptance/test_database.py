# ruff: noqa: S608 - tables are named by the tests themselves
"""Tables and views of a real PostgreSQL server as extracts: the same rows, formats and digests as of files."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from config.errors import DatabaseError, ExtractError
from flows.custody import make_keys
from flows.demo import write_project
from flows.ingest.limits import LIMITS, Limits
from flows.pipeline import run_zone
from tests.support.body_tables import EVENTS, ONE_EVENT, ONE_PERSON, PEOPLE, TABLES, filled, refused, took
from tests.support.database import READER, Database, made
from tests.support.extracts import MARK, zone
from tests.support.postgres import Postgres

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(postgres: Postgres) -> Database:
    return filled(postgres)


def test_typed_columns_come_in_the_bodys_own_formats(tmp_path: Path, database: Database) -> None:
    formats = {"date_format": "%d/%m/%Y", "time_format": "%d/%m/%Y %H:%M"}
    taken = took(tmp_path, database, **formats)
    assert taken.people.select("client_ref", "last_name", "dob", "nhs_number").rows() == [
        ("0001", "Müller", "22/11/1930", "4505577104")
    ]
    (event,) = taken.events.select(
        "event_id", "event_seq", "ts", "need_date", "voluntary", "unit_cost_pence"
    ).rows()
    assert event[0] == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    assert [str(each) for each in event[1:]] == ["1", "2024-05-05 09:00:00", "2024-02-29", "True", "250"]


def test_settings_of_the_server_and_of_the_user_change_nothing(tmp_path: Path, database: Database) -> None:
    before = took(tmp_path / "before", database)
    database.do(
        f"ALTER ROLE {READER} SET datestyle = 'German, DMY'",
        f"ALTER ROLE {READER} SET timezone = 'Asia/Tokyo'",
        f"ALTER DATABASE {database.name} SET extra_float_digits = '-3'",
        f"ALTER ROLE {READER} SET search_path = 'reporting'",
    )
    try:
        after = took(tmp_path / "after", database)
    finally:
        database.do(f"ALTER ROLE {READER} RESET ALL")
    assert after.people.equals(before.people)
    assert after.events.equals(before.events)
    assert after.receipts == before.receipts


def test_the_order_of_rows_in_the_table_changes_no_digest(tmp_path: Path, database: Database) -> None:
    more = "INSERT INTO reporting.people SELECT 'c' || n, 'Name' || n % 7, '2000-01-01', n FROM {} n"
    database.do(more.format("generate_series(1, 500)"))
    up = took(tmp_path / "up", database)
    database.do("DELETE FROM reporting.people", more.format("generate_series(500, 1, -1)"), ONE_PERSON)
    down = took(tmp_path / "down", database)
    assert up.receipts == down.receipts
    assert up.receipts[0].rows_in == 501


def test_the_digest_is_of_the_csv_that_the_server_sends_and_null_is_not_empty_text(
    tmp_path: Path, database: Database
) -> None:
    database.do("INSERT INTO reporting.people VALUES ('0002', NULL, NULL, NULL), ('0003', '', NULL, NULL)")
    sent = (
        'client_ref,last_name,dob,nhs_number\n0001,Müller,1930-11-22,4505577104\n0002,,,\n0003,"",,\n'
    ).encode()
    taken = took(tmp_path, database)
    assert taken.receipts[0].digest == hashlib.sha256(sent).hexdigest()
    assert taken.receipts[0].bytes == len(sent)
    # Both mean that it is not known, as in a CSV file.
    assert taken.people["last_name"].to_list() == ["Müller", None, None]


def test_a_row_that_breaks_a_rule_is_set_aside_with_what_the_table_holds(
    tmp_path: Path, database: Database
) -> None:
    database.do(
        f"INSERT INTO reporting.people VALUES (NULL, '{MARK}', '1999-12-31', 1)",
        "INSERT INTO reporting.events SELECT client_ref, event_id, 2, ts, event_type, service "
        "FROM reporting.events",
    )
    taken = took(tmp_path, database)
    people, events = taken.receipts
    assert people.quarantined == {"client_ref: missing": 1}
    assert events.quarantined == {"event_id: rows that differ under one id": 2}
    aside = {
        path.name.split(".")[1]: pl.read_parquet(path)
        for path in (tmp_path / "bodies/housing/quarantine").iterdir()
    }
    assert aside["people"]["last_name"].to_list() == [MARK]
    assert aside["events"].height == 2


def test_a_single_column_may_hold_nothing(tmp_path: Path, database: Database) -> None:
    database.do(
        "CREATE VIEW reporting.refs AS SELECT NULLIF(client_ref, '0002') AS client_ref FROM reporting.people",
        "INSERT INTO reporting.people VALUES ('0002')",
    )
    database.grant("reporting.refs")
    taken = took(tmp_path, database, people=["postgresql:reporting.refs"])
    assert taken.receipts[0].quarantined == {"client_ref: missing": 1}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("*, 1 AS surplus", "1 of 5 columns are neither known, mapped nor ignored, at position 5"),
        ("last_name", "mandatory column is missing"),
        ('client_ref, last_name, dob AS "Last_Name"', "columns 2 and 3 of the header have the same name"),
        ('client_ref, last_name AS "a\nb"', "name that cannot be shown"),
        ("client_ref, ARRAY[last_name] AS last_name", "has a type that is not text"),
        ("client_ref, 1.5 AS ssn", "holds fractional numbers where text is expected"),
        ("client_ref, 1.5::float8 AS ssn", "holds fractional numbers where text is expected"),
        ("client_ref, 'infinity'::date AS dob", "declared format does not keep"),
        ("client_ref, '0044-03-15 BC'::date AS dob", "declared format does not keep"),
        ("client_ref, now() AS dob", "declared format does not keep"),
        ("client_ref, repeat('x', 9000000) AS last_name", "has a field of more than 32,768 bytes"),
        ("client_ref, clock_timestamp()::text AS last_name", "changed while it was read"),
    ],
)
def test_a_view_of_the_wrong_shape_is_refused(tmp_path: Path, database: Database, columns: str, said: str) -> None:
    database.do(f"CREATE VIEW reporting.odd AS SELECT {columns} FROM reporting.people")
    database.grant("reporting.odd")
    if "changed" in said:
        # Read twice, for the raw form of rows in conflict; a table's second reading must give the same bytes.
        with pytest.raises(ExtractError, match=said):
            _twice(tmp_path, database)
        return
    assert said in refused(lambda: took(tmp_path, database, people=["postgresql:reporting.odd"]), ExtractError)


def _twice(root: Path, database: Database) -> None:
    from flows.ingest.gathered import gathered
    from flows.ingest.people import people

    settings = database.settings(root / "bodies" / "housing")
    loaded, places = zone(root, {}, database=settings, people=["postgresql:reporting.odd"])
    body = loaded.project.bodies["housing"]
    with gathered("housing", body, places.body("housing"), [people(body)], LIMITS) as ((source,),):
        for _ in range(2):
            assert b"".join(source.blocks(100))


def test_columns_that_are_ignored_never_leave_the_server(tmp_path: Path, database: Database) -> None:
    database.do("CREATE VIEW reporting.much AS SELECT *, 1 / 0 AS secret FROM reporting.people")
    database.grant("reporting.much")
    taken = took(tmp_path, database, people=["postgresql:reporting.much"], ignored_columns=["secret"])
    assert taken.people.height == 1


def test_names_with_quotes_blanks_and_statements_are_names(tmp_path: Path, database: Database) -> None:
    odd = "x; DROP TABLE people; --"
    database.do(
        f'CREATE VIEW reporting."{odd}" AS SELECT client_ref AS "Ref \'""; --" FROM reporting.people',
        f'GRANT SELECT ON reporting."{odd}" TO {READER}',
    )
    entry = f"postgresql:reporting.{odd}"
    taken = took(tmp_path, database, people=[entry], people_columns={"client_ref": "Ref '\"; --"})
    assert taken.people["client_ref"].to_list() == ["0001"]
    assert took(tmp_path / "again", database).people.height == 1


def test_caps_on_rows_and_bytes_hold(tmp_path: Path, database: Database) -> None:
    database.do("INSERT INTO reporting.people SELECT 'c' || n FROM generate_series(1, 2000) n")
    few = Limits(rows=1_000)
    assert "more than 1,000 rows" in refused(lambda: took(tmp_path, database, limits=few), ExtractError)
    small = Limits(file_bytes=5_000, block_bytes=1_000)
    assert "larger than 5,000 bytes" in refused(lambda: took(tmp_path, database, limits=small), ExtractError)


def test_people_and_events_are_of_one_moment(tmp_path: Path, database: Database) -> None:
    from flows.ingest.events import events
    from flows.ingest.gathered import gathered
    from flows.ingest.people import people

    settings = database.settings(tmp_path / "bodies" / "housing")
    loaded, places = zone(tmp_path, {}, database=settings, **TABLES)
    body = loaded.project.bodies["housing"]
    kinds = [people(body), events(loaded.project, body)]
    with gathered("housing", body, places.body("housing"), kinds, LIMITS) as ((first,), (second,)):
        assert b"".join(first.blocks(1_000)).count(b"\n") == 2
        database.do("DELETE FROM reporting.people", "DELETE FROM reporting.events")
        assert b"".join(second.blocks(1_000)).count(b"\n") == 2
        assert b"".join(first.blocks(1_000)).count(b"\n") == 2


def test_letters_of_another_encoding_arrive_and_those_of_none_are_refused(
    tmp_path: Path, postgres: Postgres
) -> None:
    for encoding, name in (("LATIN1", "western"), ("SQL_ASCII", "bytes")):
        database = made(postgres, name, encoding)
        database.do(PEOPLE, EVENTS, ONE_EVENT)
        with database.owner() as connection:
            connection.execute("SET client_encoding = 'UTF8'")
            connection.execute(ONE_PERSON)
        database.grant("reporting.people", "reporting.events")
        if encoding == "LATIN1":
            assert took(tmp_path / name, database).people["last_name"].to_list() == ["Müller"]
        else:
            said = refused(lambda there=database: took(tmp_path / "bytes", there), DatabaseError)  # type: ignore[misc]
            assert "SQL_ASCII" in said


@pytest.mark.slow
def test_the_same_rows_as_csv_and_through_the_server_give_the_same_bundles(
    tmp_path: Path, postgres: Postgres
) -> None:
    root = tmp_path / "project"
    write_project(root, 1_000, 7)
    project, folder = root / "project.toml", root / "bodies" / "housing"
    make_keys(project, "", "")
    from_files = _bundles(project)
    database = made(postgres, "council")
    extracts = sorted((folder / "extracts").glob("*.csv"))
    for path in extracts:
        _load(database, path)
        path.unlink()
    people, events = (_joined(extracts, kind) for kind in ("people", "events"))
    database.do(
        f"CREATE VIEW reporting.happened AS {events}",
        # A real date, which must come back in the format that the body declares.
        "CREATE VIEW reporting.clients AS SELECT *, to_date(text_of_birth, 'DD/MM/YYYY') AS \"DATE_OF_BIRTH\" "
        f"FROM ({people}) AS clients",
    )
    database.grant("reporting.happened", "reporting.clients")
    access = "".join(f"{name} = {json.dumps(value)}\n" for name, value in database.settings(folder).items())
    text = project.read_text()
    for old, new in (
        ('["extracts/people*.csv"]', '["postgresql:reporting.clients"]'),
        ('["extracts/events_council.csv", "extracts/events_contractor.csv"]', '["postgresql:reporting.happened"]'),
        ('["EXPORT_BATCH"]', '["EXPORT_BATCH", "text_of_birth"]'),
        (
            "[bodies.housing.people_columns]",
            f"[bodies.housing.database]\n{access}\n[bodies.housing.people_columns]",
        ),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    project.write_text(text)
    assert _bundles(project) == from_files


def _bundles(project: Path) -> list[str]:
    """Digests of the two bundles that a body's zone hands over."""
    run_zone(project, "encode", "", body="housing")
    manifests = [project.parent / "exchange" / kind / "housing" / "manifest.json" for kind in ("tokens", "events")]
    return [json.loads(each.read_text())["digest"] for each in manifests]


def _joined(extracts: Sequence[Path], kind: str) -> str:
    names = [path.stem for path in extracts if path.stem.startswith(kind)]
    return " UNION ALL ".join(f'SELECT * FROM reporting."{name}"' for name in names)


def _load(database: Database, path: Path) -> None:
    """A CSV file as a table of text, as it stands; the column of birth under another name, for a typed one."""
    frame = pl.read_csv(path, infer_schema=False)
    frame = frame.rename({"DATE_OF_BIRTH": "text_of_birth"}, strict=False)
    columns = ", ".join(f'"{name}" text' for name in frame.columns)
    database.do(f'CREATE TABLE reporting."{path.stem}" ({columns})')
    copy = f'COPY reporting."{path.stem}" FROM STDIN'
    with database.owner() as connection, connection.cursor() as cursor, cursor.copy(copy) as into:
        for row in frame.iter_rows():
            into.write_row(row)
