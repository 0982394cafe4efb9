"""Every hostile extract of the corpus has its declared outcome."""

import traceback
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from config.errors import ExtractError
from flows.ingest import ingest
from tests.support.extracts import EVENTS, MARK, took, zone
from tests.support.hostile import FILES, ROWS, SMALL, Hostile


def said_by(action: Callable[[], object]) -> tuple[str, str]:
    """What an error says, alone and with everything that hangs on it."""
    try:
        action()
    except ExtractError as error:
        return str(error), "".join(traceback.format_exception(error))
    pytest.fail("was not refused")


@pytest.mark.parametrize("hostile", FILES, ids=lambda each: each.name)
def test_a_hostile_file_is_refused_without_showing_a_value(
    hostile: Hostile, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    said, everything = said_by(
        lambda: took(tmp_path, {hostile.file: hostile.content}, limits=SMALL, **hostile.settings)
    )
    assert hostile.outcome in said, said
    assert said.startswith(f"housing: {hostile.file}")
    assert MARK not in everything
    assert MARK not in "".join(capfd.readouterr())
    assert not (tmp_path / "bodies/housing/quarantine").exists()


@pytest.mark.parametrize("hostile", ROWS, ids=lambda each: each.name)
def test_a_hostile_row_is_set_aside_and_counted(hostile: Hostile, tmp_path: Path) -> None:
    taken = took(tmp_path, {hostile.file: hostile.content}, limits=SMALL, **hostile.settings)
    receipt = next(each for each in taken.receipts if each.file == hostile.file)
    rows = 2 if "under one id" in hostile.outcome else 1
    assert receipt.quarantined == {hostile.outcome: rows}
    assert receipt.rows_quarantined == rows
    assert receipt.rows_in == receipt.rows_out + rows
    (written,) = (tmp_path / "bodies/housing/quarantine").iterdir()
    assert written.stat().st_mode & 0o777 == 0o640
    assert pl.read_parquet(written)["#rules"].to_list() == [hostile.outcome] * rows


def test_the_corpus_is_large_and_names_each_file_once() -> None:
    assert len(FILES) + len(ROWS) >= 80
    assert len({each.name for each in FILES + ROWS}) == len(FILES) + len(ROWS)


def test_too_many_bad_rows_stop_the_run_and_name_file_rule_and_count(tmp_path: Path) -> None:
    rows = "".join(f"c1,e{n},1,{MARK},contact,{MARK}\n" for n in range(4))
    loaded, places = zone(tmp_path, {"events.csv": EVENTS + rows}, most_quarantined_percent=50.0)
    said, everything = said_by(lambda: ingest(loaded, places, "housing"))
    assert said.startswith("housing: events.csv: more than 50 % of 5 rows break a rule")
    assert "service: not a known word (4)" in said
    assert "ts: not a time in the declared format (4)" in said
    assert MARK not in everything
    (aside,) = (tmp_path / "bodies/housing/quarantine").iterdir()
    assert pl.read_parquet(aside)["service"].to_list() == [MARK] * 4
    page = (tmp_path / "bodies/housing/docs/arrival.html").read_text()
    assert "failed" in page
    assert MARK not in page
