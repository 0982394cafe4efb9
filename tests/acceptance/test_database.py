# ruff: noqa: S608 - tables are named by the tests themselves
"""Tables and views of a real PostgreSQL server as extracts."""

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import psycopg
import pytest

from config.errors import DatabaseAwayError, DatabaseError, ExtractError, PipelineError
from flows.custody import make_keys
from flows.demo import write_project
from flows.ingest import Ingested, take_in
from flows.ingest.limits import LIMITS, Limits
from flows.pipeline import run_zone
from tests.support.database import READER, WORD, Database, made, self_signed, with_certificate
from tests.support.extracts import MARK, zone
from tests.support.postgres import Postgres
from tests.support.project import command

pytestmark = pytest.mark.postgres

PEOPLE = """CREATE TABLE reporting.people (client_ref text, last_name varchar(40), dob date, nhs_number bigint)"""
EVENTS = """CREATE TABLE reporting.events (client_ref text, event_id uuid, event_seq numeric(9), ts timestamptz,
    event_type text, service text, need_date date, voluntary boolean, unit_cost_pence numeric)"""
ONE_PERSON = "INSERT INTO reporting.people VALUES ('0001', 'Müller', '1930-11-22', 4505577104)"
ONE_EVENT = """INSERT INTO reporting.events VALUES ('0001', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 1,
    '2024-05-05 10:00+01', 'contact', 'repairs', '2024-02-29', true, 250.00)"""
TABLES = {"people": ["postgresql:reporting.people"], "events": ["postgresql:reporting.events"]}


@pytest.fixture
def database(postgres: Postgres) -> Database:
    found = made(postgres, "housing")
    found.do(PEOPLE, EVENTS, ONE_PERSON, ONE_EVENT)
    found.grant("reporting.people", "reporting.events")
    return found


def took(
    root: Path,
    database: Database,
    *,
    limits: Limits = LIMITS,
    access: dict[str, object] | None = None,
    **body: object,
) -> Ingested:
    """What ingest makes of the body's tables."""
    settings = database.settings(root / "bodies" / "housing", **(access or {}))
    loaded, places = zone(root, {}, **(TABLES | {"database": settings} | body))
    return take_in(loaded, places, "housing", limits=limits)


def refused(action: Callable[[], object], kind: type[PipelineError], *never: str) -> str:
    """What an error says; neither it nor what hangs on it holds any of the words."""
    with pytest.raises(kind) as caught:
        action()
    error: BaseException | None = caught.value
    while error is not None:
        for word in (MARK, WORD, *never):
            assert word not in repr(error)
        error = error.__cause__ or error.__context__
    return str(caught.value)


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


