import base64
import csv
import hashlib
import json
import re
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest

from config.terms import TOTAL
from flows.release.files import release_files
from flows.report import render
from flows.report.tables import MOST_ROWS
from tests.support.contents import contents, dimension, measured, project, table, tables
from tests.support.page import Page
from tests.support.told import everything, with_derived

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def text_of(source: str) -> str:
    return " ".join(text for _, text in Page(source).texts)


def forms(number: float) -> set[str]:
    return {f"{number:,.{places}f}" for places in (0, 1, 2)} | {str(number)}


def numbers_in(data: object) -> set[str]:
    if isinstance(data, dict):
        return set().union(*(numbers_in(each) for each in (*data, *data.values())))
    if isinstance(data, list):
        return set().union(*(numbers_in(each) for each in data))
    if isinstance(data, str):
        return set(NUMBER.findall(data))
    return forms(data) if isinstance(data, int | float) else set()


def test_every_number_on_the_page_stands_in_a_published_file(monkeypatch) -> None:
    with_derived(monkeypatch)
    _, files = release_files(everything())
    manifest = json.loads(files["manifest.json"])
    known = numbers_in(manifest) | forms(len(manifest["bodies"])) | {str(MOST_ROWS)}
    # In heads: of 1,000 people, the 90th percentile, feelings from -2 to +2, severity from 0 to 1.
    known |= {"1,000", "90", "2", "0", "1"}
    for name, data in files.items():
        if name.endswith(".csv"):
            for row in csv.DictReader(data.decode().splitlines()):
                for column, cell in row.items():
                    known |= set(NUMBER.findall(cell.replace("_", " ")))
                    with suppress(ValueError):
                        known |= forms(abs(float(cell))) | (
                            forms(100 * float(cell)) if column == "coverage" else set()
                        )
    shown = [number for _, text in Page(files["report.html"].decode()).texts for number in NUMBER.findall(text)]
    assert len(shown) > 500
    assert {number for number in shown if number.rstrip(",") not in known} == set()


def test_each_row_on_the_page_is_a_row_of_its_file() -> None:
    _, files = release_files(contents())
    page = files["report.html"].decode()
    for made in (each for each in tables() if each.kind not in ("overlap", "conformance")):
        rows = list(csv.DictReader(files[f"{made.name}.csv"].decode().splitlines()))
        known = {(f"{int(row['people']):,}" if row["people"] else f"[{row['status']}]") for row in rows}
        part = page[page.index(f'id="table-{made.name}"') :]
        body = part[part.index("<tbody>") : part.index("</tbody>")]
        found = re.findall(r'<tr>(?:<th scope="row">[^<]*</th>)+<td class="n">([^<]*)</td>', body)
        assert len(found) == min(len(rows), MOST_ROWS)
        assert set(found) <= known


