"""The scheduler's page: made of facts of the log, and of nothing else."""

from dataclasses import replace

import pytest

from config.errors import AuditError, StageError
from config.settings import Folders
from flows.artifacts import Page, arrivals, markdown
from flows.audit.facts import Extract, Facts, received, run_failed, validated
from flows.audit.release_facts import protected, staged

ROW = {"table": "journeys", "verdict": "review", "cells": 36, "withheld": 12, "held": 1, "found": 0}


def page(*facts: Facts, check: tuple[dict[str, int | str], ...] = (), verdict: str = "") -> Page:
    return Page(
        project="example",
        period="2025-11",
        run="run-0123456789ab",
        least_people=10,
        facts=facts,
        check=check,
        verdict=verdict,
        folders=Folders(log="book"),
    )


def housing(rows_in: int, quarantined: int) -> Facts:
    return received(
        body="housing",
        extract=Extract.PEOPLE,
        file="a" * 64,
        rows_in=rows_in,
        rows_out=rows_in - quarantined,
        quarantined={"date of birth": quarantined, "postcode": 0},
        least_people=10,
    )


def test_small_numbers_stand_on_the_page_as_in_the_log() -> None:
    gate = validated(body="housing", extract=Extract.PEOPLE, rules_passed=14, rules_failed=1)
    (row,) = arrivals(page(housing(9, 0), gate))
    assert (row["rows in"], row["rules passed"], row["rules failed"]) == ("<10", 14, 1)
    (row,) = arrivals(page(housing(127, 25), gate))
    assert (row["rows in"], row["rows out"]) == (120, 100)
    shown = markdown(page(housing(9, 0), gate))
    assert "| housing | people | &lt;10 |" in shown
    assert "`bodies/housing/docs/arrival.html`" in shown
    assert "`book/audit.jsonl`" in shown


def test_each_tables_suppression_and_the_verdict_are_shown() -> None:
    facts = [
        protected(
            input_digest="a" * 64, cells=36, withheld={"few_people": 7, "complementary": 5}, output="b" * 64
        ),
        staged(release="cceef7a0b9405848", tables="b" * 64, manifest="c" * 64, approvers=1),
    ]
    shown = markdown(page(*facts, check=(ROW,), verdict="review"))
    assert "## The check: REVIEW" in shown
    assert "| journeys | review | 36 | 12 | 1 | 0 |" in shown
    assert "## Withheld, of 36 cells" in shown
    assert "| few people | 7 |" in shown
    assert "**Release `cceef7a0b9405848` is staged.**" in shown


def test_a_run_that_failed_says_where_and_with_what() -> None:
    error = StageError("link", "ValueError", "zones/linkage.py:1")
    error.stage = "link"
    shown = markdown(page(run_failed(stage=error.stage, error=error)))
    assert "**It did not succeed**: stage `link` ended with `StageError`, exit code 50." in shown


@pytest.mark.parametrize(
    "change",
    [
        {"table": "Mary Smith"},
        {"verdict": "fine"},
        {"cells": -1},
        {"withheld": "7"},
        {"cells": True},
    ],
)
def test_what_the_log_could_not_say_is_refused(change: dict[str, int | str]) -> None:
    with pytest.raises(AuditError):
        page(check=({**ROW, **change},), verdict="review")
    with pytest.raises(AuditError):
        page(check=({**ROW, "note": "x"},), verdict="review")
    with pytest.raises(AuditError):
        replace(page(), project="Mary Smith")