def test_a_value_that_the_view_stumbles_over_is_not_shown(
    tmp_path: Path, database: Database, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    database.do(
        f"INSERT INTO reporting.people VALUES ('c2', '{MARK}')",
        "CREATE VIEW reporting.cast AS SELECT client_ref, last_name::int AS last_name FROM reporting.people",
        "CREATE FUNCTION reporting.shout(t text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE NOTICE 'seen %', t; RAISE EXCEPTION 'bad %', t USING ERRCODE = 'ZWART'; END $$",
        "CREATE VIEW reporting.shouted AS SELECT client_ref, reporting.shout(last_name) AS last_name "
        "FROM reporting.people",
    )
    database.grant("reporting.cast", "reporting.shouted")
    caplog.set_level(logging.DEBUG)
    said = refused(
        lambda: took(tmp_path / "1", database, people=["postgresql:reporting.cast"]), DatabaseError, "Müller"
    )
    assert said.endswith("the server stumbled over its rows or its definition (InvalidTextRepresentation)")
    said = refused(
        lambda: took(tmp_path / "2", database, people=["postgresql:reporting.shouted"]), DatabaseError, "ZWART"
    )
    assert "the server stumbled" in said
    shown = "".join(capfd.readouterr()) + caplog.text
    assert MARK not in shown
    assert "Müller" not in shown


def test_a_user_who_may_not_read_is_told_so(tmp_path: Path, database: Database) -> None:
    database.do(f"REVOKE SELECT ON reporting.people FROM {READER}")
    assert "grant SELECT" in refused(lambda: took(tmp_path / "1", database), DatabaseError)
    database.grant("reporting.people")
    database.do(f"REVOKE USAGE ON SCHEMA reporting FROM {READER}")
    assert "grant SELECT" in refused(lambda: took(tmp_path / "2", database), DatabaseError)


def test_rows_that_a_policy_hides_are_not_left_out_in_silence(tmp_path: Path, database: Database) -> None:
    database.do(
        "ALTER TABLE reporting.people ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY few ON reporting.people TO {READER} USING (client_ref <> '0001')",
    )
    assert "without row security" in refused(lambda: took(tmp_path, database), DatabaseError)


@pytest.mark.parametrize("right", ["INSERT", "UPDATE (last_name)", "DELETE", "TRUNCATE"])
def test_a_user_who_could_write_is_refused(tmp_path: Path, database: Database, right: str) -> None:
    database.do(f"GRANT {right} ON reporting.people TO {READER}")
    assert "could change it" in refused(lambda: took(tmp_path, database), DatabaseError)


def test_the_owner_of_all_is_refused(tmp_path: Path, database: Database) -> None:
    access: dict[str, object] = {"user": database.server.user, "password_file": "owner"}
    folder = tmp_path / "bodies" / "housing"
    folder.mkdir(parents=True)
    (folder / "owner").write_text(database.server.password)
    (folder / "owner").chmod(0o600)
    said = refused(lambda: took(tmp_path, database, access=access), DatabaseError, database.server.password)
    assert "could change it" in said


def test_nothing_can_be_written_through_the_connection(tmp_path: Path, database: Database) -> None:
    database.do(
        "CREATE FUNCTION reporting.greedy() RETURNS text LANGUAGE sql SECURITY DEFINER AS "
        "$$ INSERT INTO reporting.people VALUES ('c9') RETURNING client_ref $$",
        "CREATE VIEW reporting.greed AS SELECT reporting.greedy() AS client_ref",
    )
    database.grant("reporting.greed")
    said = refused(lambda: took(tmp_path, database, people=["postgresql:reporting.greed"]), DatabaseError)
    assert "ReadOnlySqlTransaction" in said


def test_a_missing_table_and_a_missing_database_are_told_apart(tmp_path: Path, database: Database) -> None:
    said = refused(lambda: took(tmp_path, database, people=["postgresql:reporting.nobody"]), DatabaseError)
    assert said == "housing: postgresql:reporting.nobody: there is no such table or view"
    said = refused(lambda: took(tmp_path / "2", database, access={"name": "elsewhere"}), DatabaseError)
    assert "lets this user not in" in said


def test_a_wrong_password_is_never_shown(tmp_path: Path, database: Database) -> None:
    folder = tmp_path / "bodies" / "housing"
    folder.mkdir(parents=True)
    (folder / "wrong").write_text("another-secret")
    (folder / "wrong").chmod(0o600)
    said = refused(
        lambda: took(tmp_path, database, access={"password_file": "wrong"}), DatabaseError, "another-secret"
    )
    assert "lets this user not in" in said


@pytest.mark.parametrize(
    ("content", "mode"), [(WORD, 0o640), (WORD, 0o604), ("", 0o600), (f"{WORD}\nmore", 0o600)]
)
def test_a_password_file_that_others_can_read_is_refused(
    tmp_path: Path, database: Database, content: str, mode: int
) -> None:
    folder = tmp_path / "bodies" / "housing"
    folder.mkdir(parents=True)
    (folder / "open").write_text(content)
    (folder / "open").chmod(mode)
    said = refused(lambda: took(tmp_path, database, access={"password_file": "open"}), DatabaseError)
    assert "password file" in said


def test_a_server_that_is_away_or_lost_may_pass(tmp_path: Path, database: Database) -> None:
    said = refused(lambda: took(tmp_path / "1", database, access={"port": 1}), DatabaseAwayError)
    assert "cannot be reached" in said
    database.do("INSERT INTO reporting.people SELECT 'c' || n, repeat('x', 40) FROM generate_series(1, 300000) n")
    from flows.ingest.gathered import gathered
    from flows.ingest.people import people

    settings = database.settings(tmp_path / "bodies" / "housing")
    loaded, places = zone(tmp_path, {}, database=settings, **TABLES)
    body = loaded.project.bodies["housing"]

    def lost() -> None:
        with gathered("housing", body, places.body("housing"), [people(body)], LIMITS) as ((source,),):
            blocks = source.blocks(1_000)
            next(blocks)
            database.do(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{READER}'",
            )
            for _ in blocks:
                pass

    assert "connection was lost" in refused(lost, DatabaseAwayError)
    assert DatabaseAwayError.may_pass


def test_a_slow_view_and_a_locked_table_end_in_time(tmp_path: Path, database: Database) -> None:
    database.do("CREATE VIEW reporting.slow AS SELECT pg_sleep(60)::text AS client_ref")
    database.grant("reporting.slow")
    slow = {"people": ["postgresql:reporting.slow"], "access": {"statement_seconds": 1}}
    assert "statement_seconds" in refused(lambda: took(tmp_path / "1", database, **slow), DatabaseAwayError)  # type: ignore[arg-type]
    with psycopg.connect(database.server.url(database.name)) as other:
        other.execute("LOCK TABLE reporting.people IN ACCESS EXCLUSIVE MODE")
        said = refused(lambda: took(tmp_path / "2", database, access={"lock_seconds": 1}), DatabaseAwayError)
    assert "lock_seconds" in said


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


def test_a_server_must_prove_its_name(tmp_path: Path, database: Database) -> None:
    folder = tmp_path / "bodies" / "housing"
    folder.mkdir(parents=True)
    strict = {"host": "localhost", "sslmode": "verify-full", "root_certificate": "root.crt"}
    assert "lets this user not in" in refused(
        lambda: took(tmp_path, database, access={"sslmode": "verify-full"}), DatabaseError
    )
    with with_certificate(database, "localhost") as root:
        (folder / "root.crt").write_bytes(root)
        assert took(tmp_path, database, access=strict).people.height == 1
        other = strict | {"host": "127.0.0.1"}
        assert "lets this user not in" in refused(lambda: took(tmp_path, database, access=other), DatabaseError)
        (folder / "root.crt").write_bytes(self_signed("localhost")[0])
        assert "lets this user not in" in refused(lambda: took(tmp_path, database, access=strict), DatabaseError)


def test_a_table_is_described_without_a_value(tmp_path: Path, database: Database) -> None:
    root = tmp_path / "project"
    write_project(root, 1_000, 7)
    project = root / "project.toml"
    database.do(
        f"INSERT INTO reporting.people SELECT 'c' || n, '{MARK}' || n, '1950-01-01'::date + n, 4000000000 + n "
        "FROM generate_series(1, 200) n",
        "ALTER TABLE reporting.people ADD COLUMN place point, ADD COLUMN notes numeric",
    )
    access = database.settings(root / "bodies" / "housing")
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in access.items())
    text = project.read_text()
    project.write_text(
        text.replace("[bodies.housing.codes]", f"[bodies.housing.database]\n{lines}\n[bodies.housing.codes]")
    )
    done = command("profile", "postgresql:reporting.people", "--body", "housing", "--project", project)
    assert done.stdout.startswith("A table or view; about 200 rows, 6 columns.")
    assert "real dates" in done.stdout
    assert "fractional numbers" in done.stdout
    assert "a type that is not read" in done.stdout
    assert MARK not in done.stdout + done.stderr
    wrong = command(
        "profile", "postgresql:reporting.people", "--body", "prison", "--project", project, check=False
    )
    assert wrong.returncode == 10


