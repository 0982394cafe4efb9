"""The pages of the report on quality: whole, self-contained, readable, and without a record or a small count."""

import json
import re

import polars as pl
import pytest

from flows.quality.contents import Report
from flows.quality.keep import summary
from flows.quality.page import render_match_rates, render_quality
from flows.quality.segments import match_rates
from flows.quality.showing import of_people
from flows.quality.words import LEVELS, of_hundred, pattern_words, percent, rare, signed
from flows.report.labels import labels
from linkage.levels import COMPARED
from linkage.rates import GROUPS
from tests.support.contents import project
from tests.support.page import Page
from tests.support.quality import ALONE, SHARED, bodies, quality


def report(*, truth: bool = True, periods: int = 1, **disclosure: object) -> Report:
    found = quality(project(disclosure=disclosure), truth=truth)
    kept = tuple(summary(found).model_copy(update={"period": f"2025-Q{n + 1}"}) for n in range(periods))
    return Report(current=found, periods=kept, periods_left_out=0)


def rates_page() -> str:
    groups = pl.DataFrame(
        [
            ("housing", "all", "", 2_105, 1_603),
            ("housing", "segment", "older", 1_000, 900),
            ("housing", "segment", "young_adult", 1_000, 620),
            ("housing", "segment", "", 100, 80),
            ("housing", "segment", "tiny", 5, 3),
            ("housing", "month", "2025-01", 2_105, 1_603),
        ],
        schema=GROUPS,
        orient="row",
    )
    return render_match_rates(match_rates(groups, project()), labels(project()))


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(render_quality(report()))


def words(page: Page) -> str:
    return " ".join(text for _, text in page.texts)


def test_the_first_lines_say_what_the_figures_come_to(page: Page) -> None:
    told = words(page)
    assert "3.3 of 100 links were found false" in told
    assert "0 of 100 true pairs were found missed" in told
    assert "Ids can be wrong" in told
    assert "Only 30 of 30 links could be judged so." in told
    assert "fewer than half of the rows hold" not in told
    assert told.index("In short") < told.index("Are the links right") < told.index("Choosing a threshold")


def test_without_an_id_the_report_says_that_it_does_not_know() -> None:
    told = words(Page(render_quality(report(truth=False))))
    assert "is not known: no shared id was held out" in told
    assert "nothing could be measured" in told
    assert "Measured against" not in told


def test_a_body_without_a_telling_field_is_named() -> None:
    found = report()
    bare = found.current.completeness["housing"] | {"dob": found.current.completeness["housing"]["uprn"]}
    changed = found.current.model_copy(update={"completeness": {**found.current.completeness, "housing": bare}})
    told = words(Page(render_quality(found.model_copy(update={"current": changed}))))
    assert "fewer than half of the rows hold date of birth" in told


def test_bodies_whose_true_pairs_are_missed_more_often_are_named() -> None:
    found = report()
    assert found.current.measured is not None
    (pair,) = found.current.measured.by_pair
    measured = found.current.measured.model_copy(
        update={"by_pair": (pair.model_copy(update={"differs": "less"}),)}
    )
    changed = found.current.model_copy(update={"measured": measured})
    told = words(Page(render_quality(found.model_copy(update={"current": changed}))))
    assert "by more than chance: Benefits and Housing department and its repairs contractor." in told
    assert "were found missed more often" not in words(Page(render_quality(found)))


def test_the_figures_counted_by_hand_stand_in_the_tables(page: Page) -> None:
    cells = [text for tag, text in page.texts if tag == "td"]
    assert f"{SHARED + ALONE}" in cells
    assert percent(SHARED / (SHARED + ALONE)) in cells
    assert percent((SHARED - 1) / SHARED) in cells


