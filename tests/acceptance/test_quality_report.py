"""The report on quality of a whole run: there, told again by a command, and without a record in it."""

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from flows.quality.contents import MatchRates, Report
from tests.support.project import command

PAGES = ("linkage/quality.html", "linkage/quality.json", "analysis/quality.html", "analysis/quality.json")


def told(root: Path) -> dict[str, str]:
    return {name: (root / name).read_text(encoding="utf-8") for name in PAGES}


def ids(root: Path) -> set[str]:
    """Record ids, person ids and tokens of a project, and the clients' references that are no plain numbers."""
    found: set[str] = set()
    for path in [*root.glob("exchange/*/*/*.parquet"), *root.glob("bodies/*/map.parquet")]:
        frame = pl.read_parquet(path, glob=False)
        columns = [each for each in frame.columns if re.search(r"_id|_ref|\+|^truth$", each)]
        for name in columns:
            found |= set(frame[name].drop_nulls().cast(pl.String).to_list())
    return {each for each in found if len(each) >= 6}


def test_a_run_ends_with_a_report_that_holds_no_record(finished: Path) -> None:
    pages, held = told(finished), ids(finished)
    assert len(held) > 10_000
    for name, text in pages.items():
        assert not set(re.findall(r"[0-9A-Za-z-]{6,}", text)) & held, name
    report = Report.model_validate_json(pages["linkage/quality.json"])
    assert report.current.measured is None
    assert len(report.periods) == 1
    assert {each.by for each in MatchRates.model_validate_json(pages["analysis/quality.json"]).groups} == {
        "segment", "month",
    }  # fmt: skip


def test_the_command_writes_the_same_pages_again_from_what_was_kept(run_again: Path) -> None:
    before = told(run_again)
    for name in PAGES:
        (run_again / name).unlink()
    shutil.rmtree(run_again / "exchange")
    shutil.rmtree(run_again / "bodies")
    said = command("quality", run_again / "project.toml").stdout
    assert told(run_again) == before
    assert said.splitlines() == [str(run_again / name) for name in PAGES if name.endswith("html")]


def test_the_linkage_unit_alone_writes_its_part(run_again: Path) -> None:
    shutil.rmtree(run_again / "analysis")
    command("quality", run_again / "project.toml")
    assert not (run_again / "analysis").exists()


def test_a_raised_limit_asks_for_a_new_linkage(run_again: Path) -> None:
    project = run_again / "project.toml"
    project.write_text(re.sub(r"(?m)^least_people = \d+", "least_people = 500", project.read_text()))
    refused = command("quality", project, check=False)
    assert refused.returncode == 22
    assert "link again" in refused.stderr


@pytest.mark.slow
def test_links_are_measured_by_an_id_that_was_held_out(fresh: Path) -> None:
    project = fresh / "project.toml"
    text = project.read_text()
    project.write_text(re.sub(r"(?m)^(most_pairs_per_token = .*)$", r'\1\ntruth = "nhs_number"', text))
    command("run", project, "--direct")
    sent = json.loads((fresh / "exchange" / "tokens" / "nhs_trust" / "manifest.json").read_text())
    assert sent["truth"] == "nhs_number"
    assert not any("nhs_number" in name for name in sent["composites"])
    pages, held = told(fresh), ids(fresh)
    measured = Report.model_validate_json(pages["linkage/quality.json"]).current.measured
    assert measured is not None
    used = next(each for each in measured.stages if (each.threshold, each.stage) == ("least_probability", "after"))
    assert used.precision.share is not None
    assert used.precision.share > 0.9
    assert not set(re.findall(r"[0-9A-Za-z-]{6,}", pages["linkage/quality.html"])) & held