def test_through_the_command_line_no_error_of_the_server_shows_a_value(tmp_path: Path, database: Database) -> None:
    root = tmp_path / "project"
    write_project(root, 1_000, 7)
    project = root / "project.toml"
    make_keys(project, "", "")
    database.do(
        f"INSERT INTO reporting.people VALUES ('c2', '{MARK}')",
        'CREATE VIEW reporting.cast AS SELECT client_ref AS "TENANT_NO", last_name::int AS "SURNAME" '
        "FROM reporting.people",
    )
    database.grant("reporting.cast")
    lines = "".join(f"{k} = {json.dumps(v)}\n" for k, v in database.settings(root / "bodies" / "housing").items())
    text = project.read_text().replace('["extracts/people*.csv"]', '["postgresql:reporting.cast"]', 1)
    project.write_text(
        text.replace("[bodies.housing.codes]", f"[bodies.housing.database]\n{lines}\n[bodies.housing.codes]")
    )
    done = command("encode", project, "--body", "housing", check=False)
    assert done.returncode == DatabaseError.exit_code
    assert "the server stumbled over its rows or its definition (InvalidTextRepresentation)" in done.stderr
    found = [path for path in root.rglob("*") if path.is_file() and MARK.encode() in path.read_bytes()]
    assert MARK not in done.stdout + done.stderr
    assert not found
