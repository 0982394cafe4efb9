"""Every hostile extract of the corpus has its declared outcome."""

import traceback
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from config.errors import ExtractError
from flows.ingest import ingest
from tests.support.extracts import EVENTS, MARK, zone


def said_by(action: Callable[[], object]) -> tuple[str, str]:
    """What an error says, alone and with everything that hangs on it."""
    try:
        action()
    except ExtractError as error:
        return str(error), "".join(traceback.format_exception(error))
    pytest.fail("was not refused")


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
