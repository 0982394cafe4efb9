"""A bundle that does not fit its manifest, or the project file as it is now, goes no further."""

import hashlib
import json
from pathlib import Path

import pytest
import rfc8785

from tests.support.project import command, published, staged_id


def manifest_says(folder: Path, **said: object) -> None:
    """Alter what the manifest says, and its seal so that this does not show."""
    path = folder / "manifest.json"
    altered = {**json.loads(path.read_text()), **said}
    del altered["seal"]
    seal = hashlib.sha256(rfc8785.dumps(altered)).hexdigest()
    path.write_text(json.dumps({**altered, "seal": seal}))


def edit(root: Path, old: str, new: str) -> None:
    path = root / "project.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("bundle", "stage"), [("tokens/housing", "link"), ("events/housing", "journeys"), ("spine/all", "journeys")]
)
def test_a_file_cut_short_is_refused_even_where_its_digest_was_made_to_fit(
    run_again: Path, bundle: str, stage: str
) -> None:
    folder = run_again / "exchange" / bundle
    (path,) = folder.glob("*.parquet")
    path.write_bytes(path.read_bytes()[:-9])
    manifest_says(folder, digest=hashlib.sha256(path.read_bytes()).hexdigest())
    done = command(stage, run_again / "project.toml", check=False)
    assert done.returncode == 22, done.stderr
    assert "not sound Parquet" in done.stderr


@pytest.mark.parametrize(
    ("bundle", "stage", "said"),
    [
        ("tokens/housing", "link", {"clients": 3}),
        ("tokens/housing", "link", {"population": 0}),
        ("tokens/housing", "link", {"completeness": {"dob": 1.5}}),
        ("tokens/housing", "link", {"agreement": {"sex": {"exact": -0.5, "different": 1.5}}}),
        ("tokens/housing", "link", {"withheld": {"c001": -1}}),
        ("events/housing", "journeys", {"columns": ["surname"]}),
        ("events/housing", "journeys", {"columns": ["event_id"]}),
    ],
)
def test_a_manifest_that_cannot_be_true_is_refused(
    run_again: Path, bundle: str, stage: str, said: dict[str, object]
) -> None:
    manifest_says(run_again / "exchange" / bundle, **said)
    done = command(stage, run_again / "project.toml", check=False)
    assert done.returncode == 22, done.stderr
    assert "Warning" not in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "stage"),
    [
        ('profile = "strict"', 'profile = "enclave"', "link"),
        ("unique_clients = false", "unique_clients = true", "link"),
        ('[["prison", "revenues"]]', '[["housing", "revenues"]]', "journeys"),
        ("least_probability = 0.95", "least_probability = 0.90", "journeys"),
        ('[["prison", "revenues"]]', '[["housing", "revenues"]]', "publish"),
        ('name = "hand_offs"', 'name = "passed_on"', "publish"),
        ("gap_days = 120", "gap_days = 10", "publish"),
    ],
)
def test_a_stage_refuses_what_was_made_under_other_settings(
    run_again: Path, old: str, new: str, stage: str
) -> None:
    before = published(run_again)
    edit(run_again, old, new)
    done = command(stage, run_again / "project.toml", check=False)
    assert done.returncode == 22, done.stderr
    assert published(run_again) == before


def test_a_refused_pair_added_after_staging_stops_the_approval(staged: Path) -> None:
    project = staged / "project.toml"
    release = staged_id(staged)
    edit(staged, '[["prison", "revenues"]]', '[["prison", "revenues"], ["prison", "housing"]]')
    done = command(
        "release",
        "approve",
        release,
        "--as",
        "output_checker",
        "--reviewed",
        "--project",
        project,
        check=False,
    )
    assert done.returncode == 31, done.stderr
    assert not published(staged)


@pytest.mark.parametrize(("stage", "own", "other"), [("encode", "linkage", "spine"), ("link", "spine", "linkage")])
def test_one_key_under_two_names_is_refused(run_again: Path, stage: str, own: str, other: str) -> None:
    keys = run_again / "keys"
    copied = json.loads((keys / f"example-{own}.key").read_text()) | {"name": f"example-{other}"}
    (keys / f"example-{other}.key").write_text(json.dumps(copied))
    done = command(
        stage, run_again / "project.toml", *(["--body", "housing"] if stage == "encode" else []), check=False
    )
    assert done.returncode == 15, done.stderr
    assert "never serves two purposes" in done.stderr
