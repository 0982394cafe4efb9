"""The checker's page: verdict first, whole, self-contained, and readable by those who use a screen reader."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from flows.check.contents import Check, CheckReason, CheckVerdict, Reason
from flows.check.grids import MOST_ROWS, cells
from flows.check.page import render_check
from flows.check.words import FINDINGS, RULES, VERDICTS, sentence
from flows.report.labels import labels
from tests.support.check import LARGE, STANDING, checked, failed, table
from tests.support.contents import project
from tests.support.page import Page

CHECKS = {"pass": lambda: checked([table(LARGE)]), "review": checked, "fail": lambda: failed()[3]}


def page(check: Check) -> str:
    return render_check(check, labels(project()))


def words(source: str) -> str:
    return " ".join(text for _, text in Page(source).texts)


@pytest.mark.parametrize("verdict", list(CheckVerdict))
def test_the_verdict_is_the_first_thing_said(verdict: CheckVerdict) -> None:
    told = words(page(CHECKS[verdict]()))
    assert told.index("May this release go out?") < told.index(VERDICTS[verdict]) < told.index("In short")


@pytest.mark.parametrize("verdict", list(CheckVerdict))
def test_a_page_stands_alone_and_every_table_is_described(verdict: CheckVerdict) -> None:
    source = page(CHECKS[verdict]())
    found = Page(source)
    assert not found.path
    assert not re.search(r"https?://|<script|<link|@import|url\(", source)
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for name in ("href", "aria-labelledby"):
        for _, attributes in found.elements:
            for target in attributes.get(name, "").split():
                assert target.removeprefix("#") in ids
    assert len(found.all("table")) == len(found.all("caption")) > 3
    assert len(found.all("details")) == len(found.all("summary")) == 1
    levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_what_calls_for_a_look_leads_to_its_table() -> None:
    source = page(checked())
    assert re.search(r'<li><a href="#table-journeys">[^<]+</a>: 75% of its withheld cells, more than 50%', source)
    assert "No table calls for a closer look." not in source
    assert "No table calls for a closer look." in page(checked([table(LARGE)]))


def test_a_withheld_cell_shows_its_rule_and_a_class_and_no_bound() -> None:
    row = re.search(r"<tr><th[^>]*>Housing repairs</th><th[^>]*>Young adult</th>.*?</tr>", page(checked()))
    assert row
    assert row[0].count("[c]") == 3
    assert "Few people" in row[0]
    assert "safe: possible values at least 5 apart" in row[0]


@pytest.mark.parametrize("reason", list(CheckReason))
def test_every_reason_has_its_sentence(reason: CheckReason) -> None:
    said = sentence(Reason(reason=reason, found=62.5, limit=50.0, names=("segment",)), checked())
    assert said.endswith((".", "?"))
    assert len(said) > 30


def test_every_rule_and_every_finding_of_ours_is_explained() -> None:
    from anonymise.disclosure.decide import DIFFERS_BY_FEW, ELSEWHERE, GIVES_BACK
    from anonymise.disclosure.findings import KINDS
    from anonymise.disclosure.rules import rules

    ours = {each.name for each in rules(project().disclosure)} | {DIFFERS_BY_FEW, ELSEWHERE, GIVES_BACK}
    assert ours <= set(RULES)
    assert set(KINDS) <= set(FINDINGS)


def test_a_long_table_shows_findings_and_withheld_cells_before_others() -> None:
    check = checked()
    (held,) = check.tables
    shown, hidden = held.rows[0], held.rows[-1]
    many = (*(shown for _ in range(2 * MOST_ROWS)), hidden)
    long = held.model_copy(update={"rows": many})
    grid = cells(long, check, labels(project()))
    assert len(grid.rows) == MOST_ROWS
    assert grid.rows[-1][1][0] == "[c]"
    told = page(check.model_copy(update={"tables": (long,)}))
    assert f"{MOST_ROWS + 1:,} more stand in" in told


def test_what_the_method_guarantees_is_said() -> None:
    said = checked(standing=replace(STANDING, statements=("Every number is rounded to 5.",)))
    assert "Every number is rounded to 5." in words(page(said))


def test_the_same_check_gives_the_same_page() -> None:
    check = checked()
    again = Check.model_validate_json(check.model_dump_json())
    assert again == check
    assert page(again) == page(check)
