"""One small synthetic project, written once for all acceptance tests; each test works on a copy."""

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.demo import invent_keys
from tests.support.postgres import Postgres, create_database, programs, running
from tests.support.prefect_server import prefect_running
from tests.support.project import OUTPUTS, PEOPLE, SEED, command, lighter, staged_id


@pytest.fixture(scope="session")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was run without a scheduler and waits to be approved; the example with fewer tables."""
    root = tmp_path_factory.mktemp("waiting") / "project"
    command("example", root, "--people", PEOPLE, "--seed", SEED)
    lighter(root / "project.toml")
    command("run", root / "project.toml", "--direct")
    return root


@pytest.fixture(scope="session")
def finished(waiting: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project once its release was approved and published."""
    root = tmp_path_factory.mktemp("finished") / "project"
    shutil.copytree(waiting, root)
    signed = ("--as", "output_checker", "--reviewed", "--project", root / "project.toml")
    command("release", "approve", staged_id(root), *signed)
    return root


@pytest.fixture
def staged(waiting: Path, tmp_path: Path) -> Path:
    """A project whose release waits to be approved."""
    root = tmp_path / "project"
    shutil.copytree(waiting, root)
    return root


@pytest.fixture
def fresh(finished: Path, tmp_path: Path) -> Path:
    """The same project, same keys, before its first run."""
    root = tmp_path / "project"
    shutil.copytree(finished, root, ignore=shutil.ignore_patterns(*OUTPUTS, "anchor.json"))
    # The log is another, so the people's keys are registered in it anew.
    invent_keys(root / "project.toml")
    return root


@pytest.fixture
def run_again(finished: Path, tmp_path: Path) -> Path:
    """The same project after its first run."""
    root = tmp_path / "project"
    shutil.copytree(finished, root)
    return root


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A real Prefect server on loopback; gives the environment that points to it, PREFECT_HOME included."""
    with prefect_running(tmp_path_factory.mktemp("prefect")) as env:
        yield env


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A real PostgreSQL server on loopback."""
    if programs() is None:
        pytest.skip("needs PostgreSQL (Debian's package postgresql)")
    with running(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="session")
def prefect_on_postgres(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres
) -> Iterator[tuple[dict[str, str], str]]:
    """A real Prefect server on a real PostgreSQL; gives the environment, and the database's name."""
    database = f"prefect_{secrets.token_hex(4)}"
    create_database(postgres, database)
    connection = {
        "PREFECT_API_DATABASE_CONNECTION_URL": postgres.url(database, driver="postgresql+asyncpg"),
        # Runs that came due are to be called late, and lost slots given back, while a test waits.
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",
    }
    with prefect_running(tmp_path_factory.mktemp("prefect_on_postgres"), connection) as env:
        yield env, database