@pytest.mark.parametrize("source", [render_quality(report(periods=3)), rates_page()], ids=["links", "groups"])
def test_a_page_stands_alone_and_every_figure_and_table_is_described(source: str) -> None:
    page = Page(source)
    assert not page.path
    assert not re.search(r"https?://|<script|<link|@import|url\(", source)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for name in ("href", "aria-labelledby"):
        for _, attributes in page.elements:
            for target in attributes.get(name, "").split():
                assert target.removeprefix("#") in ids
    pictures = [each for each in page.all("svg") if each.get("aria-hidden") != "true"]
    assert pictures
    assert all(each["role"] == "img" and len(each["aria-labelledby"].split()) == 2 for each in pictures)
    assert (
        len(page.all("table")) == len(page.all("caption")) == source.count('class="scroll" role="region" tabindex')
    )


def test_every_figure_is_followed_by_a_table() -> None:
    for source in (render_quality(report(periods=2)), rates_page()):
        side_by_side = re.sub(r"</figure>\s*<figure>", "", source)
        pieces = side_by_side.split("</figure>")[1:]
        assert pieces
        assert all("<table>" in re.split("<h[23]", piece)[0] for piece in pieces)


@pytest.mark.parametrize("least", [10, 20, 31])
def test_no_count_below_the_least_number_of_people_is_on_the_page(least: int) -> None:
    page = Page(render_quality(report(least_people=least)))
    whole = [int(text.replace(",", "")) for tag, text in page.texts if tag in ("td", "text") and text.isdigit()]
    assert all(count >= least for count in whole)


def test_no_small_group_is_on_the_page_of_groups() -> None:
    page = Page(rates_page())
    cells = [text for tag, text in page.texts if tag == "td"]
    assert "900" in cells
    assert not {"5", "3", "100", "80"} & set(cells)


def test_no_record_and_no_token_is_in_page_or_file() -> None:
    found = report()
    held = {
        str(value)
        for body in bodies()
        for column in body.tokens.drop("row").get_columns()
        for value in column.drop_nulls().to_list()
    }
    assert len(held) > 300
    for text in (render_quality(found), found.model_dump_json()):
        assert not {each for each in held if re.search(rf"\b{each}\b", text)}


def test_the_same_figures_give_the_same_page() -> None:
    found = report()
    again = Report.model_validate_json(json.dumps(json.loads(found.model_dump_json())))
    assert again == found
    assert render_quality(again) == render_quality(found)


def test_patterns_are_told_in_words() -> None:
    assert pattern_words("first_name=exact last_name=exact|sound dob=different names=different") == (
        "Same: first name. Different: date of birth. Same or sounds alike: last name"
    )
    assert pattern_words("nhs_number=exact uprn=exact") == "Same: NHS number, UPRN"
    assert pattern_words("") == "Nothing is known"
    assert {level for held in COMPARED.values() for level in held} <= set(LEVELS)


def test_numbers_are_told_as_finely_as_they_matter() -> None:
    assert [percent(each) for each in (0, 0.5, 0.9987, 0.99999, 0.00001, 1)] == [
        "0%", "50.0%", "99.87%", "over 99.99%", "under 0.01%", "100%",
    ]  # fmt: skip
    assert [of_hundred(each) for each in (0, 0.00001, 0.0013, 0.034, 0.27)] == [
        "0",
        "fewer than 0.01",
        "0.13",
        "3.4",
        "27",
    ]
    assert [rare(each) for each in (0.05, 0.0000321)] == ["5.0%", "1 in 31,000"]
    assert [signed(each) for each in (4.25, -0.04, -3)] == ["+4.2", "+0.0", "\N{MINUS SIGN}3.0"]


def test_bodies_that_hold_no_id_are_said_to_be_unknown() -> None:
    found = report()
    assert found.current.measured is not None
    holding = {**found.current.measured.holding, "housing": of_people(0, 42, 10)}
    measured = found.current.measured.model_copy(update={"holding": holding})
    told = words(Page(render_quality(found.model_copy(update={"current": found.current.model_copy(
        update={"measured": measured}
    )}))))  # fmt: skip
    assert "where few or none hold it: Housing department and its repairs contractor." in told
