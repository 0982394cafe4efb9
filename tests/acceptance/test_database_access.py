# ruff: noqa: S608 - tables are named by the tests themselves
"""Who may read a body's database, what is refused, and that nothing of its errors is shown."""

import json
import logging
from pathlib import Path

import psycopg
import pytest

from config.errors import DatabaseAwayError, DatabaseError, SettingsError
from flows.custody import make_keys
from flows.demo import write_project
from flows.ingest.limits import LIMITS
from flows.profile.show import show_profile
from tests.support.body_tables import TABLES, filled, refused, took
from tests.support.database import READER, WORD, Database, self_signed, with_certificate
from tests.support.extracts import MARK, zone
from tests.support.postgres import Postgres
from tests.support.project import command

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(postgres: Postgres) -> Database:
    return filled(postgres)


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
    table = "postgresql:reporting.people"

    def shown(body: str) -> str:
        return show_profile(table, project=project, body=body, kind=None, header_line=1, codes=None, names=False)

    text = shown("housing")
    assert text.startswith("A table or view; about 200 rows, 6 columns.")
    for kind in ("real dates", "fractional numbers", "a type that is not read"):
        assert kind in text
    assert MARK not in text
    with pytest.raises(SettingsError, match="section 'database'"):
        shown("prison")


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
