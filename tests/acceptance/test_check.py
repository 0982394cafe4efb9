"""The checker's page of whole runs: there for a staged release, there for a failed one, asked for on approval."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from config.errors import DisclosureError
from config.load import load_project
from config.terms import Status
from flows.check.contents import Check, CheckReason, CheckVerdict
from flows.demo import invent_keys
from flows.layout import layout
from flows.measured import read_tables
from flows.pipeline import run_zone
from flows.zones import publication
from tests.support.check import careless
from tests.support.project import command, staged_id


def figures(value: object) -> Iterator[int | float]:
    """Every number of a JSON value."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from figures(each)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def forget_releases(root: Path) -> None:
    """As if nothing had ever been published: with its log, which would ask where the release has gone."""
    shutil.rmtree(root / "releases")
    shutil.rmtree(root / "log")
    for anchor in root.rglob("anchor.json"):
        anchor.unlink()
    invent_keys(root / "project.toml")


def the_check(root: Path) -> Path:
    (folder,) = (root / "releases" / "checks").iterdir()
    return folder


def test_a_published_release_has_the_check_it_was_signed_by(finished: Path) -> None:
    (release,) = (finished / "releases" / "published").iterdir()
    folder = the_check(finished)
    check = Check.model_validate_json((folder / "check.json").read_bytes())
    assert folder.name == check.release == release.name
    assert check.verdict in (CheckVerdict.PASS, CheckVerdict.REVIEW)
    said = json.loads((release / "manifest.json").read_text())
    assert check.tally.cells == said["disclosure"]["cells"]
    assert check.tally.withheld == said["disclosure"]["withheld"] > 0
    assert [each.name for each in check.tables] == [each["name"] for each in said["tables"]]
    assert not {"check.html", "check.json"} & {each.name for each in release.iterdir()}
    assert (finished / "analysis" / "check.html").read_bytes() == (folder / "check.html").read_bytes()


def test_the_page_shows_what_the_release_shows_and_no_withheld_number(finished: Path) -> None:
    loaded = load_project(finished / "project.toml")
    _, _, tables = read_tables(layout(loaded).analysis / "tables", loaded.project)
    folder = the_check(finished)
    check = Check.model_validate_json((folder / "check.json").read_bytes())
    (release,) = (finished / "releases" / "published").iterdir()
    hidden: set[int] = set()
    told: set[int] = set()
    for table, said in zip(tables, check.tables, strict=True):
        names = [each.name for each in table.dimensions]
        shown = pl.read_parquet(release / f"{table.name}.parquet", glob=False)
        places = {tuple(row[name] for name in names): row for row in shown.iter_rows(named=True)}
        assert {each.coordinates for each in said.rows} == set(places)
        for each in said.rows:
            row = places[each.coordinates]
            assert (each.people, each.count, each.value) == (row["people"], row["count"], row["value"])
            assert (each.status is Status.CONFIDENTIAL) is bool(each.reasons)
        true = table.cells.join(shown.select(*names, shown="status"), on=names)
        for column in ("people", "count"):
            hidden |= set(true.filter(pl.col("shown") == Status.CONFIDENTIAL)[column].to_list())
            told |= set(shown[column].drop_nulls().to_list())
        told |= {round(value) for value in shown["value"].drop_nulls().to_list()}
    tallies = json.loads((folder / "check.json").read_text())
    for each in tallies["tables"]:
        del each["rows"]
    # What may coincide with a withheld number by chance: numbers of cells, and numbers shown elsewhere.
    secret = {each for each in hidden - told - {int(number) for number in figures(tallies)} if each > 60}
    assert len(secret) > 5
    page = re.sub(
        r"<style>.*?</style>|<meta[^>]*>|<[^>]+>", " ", (folder / "check.html").read_text(), flags=re.DOTALL
    )
    numbers = {int(each.replace(",", "")) for each in re.findall(r"(?<![\w.,])\d[\d,]*(?![\w.%])", page)}
    assert not secret & numbers
    assert not secret & {int(each) for each in figures(json.loads((folder / "check.json").read_text()))}


def test_the_command_tells_verdict_reasons_and_page(finished: Path) -> None:
    folder = the_check(finished)
    project = finished / "project.toml"
    said = command("release", "check", folder.name[:6], "--project", project).stdout
    check = Check.model_validate_json((folder / "check.json").read_bytes())
    assert said.splitlines()[0] == f"release {folder.name}: {check.verdict.upper()}"
    assert all(re.search(rf"(?m)^{each.name}\s+{each.verdict.upper()}\s", said) for each in check.tables)
    assert sum(line.startswith("- ") for line in said.splitlines()) == sum(
        len(each.reasons) for each in check.tables
    )
    assert said.splitlines()[-1] == f"open {folder / 'check.html'}"
    assert command("release", "check", "last", "--project", project).stdout.splitlines()[0] == said.splitlines()[0]
    assert command("release", "check", "abc", "--project", project, check=False).returncode == 31


def test_a_release_whose_check_is_gone_is_not_approved_until_it_is_staged_again(run_again: Path) -> None:
    project = run_again / "project.toml"
    forget_releases(run_again)
    command("publish", project)
    release = staged_id(run_again)
    approve = ("release", "approve", release, "--as", "output_checker", "--reviewed", "--project", project)
    shutil.rmtree(the_check(run_again))
    refused = command(*approve, check=False)
    assert refused.returncode == 31
    assert "has no check for disclosure" in refused.stderr
    command("publish", project)
    assert "is published" in command(*approve).stdout


def test_an_attack_that_succeeds_leaves_a_check_that_says_fail_and_nothing_staged(
    run_again: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = run_again / "project.toml"
    forget_releases(run_again)
    monkeypatch.setattr(
        publication,
        "protected_tables",
        lambda context, tables, _, beside, __: careless(tables, context.project.disclosure, beside),
    )
    with pytest.raises(DisclosureError, match="the check says why"):
        run_zone(project, "publish", "governance_runner")
    assert not (run_again / "releases").exists() or not [*(run_again / "releases").rglob("*.csv")]
    assert not (run_again / "releases" / "checks").exists()
    check = Check.model_validate_json((run_again / "analysis" / "check.json").read_bytes())
    assert (check.verdict, check.release) == (CheckVerdict.FAIL, None)
    assert [each.reason for each in check.reasons] == [CheckReason.FINDING]
    assert not [row for each in check.tables for row in each.rows if row.people is not None]
    done = command("release", "check", "last", "--project", project, check=False)
    assert done.returncode == 30
    assert "FAIL" in done.stderr
    assert "the check for disclosure says fail" in done.stderr
