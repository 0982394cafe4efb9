import json
import shutil
from pathlib import Path

import pytest

from config.terms import TableKind
from tests.support.project import PEOPLE, SEED, command, published, staged_id


def test_running_twice_gives_the_same_published_bytes(run_again: Path) -> None:
    before = published(run_again)
    command("run", run_again / "project.toml", "--direct")
    assert published(run_again) == before
    assert not any((run_again / "releases" / "staged").iterdir())


def test_the_runner_may_not_approve(staged: Path) -> None:
    project = staged / "project.toml"
    release = staged_id(staged)
    both = 'roles = ["runner", "custodian", "output_checker"]\nkey = "governance-runner"'
    text = project.read_text().replace('roles = ["runner", "custodian"]', both)
    project.write_text(text)
    refused = command(
        "release", "approve", release, "--as", "governance_runner", "--project", project, check=False
    )
    assert refused.returncode == 31
    assert "whoever ran it may not approve it" in refused.stderr
    assert not published(staged)


def test_linking_needs_neither_the_linkage_key_nor_any_bodys_folder(run_again: Path) -> None:
    before = (run_again / "exchange" / "spine" / "all" / "spine.parquet").read_bytes()
    for key in (run_again / "keys").glob("*linkage*"):
        key.unlink()
    shutil.rmtree(run_again / "bodies")
    shutil.rmtree(run_again / "exchange" / "events")
    shutil.rmtree(run_again / "analysis")
    command("link", run_again / "project.toml")
    assert (run_again / "exchange" / "spine" / "all" / "spine.parquet").read_bytes() == before


def test_a_body_encodes_with_nothing_of_others_present(run_again: Path) -> None:
    bundle = run_again / "exchange" / "tokens" / "housing" / "tokens.parquet"
    before = bundle.read_bytes()
    for other in (run_again / "bodies").iterdir():
        if other.name != "housing":
            shutil.rmtree(other)
    for place in ("exchange", "linkage", "analysis", "releases"):
        shutil.rmtree(run_again / place)
    (run_again / "keys" / "example-spine.key").unlink()
    command("encode", run_again / "project.toml", "--body", "housing")
    assert bundle.read_bytes() == before


def test_journeys_and_publication_need_no_key_of_bodies_or_linkage(run_again: Path) -> None:
    before = published(run_again)
    shutil.rmtree(run_again / "bodies")
    shutil.rmtree(run_again / "exchange" / "tokens")
    shutil.rmtree(run_again / "linkage")
    for name in ("example-spine.key", "example-linkage.key"):
        (run_again / "keys" / name).unlink()
    command("journeys", run_again / "project.toml")
    command("publish", run_again / "project.toml")
    assert published(run_again) == before


@pytest.mark.parametrize(
    ("damage", "stage", "code"),
    [
        ("exchange/tokens/housing/tokens.parquet", ("link",), 22),
        ("exchange/tokens/housing/manifest.json", ("link",), 22),
        ("exchange/spine/all/spine.parquet", ("journeys",), 22),
        ("exchange/events/prison/events.parquet", ("journeys",), 22),
        ("analysis/tables/tables.json", ("publish",), 22),
        ("keys/example-linkage.key", ("encode", "--body", "housing"), 15),
        ("keys/example-spine.key", ("link",), 15),
        ("keys/example-log.key", ("link",), 15),
        ("log/audit.jsonl", ("link",), 40),
        ("project.toml", ("link",), 10),
    ],
)
def test_each_damaged_file_gives_one_error_and_its_exit_code(
    run_again: Path, damage: str, stage: tuple[str, ...], code: int
) -> None:
    before = published(run_again)
    path = run_again / damage
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data[: len(data) * 3 // 4] if damage.endswith((".toml", ".key")) else data)
    name, *rest = stage
    done = command(name, run_again / "project.toml", *rest, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert published(run_again) == before


def test_a_failed_run_shows_in_the_log(run_again: Path) -> None:
    project = run_again / "project.toml"
    (run_again / "exchange" / "tokens" / "housing" / "manifest.json").write_text("{}")
    assert command("link", project, check=False).returncode == 22
    shown = command("audit", "show", "--project", project).stdout
    assert "BundleError" in shown


def test_a_second_run_is_refused_while_one_is_under_way(run_again: Path) -> None:
    import fcntl

    with (run_again / "log" / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        busy = command("run", run_again / "project.toml", "--direct", check=False)
    assert busy.returncode == 51


def test_an_altered_release_is_not_published(staged: Path) -> None:
    project = staged / "project.toml"
    release = staged_id(staged)
    table = next((staged / "releases" / "staged" / release).glob("*.csv"))
    table.write_bytes(table.read_bytes().replace(b",c\n", b",\n"))
    done = command(
        "release", "approve", release, "--as", "output_checker", "--reviewed", "--project", project, check=False
    )
    assert done.returncode == 31
    assert not published(staged)


def test_explain_walks_from_the_release_back_to_every_input(finished: Path) -> None:
    (release,) = (finished / "releases" / "published").iterdir()
    text = command("audit", "explain", release.name, "--project", finished / "project.toml").stdout
    extracts = [path for path in (finished / "bodies").rglob("extracts/*") if path.is_file()]
    from flows.stores import digest_of

    for path in extracts:
        assert digest_of(path) in text, path


def test_a_published_file_that_was_changed_is_not_explained(run_again: Path) -> None:
    (release,) = (run_again / "releases" / "published").iterdir()
    table = next(release.glob("*.csv"))
    table.write_bytes(table.read_bytes() + b"\n")
    done = command("audit", "explain", release.name, "--project", run_again / "project.toml", check=False)
    assert done.returncode in {31, 40}


@pytest.mark.prefect
def test_prefect_and_direct_publish_the_same_bytes(
    fresh: Path, finished: Path, prefect_server: dict[str, str]
) -> None:
    project = fresh / "project.toml"
    command("run", project, env=prefect_server)
    command("release", "approve", staged_id(fresh), "--as", "output_checker", "--reviewed", "--project", project)
    assert published(fresh) == published(finished)


def test_the_manifest_names_no_run_no_person_and_no_time(finished: Path) -> None:
    (release,) = (finished / "releases" / "published").iterdir()
    said = json.loads((release / "manifest.json").read_text())
    text = json.dumps(said)
    assert "run-" not in text
    assert "governance_runner" not in text


def test_no_file_is_open_to_strangers_outside_a_published_release(finished: Path) -> None:
    loose = [
        path
        for path in finished.rglob("*")
        if "published" not in path.parts
        and path.relative_to(finished).parts[0]
        not in {"truth", "project.toml", "journey-notes.toml", "README.txt", "releases"}
        and path.lstat().st_mode & 0o027
    ]
    assert not loose


@pytest.mark.slow
def test_a_demo_ends_with_every_table_of_the_example_and_a_log_that_verifies(tmp_path: Path) -> None:
    told = command("demo", tmp_path / "whole", "--people", PEOPLE, "--seed", SEED, "--direct").stderr
    assert "The log verifies" in told
    names = {name.partition("/")[2] for name in published(tmp_path / "whole")}
    said = json.loads(next((tmp_path / "whole" / "releases" / "published").glob("*/manifest.json")).read_text())
    assert {each["kind"] for each in said["tables"]} == {str(kind) for kind in TableKind}
    assert {"journey_map.csv", "hot_spots.csv", "differences.csv"} <= names
    assert {"report.html", "tables.xlsx", "csv-metadata.json"} <= names