def test_the_page_needs_nothing_from_outside_and_runs_nothing() -> None:
    source = render(contents())
    page = Page(source)
    used = {tag for tag, _ in page.elements}
    assert not used & {
        "script",
        "img",
        "link",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "base",
        "font",
        "use",
    }
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name in {"src", "srcset", "style"}]
    links = [each["href"] for each in page.all("a")]
    files = release_files(contents())[1]
    assert all(link.startswith("#") or link in files for link in links)
    style = source[source.index("<style>") + 7 : source.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert "//" not in re.sub(r"\s", "", source.replace("<!DOCTYPE", ""))


def test_the_policy_allows_the_one_style_and_nothing_else() -> None:
    source = render(contents())
    style = source[source.index("<style>") + 7 : source.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = [each["content"] for each in Page(source).all("meta") if "http-equiv" in each]
    assert policy == [f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"]


def test_only_invented_people_are_called_invented() -> None:
    assert "Every person behind these figures is invented." in text_of(render(contents()))
    real = text_of(render(contents(project=project(project={"synthetic": False}))))
    assert "invented" not in real
    assert "ynthetic" not in real


def test_the_page_has_landmarks_a_skip_link_and_headings_in_order() -> None:
    page = Page(render(contents()))
    assert page.all("html")[0]["lang"] == "en-GB"
    assert [len(page.all(tag)) for tag in ("header", "main", "footer", "nav", "h1", "title")][:5] == [
        1,
        1,
        1,
        1,
        1,
    ]
    assert page.all("a")[0]["href"] == "#" + page.all("main")[0]["id"]
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_every_reference_finds_one() -> None:
    page = Page(render(contents()))
    ids = [each["id"] for _, each in page.elements if "id" in each]
    assert len(ids) == len(set(ids))
    named = [name for _, each in page.elements for name in each.get("aria-labelledby", "").split()]
    linked = [each["href"][1:] for each in page.all("a") if each["href"].startswith("#")]
    assert {*named, *linked} <= set(ids)


def test_every_table_has_a_caption_and_scoped_heads_and_every_figure_a_title_and_text() -> None:
    source = render(contents())
    page = Page(source)
    # One for each table, one for the quality of links, one for the two ways to tell avoidable contact.
    assert len(page.all("table")) == len(page.all("caption")) == len(tables()) + 2
    assert all(each.get("scope") in {"row", "col"} for each in page.all("th"))
    drawn = [each for each in page.all("svg") if each.get("role") == "img"]
    assert len(drawn) == len(page.all("desc")) == len(page.all("figcaption")) > 4
    # What is no figure of its own is a sample in a caption, or a ribbon inside a figure.
    assert all("aria-hidden" in each or "viewbox" in each for each in page.all("svg") if each not in drawn)
    for figure in re.findall(r"<figure>.*?</figure>\s*(<[^>]*>)\s*(<table>)", source, re.DOTALL):
        assert figure[0].startswith('<div class="scroll')


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colour(selector: str, setting: str) -> str:
    source = render(contents())
    found = re.search(re.escape(selector) + r" \{[^}]*\b" + setting + r": (#[0-9a-f]{6})", source)
    assert found, selector
    return found[1]


@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        (("body", "color"), ("body", "background"), 4.5),
        (("a", "color"), ("body", "background"), 4.5),
        (("a:visited", "color"), ("body", "background"), 4.5),
        ((".small, figcaption, .note", "color"), ("body", "background"), 4.5),
        ((".tiles .detail", "color"), (".tiles li", "background"), 4.5),
        ((".synthetic", "color"), (".synthetic", "background"), 4.5),
        ((".top", "color"), (".top", "background"), 4.5),
        ((".bar", "fill"), ("body", "background"), 3.0),
        ((".reach", "stroke"), ("body", "background"), 3.0),
        ((".reach", "stroke"), (".bar", "fill"), 3.0),
    ],
)
def test_colours_can_be_told_apart(front, back, least) -> None:
    assert contrast(colour(*front), colour(*back)) >= least


def test_a_withheld_bar_has_no_length_and_says_so() -> None:
    made = table(
        "one", "measures", "One", [dimension("measure", totalled=False)],
        [
            ("open", *measured(30, 30, 30.0, "%")), ("ping_pong", *measured(30, 30, 15.0, "%")),
            ("conformance", "%", "c"), ("multi_service", "%", "x"),
        ],
    )  # fmt: skip
    source = render(contents(tables=(made,)))
    drawing = source[source.index("<svg") : source.index("</svg>")]
    assert re.findall(r'<rect class="bar" x="0" y="\d+" width="([\d.]+)%"', drawing) == ["73.08", "36.54"]
    assert re.findall(r'<text class="number"[^>]*>([^<]*)</text>', drawing) == ["30%", "15%", "[c]", "[x]"]


def test_the_place_of_a_withheld_row_says_nothing_of_its_size() -> None:
    rows = [(f"s{nth:02}", *measured(100 + nth, 200, 1.0)) for nth in range(15)]
    hidden = [(f"s{nth:02}", "", "c") for nth in range(15, 40)]
    one = render(contents(tables=(table("one", "avoidable", "One", [dimension("reason")], [*rows, *hidden]),)))
    body = one[one.index("<tbody>") : one.index("</tbody>")]
    assert re.findall(r'<th scope="row">([^<]*)</th>', body) == [f"S{nth:02}" for nth in range(20)]


def test_a_long_table_shows_totals_and_its_largest_rows_and_points_to_the_file() -> None:
    rows = [(f"s{nth:02}", "repairs", *measured(1_000 + nth, 2_000, 1.0)) for nth in range(30)]
    total = ("s99", TOTAL, *measured(10, 20, 1.0))
    made = table("long", "avoidable", "Long", [dimension("reason"), dimension("service")], [*rows, total])
    source = render(contents(tables=(made,)))
    body = source[source.index("<tbody>") : source.index("</tbody>")]
    assert re.findall(r'<tr><th scope="row">([^<]*)</th>', body) == [*(f"S{nth}" for nth in range(11, 30)), "S99"]
    assert "By reason and service; 20 of the rows" in source
    assert "31 rows. Shown are totals first" in source
    assert '<a href="long.csv">' in source


def test_titles_and_words_cannot_become_markup() -> None:
    evil = "<script>alert(1)</script>\"&'<b onload=x>"
    settings = {
        "project": {"title": evil},
        "bodies": {name: body.model_dump() | {"title": evil} for name, body in project().bodies.items()},
        "words": {"service": {"repairs": evil, "housing_benefit": evil}},
    }
    made = table("one", "avoidable", evil, [dimension("service")], [
        ("repairs", *measured(20, 30, 1.0, evil)), (evil, *measured(20, 30, 1.0, evil)),
    ])  # fmt: skip
    base = contents(withheld={evil: 12})
    source = render(replace(base, project=project(**settings), tables=(made,)))
    assert "<script" not in source
    assert "<b " not in source
    assert source.count("&lt;script&gt;") > 5
    Page(source)


def test_a_table_without_rows_says_so() -> None:
    empty = table("one", "overlap", "One", [dimension("body"), dimension("other_body")], [])
    source = render(contents(tables=(empty,)))
    assert "No cell of this table could be formed." in source
    assert "0 rows." in source


def test_words_are_shown_with_the_labels_of_the_project_file() -> None:
    text = text_of(render(contents()))
    for label in (
        "Getting a repair done", "Young adult", "Prison and its resettlement team", "Asks what is happening",
        "Chasing progress", "Not assessed", "Start → Repair is diagnosed", "Left out", "Contacts per journey",
    ):  # fmt: skip
        assert label.lower() in text.lower()
    assert TOTAL not in text
    assert "chase_progress" not in text


def test_the_headlines_carry_denominator_range_and_coverage() -> None:
    source = render(contents())
    tiles = source[source.index('<ul class="tiles">') : source.index("</ul>", source.index('<ul class="tiles">'))]
    text = " ".join(text_of(f"<ul>{tiles[18:]}</ul>").split())
    assert (
        "Contacts per journey 3.42 of 12,045 journeys, 8,214 people Linkage range: 3.32 to 3.56 Coverage: 93%"
        in text
    )
    assert "Cells withheld 14.0% 16 of 114 cells" in text


def test_a_measure_that_cannot_be_told_is_no_headline_and_no_zero() -> None:
    dimensions = [dimension("measure", totalled=False), dimension("journey_type")]
    made = table("one", "measures", "One", dimensions, [
        ("time_to_service_median", TOTAL, 492, 706, None, "days", 0.7, None, None, ""),
        ("open", TOTAL, *measured(492, 706, 17.0, "% of journeys")),
    ])  # fmt: skip
    source = render(contents(tables=(made,)))
    tiles = source[source.index('<ul class="tiles">') : source.index("<dl>")]
    assert "Journeys still open" in tiles
    assert "Time to a service" not in tiles
    body = source[source.index("<tbody>") : source.index("</tbody>")]
    assert '<td class="n">706</td><td class="n">\N{EN DASH}</td>' in body


def test_a_value_with_a_long_unit_may_break_so_that_the_columns_behind_it_stay_on_the_page() -> None:
    dimensions = [dimension("measure", totalled=False), dimension("journey_type")]
    made = table("one", "measures", "One", dimensions, [
        ("contacts_web", TOTAL, *measured(492, 706, 23.5, "% of contacts with channel stated")),
        ("open", TOTAL, *measured(492, 706, 17.0, "% of journeys")),
    ])  # fmt: skip
    source = render(contents(tables=(made,)))
    assert '<td class="n long">23.5% of contacts with channel stated</td>' in source
    assert '<td class="n">706</td>' in source
    assert ".n.long { white-space: normal;" in source


def test_the_page_is_the_same_each_time() -> None:
    assert render(contents()) == render(contents())
