"""The desk's pages: nothing that the log says is left out, links lead somewhere, nothing is taken for markup."""

import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape

import pytest

from config.terms import Action
from flows.audit.show import shown
from flows.desk.contents import Verdict
from flows.desk.page import Part, Sheet, _pages
from flows.desk.site import desk_of, tell
from flows.desk.story import DECISIONS, ERASURES, KEYS, OTHERS, section_of
from flows.report.drawing import Grid
from tests.support.audit_story import held, whole_story, written
from tests.support.contents import project
from tests.support.desk import believed, evidence, one_of_each
from tests.support.page import Page

FILES = {KEYS: "keys.html", DECISIONS: "decisions.html", ERASURES: "decisions.html", OTHERS: "others.html"}
LOG, CHECKPOINTS = written(whole_story())


def whole(**changes: dict[str, object]) -> Mapping[str, str]:
    made = desk_of(evidence(LOG, held(CHECKPOINTS[-1]), named=project(**changes)))
    return {name: data.decode() for name, data in made.pages.items()}


@pytest.fixture(scope="module")
def each_action() -> tuple[list, Mapping[str, str]]:
    entries = one_of_each()
    made = tell(evidence(), believed(entries))
    return entries, {name: data.decode() for name, data in made.pages.items()}


@pytest.mark.parametrize("action", list(Action))
def test_no_action_is_left_out(action: Action, each_action: tuple[list, Mapping[str, str]]) -> None:
    entries, pages = each_action
    said = [entry for entry in entries if entry.action is action]
    assert said
    listed = "".join(text for name, text in pages.items() if name.startswith("entries"))
    for entry in said:
        row = re.search(rf'<tr>[^\n]*<span id="entry-{entry.seq}">.*?</tr>', listed)
        assert row is not None
        assert f">{action.value}</td>" in row[0]
        for name, value in entry.facts.values.items():
            assert escape(f"{name}: {shown(value, whole=True)}", quote=False) in row[0]
        section = pages[FILES.get(section_of(action), "run-1.html")]
        assert f'#entry-{entry.seq}">#{entry.seq}</a>' in section


def test_a_story_has_a_page_for_its_run_and_its_release() -> None:
    pages = whole()
    assert next(iter(pages)) == "index.html"
    assert {"run-1.html", "release-1.html", "keys.html", "linkage.html", "check.html"} <= set(pages)
    assert "ann" in pages["run-1.html"]
    assert "few people 9" in pages["releases.html"]
    assert "checked" in pages["decisions.html"]


def test_the_same_evidence_gives_the_same_bytes() -> None:
    assert whole() == whole()


def test_every_link_leads_to_a_page_and_a_place_that_are_there() -> None:
    pages = whole()
    ids = {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in pages.items()}
    for name, text in pages.items():
        assert len(re.findall(r'\bid="([^"]+)"', text)) == len(ids[name]), "an id stands twice"
        for target in re.findall(r'href="([^"]*)"', text):
            file, _, place = target.partition("#")
            assert (file or name) in pages
            assert not place or place in ids[file or name]


def test_a_page_has_the_strictest_policy_and_asks_for_nothing() -> None:
    for text in whole().values():
        page = Page(text)
        policy = next(each["content"] for each in page.all("meta") if "http-equiv" in each)
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert not [each for tag, each in page.elements if "src" in each or "style" in each or tag == "script"]
        assert "http:" not in text
        assert "https:" not in text


def test_names_of_the_project_file_are_text_and_never_markup() -> None:
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"
    for text in whole(project={"title": hostile}).values():
        assert "<script" not in text
        assert "<img" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert "{{ 7*7 }}" in text


def test_an_anchor_that_is_missing_is_not_passed_over() -> None:
    made = desk_of(evidence(LOG, held(CHECKPOINTS[-1])))
    assert made.verdict is Verdict.REVIEW
    first = made.pages["index.html"].decode()
    assert "Anchor of prison" in first
    assert "not checked" in first
    assert "Not checked: Anchor of" in made.sentence


def test_a_log_without_its_keys_is_no_proof() -> None:
    made = desk_of(evidence(b"", {}))
    assert made.verdict is Verdict.FAIL
    assert "there is no log" in made.sentence.lower()


def test_what_is_not_proven_is_marked_and_counted_nowhere() -> None:
    lines = LOG.splitlines(keepends=True)
    changed = b"".join([*lines[:8], lines[8].replace(b'"rows":1000', b'"rows":1010'), *lines[9:]])
    anchors = {"housing": CHECKPOINTS[4].to_bytes(with_entry=False)}
    made = desk_of(evidence(changed, {**held(CHECKPOINTS[-1]), **anchors}))
    pages = {name: data.decode() for name, data in made.pages.items()}
    assert "First bad entry: number 10" in made.sentence
    assert pages["entries.html"].count("NOT VERIFIED") == 4
    assert 'id="entry-9"' in pages["entries.html"]
    assert 'id="entry-10"' not in pages["entries.html"]
    assert "release-1.html" not in pages
    assert all("DOES NOT VERIFY" in text for text in pages.values())
    assert pages["run-1.html"].count("NOT VERIFIED") == 0


def test_a_long_list_goes_on_on_further_pages() -> None:
    entries = [each for each in one_of_each() for _ in range(20)][:620]
    entries = [replace(each, seq=nth) for nth, each in enumerate(entries, 1)]
    pages = {name: data.decode() for name, data in tell(evidence(), believed(entries)).pages.items()}
    numbers = [int(each) for name in pages if name.startswith("entries") for each in
               re.findall(r'<span id="entry-(\d+)">', pages[name])]  # fmt: skip
    assert numbers == list(range(1, len(entries) + 1))
    assert 'href="entries-2.html" rel="next"' in pages["entries.html"]
    assert 'href="entries.html" rel="prev"' in pages["entries-2.html"]
    assert 'href="entries-2.html#entry-251"' in "".join(pages.values())


def test_a_part_without_rows_on_a_page_is_not_repeated() -> None:
    rows = tuple(((str(nth),), (), ()) for nth in range(251))
    long, short = Grid("a", "A", "A", ("n",), (), rows), Grid("b", "B", "B", ("n",), (), rows[:1])
    first, second = _pages(
        Sheet("list", "List", (Part("x", "X", grid=long, note="n"), Part("y", "Y", grid=short)))
    )
    assert [part.id for part in first.parts] == ["x", "y"]
    assert [(part.id, part.note, len(part.grid.rows)) for part in second.parts if part.grid] == [("x", "", 1)]
