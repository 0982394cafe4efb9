import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import pytest

from config.errors import ExtractError
from flows.gates import Check, Verdict, arrival, arrival_page
from flows.gates.suite import weighed
from flows.ingest import Ingested, ingest
from tests.support.extracts import EVENT_HEADER, EVENTS, MARK, took, zone

BAD = f"{EVENTS}{MARK},{MARK},{MARK},{MARK},{MARK},{MARK}\n"


def held(root: Path, content: str, percent: float) -> tuple[Ingested, Verdict, str]:
    """What the gate and its page say of one event file."""
    loaded, _ = zone(root, {"events.csv": content}, most_quarantined_percent=percent)
    taken = took(root, {"events.csv": content}, most_quarantined_percent=percent)
    verdict = arrival(taken.receipts, loaded.project.bodies["housing"])
    return taken, verdict, arrival_page(loaded.project, "housing", taken.receipts, verdict)


def test_a_count_within_its_limit_passes_and_one_above_fails() -> None:
    verdict = weighed({"a": 0, "b": 3, "c": 4}, {"a": 0, "b": 3, "c": 3})
    assert verdict.checks == (Check("a", True, 0, 0), Check("b", True, 3, 3), Check("c", False, 4, 3))
    assert not verdict.passed


def test_a_verdict_without_checks_does_not_pass() -> None:
    assert not Verdict(()).passed


def test_the_limits_come_from_the_settings_of_the_body(tmp_path: Path) -> None:
    _, strict, _ = held(tmp_path / "1", BAD, 0.0)
    _, lenient, _ = held(tmp_path / "2", BAD, 50.0)
    failed = {check.name for check in strict.checks if not check.passed}
    assert failed == {
        "events, event_seq: not a whole number",
        "events, event_type: not a known word",
        "events, service: not a known word",
        "events, ts: not a time in the declared format",
        "events.csv, rows set aside",
    }
    assert lenient.passed
    assert {check.name for check in lenient.checks} == {check.name for check in strict.checks}


@pytest.mark.parametrize("percent", [0.0, 50.0])
def test_neither_verdict_nor_page_holds_a_value(percent: float, tmp_path: Path) -> None:
    _, verdict, page = held(tmp_path, BAD, percent)
    assert MARK not in repr(verdict)
    assert MARK not in page


class Outline(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def test_the_page_stands_alone_and_can_be_read_without_seeing_it(tmp_path: Path) -> None:
    _, _, page = held(tmp_path, BAD, 0.0)
    outline = Outline()
    outline.feed(page)
    assert not re.search(r"https?:|//|url\(|@import", page)
    assert not {"script", "link", "img", "iframe"} & set(outline.tags)
    assert ("lang", "en-GB") in outline.attributes
    assert outline.tags.count("title") == outline.tags.count("h1") == outline.tags.count("main") == 1
    assert outline.tags.count("caption") == outline.tags.count("table") >= 3
    scopes = [value for name, value in outline.attributes if name == "scope"]
    assert len(scopes) == outline.tags.count("th")


def test_names_in_the_page_are_escaped(tmp_path: Path) -> None:
    loaded, _ = zone(tmp_path, {}, title="<b>Housing & Co</b>")
    page = arrival_page(loaded.project, "housing", (), Verdict((Check("a<b", False, 1, 0),)))
    assert "<b>Housing" not in page
    assert "a&lt;b" in page


@contextmanager
def elsewhere(folder: Path) -> Iterator[None]:
    """The process at home in an empty folder."""
    here, before = Path.cwd(), {name: os.environ.get(name) for name in ("HOME", "TMPDIR")}
    os.chdir(folder)
    os.environ.update(HOME=str(folder), TMPDIR=str(folder))
    try:
        yield
    finally:
        os.chdir(here)
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({name: value} if value is not None else {})


def test_the_gate_writes_nothing_but_its_page_and_rows_set_aside(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    loaded, places = zone(tmp_path, {"events.csv": BAD})
    with elsewhere(empty):
        ingest(loaded, places, "housing")
    assert list(empty.rglob("*")) == []
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    digest = next((tmp_path / "bodies/housing/quarantine").iterdir()).name
    assert written == {
        "bodies/housing/people.csv",
        "bodies/housing/events.csv",
        "bodies/housing/docs/arrival.html",
        f"bodies/housing/quarantine/{digest}",
    }
    assert (tmp_path / "bodies/housing/docs/arrival.html").stat().st_mode & 0o777 == 0o640


def test_the_page_has_the_same_bytes_when_it_is_made_again(tmp_path: Path) -> None:
    loaded, places = zone(tmp_path, {})
    page = tmp_path / "bodies/housing/docs/arrival.html"
    ingest(loaded, places, "housing")
    first = page.read_bytes()
    ingest(loaded, places, "housing")
    assert page.read_bytes() == first


def test_an_empty_delivery_passes_and_says_so(tmp_path: Path) -> None:
    _, verdict, page = held(tmp_path, f"{EVENT_HEADER}\n", 0.0)
    assert verdict.passed
    assert "events.csv (a header without rows)" in page


def test_one_bad_file_among_many_good_rows_still_stops_the_run(tmp_path: Path) -> None:
    good = "".join(f"c1,g{n},1,2024-05-05T10:00:00,contact,repairs\n" for n in range(1_000))
    files = {"events_1.csv": f"{EVENT_HEADER}\n{good}", "events_2.csv": BAD}
    loaded, places = zone(tmp_path, files, most_quarantined_percent=5.0)
    with pytest.raises(ExtractError, match=r"events_2\.csv: more than 5 % of 2 rows"):
        ingest(loaded, places, "housing")


def test_the_gate_sends_nothing() -> None:
    weighed({"a": 0}, {"a": 0})
    assert not {"posthog", "segment", "analytics"} & set(sys.modules)
