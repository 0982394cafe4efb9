"""The figures and tables of the report that are more than one table as it stands."""

import csv
import re
from dataclasses import replace

import polars as pl
import pytest

from config.derived import CONTRACTS, Derived
from config.terms import TOTAL
from flows.release.facts import facts
from flows.release.files import release_files
from flows.release.tidy import tidy
from flows.report import render_page
from flows.report.alluvial import MOST_BODIES, TALL, Flow, alluvial, hand_off_flows, route_flows
from flows.report.figures import signed
from flows.report.labels import labels
from flows.report.lists import changes, hot_spots
from flows.report.matrix import brief
from flows.report.sections import _path
from tests.support.contents import dimension, measured, project, table
from tests.support.page import Page
from tests.support.told import (
    NOTES,
    conformance,
    derived,
    everything,
    evidence,
    in_flight,
    routes,
    steps,
    with_derived,
)

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def page(*made, frames=None, notes=None, settings=None) -> str:
    contents = everything(**({"tables": made} if made else {}), **({"project": settings} if settings else {}))
    rows = {each.name: tidy(each, least_people=10) for each in contents.tables}
    frames = {} if frames is None else frames
    return render_page(facts(contents, rows, frames), rows, contents.project, frames, notes=notes)


def section(source: str, name: str) -> str:
    start = source.index(f'<section aria-labelledby="{name}"')
    return source[start : source.index("</section>", start)]


def words(part: str) -> str:
    return " ".join(text for _, text in Page(part).texts)


def rows_of(part: str, table_id: str) -> list[list[str]]:
    start = part.index(f'id="caption-{table_id}"')
    body = part[part.index("<tbody>", start) : part.index("</tbody>", start)]
    return [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", body)]


def texts_of(part: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", part)


def test_each_section_shows_no_number_that_its_own_files_do_not_hold(monkeypatch) -> None:
    with_derived(monkeypatch)
    files = release_files(everything())[1]
    source = files["report.html"].decode()
    sources = {
        "journey-map": ("journey_map", "hot_spots"), "priorities": ("priorities",), "hot-spots": ("hot_spots",),
        "in-flight": ("in_flight",), "routes": ("routes",), "hand-offs": ("hand_offs",), "evidence": ("evidence",),
        "overlap": ("overlap",), "avoidable": ("avoidable", "measures"), "conformance": ("conformance",),
        "differences": ("differences",), "changes": ("changes",), "measures": ("measures",),
    }  # fmt: skip
    for name, told in sources.items():
        known: set[str] = set()
        for each in told:
            for row in csv.DictReader(files[f"{each}.csv"].decode().splitlines()):
                for cell in row.values():
                    known |= set(NUMBER.findall(cell.replace("_", " ")))
                    if re.fullmatch(r"-?\d+(\.\d+)?", cell):
                        number = abs(float(cell))
                        known |= {f"{part:,.{places}f}" for part in (number, 100 * number) for places in (0, 1, 2)}
        part = section(source, name)
        shown = texts_of(part) + re.findall(r"<td[^>]*>([^<]*)</td>", part)
        found = {number for text in shown for number in NUMBER.findall(text.replace("Of 1,000 people", ""))}
        assert found, name
        # A place in the ideal path stands in the project file.
        path = {str(nth) for nth in range(1, 6)} if name == "conformance" else set()
        assert found - known - path == set(), name


def test_the_map_shows_each_step_in_order_with_waits_and_feelings() -> None:
    part = section(page(frames=derived()), "journey-map")
    rows = rows_of(part, "map-repair")
    assert [row[0] for row in rows][:2] == ["Reports a repair", "Repair is diagnosed"]
    assert rows[1] == [
        "Repair is diagnosed", "3,798", "881.2", "7", "20", "+0.37", "18.4%", "5.1%", "17.5%", "3.2%", "5.35",
        "\N{EN DASH}", "No",
    ]  # fmt: skip


def test_a_number_that_the_map_lacks_says_why_and_is_never_zero() -> None:
    part = section(page(frames=derived()), "journey-map")
    rows = {row[0]: row for row in rows_of(part, "map-repair")}
    assert rows["Contractor visits"][1:3] == ["[c]", "[c]"]
    assert rows["Order goes to the contractor"][5] == "[c]"
    assert rows["Reports a repair"][5] == "[x]"
    assert rows["Contractor visits"][4] == "\N{EN DASH}"
    assert not any(cell in ("0", "0.0", "0%") for row in rows.values() for cell in row)


def test_a_withheld_number_is_drawn_at_one_width_and_without_a_bar() -> None:
    part = section(page(frames=derived()), "journey-map")
    boxes = re.findall(r'<rect class="withheld" x="[\d.]+%" y="[\d.]+" width="([\d.]+)%"', part)
    assert boxes == ["7.0", "7.0"]
    assert texts_of(part).count("[c]") == 2


def test_the_template_has_room_for_notes_which_are_escaped_and_said_to_be_qualitative() -> None:
    part = section(page(frames=derived(), notes=NOTES), "journey-map")
    rows = {row[0]: row for row in rows_of(part, "template-repair")}
    assert rows["Repair is diagnosed"][-1].startswith(
        "People do not know whether anybody will come. &lt;b&gt;Send"
    )
    assert rows["Arrives home"][1:] == ["Not known", "Nothing published", "Not ranked", "Not in the data."]
    assert rows["Reports a repair"][-1] == "No note"
    assert "Notes (qualitative)" in part
    assert "nothing in them was measured" in part
    without = section(page(frames=derived()), "journey-map")
    assert "qualitative" not in without
    assert "<b>" not in part


def test_the_template_names_the_tests_that_a_hot_spot_meets_and_its_priority() -> None:
    rows = {row[0]: row for row in rows_of(section(page(frames=derived()), "journey-map"), "template-repair")}
    assert rows["Order goes to the contractor"][1] == "Hot spot: long wait, avoidable contact (2 of 4 tests)"
    assert rows["Order goes to the contractor"][3] == "Priority 2: put right long wait, avoidable contact"
    assert rows["Repair is diagnosed"][1] == "No hot spot"


def test_a_step_of_which_nothing_is_known_is_not_called_cold_and_not_drawn() -> None:
    frames = derived()
    blank = {name: None for name in frames["journey_map"].columns[2:]}
    more = frames["journey_map"].clear().vstack(
        pl.DataFrame([{"journey_type": "repair", "step": "s9", **blank, "hot": False, "status": "c"}],
                     schema=frames["journey_map"].schema)
    )  # fmt: skip
    part = section(page(frames={**frames, "journey_map": frames["journey_map"].vstack(more)}), "journey-map")
    assert "S9" not in texts_of(part)
    assert rows_of(part, "map-repair")[-1][-1] == "Not known"
    assert rows_of(part, "template-repair")[-1][:2] == ["S9", "Not known"]


def test_sections_of_what_is_not_there_do_not_stand() -> None:
    source = page(routes())
    for name in ("journey-map", "priorities", "hot-spots", "differences", "changes", "in-flight", "steps"):
        assert f'aria-labelledby="{name}"' not in source
        assert f'href="#{name}"' not in source


def test_a_withheld_flow_is_a_dashed_line_whatever_stands_beside_it() -> None:
    flows = [Flow(("a", "b"), 900), Flow(("a", "c"), None), Flow(("b", "c"), 12)]
    for size in (12, 500):
        drawn = alluvial([*flows[:2], Flow(("b", "c"), size)], "T", "Journeys", {}, labels(project()))
        assert drawn is not None
        dashed = [each for each in drawn.ribbons if each.look == "dashed"]
        assert len(dashed) == 1
        assert dashed[0].left[0] == dashed[0].left[1]
        assert drawn.key == (("withheld", "withheld"),)


def test_ribbons_are_as_thick_as_numbers_are_large_and_meet_bars_of_the_same_height() -> None:
    drawn = alluvial([Flow(("a", "b"), 30), Flow(("a", "c"), 10)], "T", "Journeys", {}, labels(project()))
    assert drawn is not None
    assert [round(each.left[1] - each.left[0], 1) for each in drawn.ribbons] == [TALL * 0.75, TALL * 0.25]
    assert [each.height for each in drawn.boxes] == [TALL, TALL * 0.75, TALL * 0.25]


def test_many_bodies_are_drawn_as_few_and_others() -> None:
    flows = [Flow((f"b{nth}", f"b{nth + 1}"), 100 - nth) for nth in range(9)]
    drawn = alluvial(flows, "T", "Journeys", {}, labels(project()))
    assert drawn is not None
    names = [each.text for each in drawn.texts]
    assert "Other bodies" in names
    assert len({name for name in names if name != "Other bodies"}) == MOST_BODIES


def test_nothing_flows_where_nothing_is_published() -> None:
    assert alluvial([Flow(("a", "b"), None)], "T", "Journeys", {}, labels(project())) is None
    assert alluvial([], "T", "Journeys", {}, labels(project())) is None


def test_flows_leave_out_totals_sets_and_what_is_not_available() -> None:
    rows = tidy(routes(), least_people=10)
    flows = route_flows(rows, ["route"])
    assert Flow(("housing", "benefits", "…"), 618) in flows
    assert Flow(("prison", "housing"), None) in flows
    assert not any("{" in body or body in (TOTAL, "__other__") for each in flows for body in each.path)
    between = [dimension("from_body"), dimension("to_body")]
    made = table(
        "h",
        "hand_offs",
        "H",
        between,
        [("a", "b", *measured(20, 30, 1.0)), ("a", "c", "", "x"), ("b", "c", "", "c")],
    )
    assert hand_off_flows(tidy(made, least_people=10), ["from_body", "to_body"]) == [
        Flow(("a", "b"), 30), Flow(("b", "c"), None)
    ]  # fmt: skip


def test_steps_are_shown_in_the_map_where_there_is_one_and_else_as_a_table() -> None:
    with_map = section(page(frames=derived()), "steps")
    assert "The journey map shows these numbers" in with_map
    assert "<table>" not in with_map
    assert 'href="steps.csv"' in with_map
    assert len(rows_of(section(page(), "steps"), "steps")) == 20


def test_routes_are_told_in_words() -> None:
    part = section(page(routes()), "routes")
    said = [row[0] for row in rows_of(part, "routes")]
    assert "Benefits → Revenues" in said
    assert "Prison and its resettlement team → Housing department and its repairs contractor → …" in said
    assert "Benefits and Revenues, in any order" in said
    assert "Benefits, Housing department and its repairs contractor and others, in any order" in said
    assert "Other routes" in said


def test_current_stands_beside_ideal_in_the_order_of_the_ideal_path() -> None:
    part = section(page(conformance()), "conformance")
    rows = rows_of(part, "ideal-conformance-repair")
    assert [row[:2] for row in rows] == [
        ["1", "Reports a repair"], ["2", "Repair is diagnosed"], ["3", "Order goes to the contractor"],
        ["4", "Contractor visits"], ["5", "Case is closed"], ["Not in it", "Asks what is happening"],
    ]  # fmt: skip
    assert rows[1][2:] == ["1,730", "[c]", "63", "none"]
    assert rows[5][2:] == ["[z]", "[z]", "[z]", "1,204"]


def test_steps_outside_the_ideal_of_which_nothing_is_published_stand_in_the_file_alone() -> None:
    made = conformance()
    hidden = [("repair", "s9", "inserted", None, None, None, "steps per person", None, None, None, "c")]
    more = made.published.vstack(pl.DataFrame(hidden, schema=made.published.schema, orient="row"))
    part = section(page(replace(made, published=more)), "conformance")
    assert [row[1] for row in rows_of(part, "ideal-conformance-repair")][-1] == "Asks what is happening"
    assert "further steps stand in the file" in part


def test_a_step_of_the_ideal_path_that_nobody_took_stands_all_the_same() -> None:
    made = conformance()
    without = made.published.filter(pl.col("step") != "diagnose")
    part = section(page(replace(made, published=without)), "conformance")
    assert ["2", "Repair is diagnosed", "none", "none", "none", "none"] in rows_of(
        part, "ideal-conformance-repair"
    )


def test_evidence_is_a_matrix_of_who_asked_first_and_who_asked_again() -> None:
    part = section(page(evidence()), "evidence")
    rows = {row[0]: row[1:] for row in rows_of(part, "matrix-evidence")}
    assert rows["B Benefits"] == ["402", "388", "[c]"]
    assert rows["C Revenues"] == ["none", "177", "none"]
    squares = re.findall(
        r'<rect class="(one|withheld)" x="[\d.]+%" y="[\d.]+" width="([\d.]+)" height="([\d.]+)"', part
    )
    assert ("one", "26.0", "26.0") in squares
    assert [width for look, width, _ in squares if look == "withheld"] == ["16.0"]


def test_overlap_is_the_same_both_ways_and_pairs_without_a_gateway_are_not_applicable() -> None:
    rows = {row[0]: row[1:] for row in rows_of(section(page(), "overlap"), "matrix-overlap")}
    assert rows["B Benefits"] == ["34%", "[z]", "[c]", "21%"]
    assert rows["C Prison and its resettlement team"] == ["1%", "[c]", "[z]", "[z]"]
    assert rows["D Revenues"][0] == "25%"


def test_open_journeys_are_told_by_stage_and_age_youngest_first() -> None:
    part = section(page(in_flight()), "in-flight")
    start = part.index('id="caption-crossed-in_flight"')
    heads = re.findall(r"<th[^>]*>([^<]*)</th>", part[start : part.index("</thead>", start)])
    assert heads == [
        "Last step reached", "0 to 6 days", "7 to 13 days", "14 to 27 days", "28 to 55 days", "56 to 90 days",
        "91 days or more", "All",
    ]  # fmt: skip
    assert rows_of(part, "crossed-in_flight")[0] == [
        "Reports a repair",
        "160",
        "143",
        "126",
        "109",
        "92",
        "[c]",
        "450",
    ]


@pytest.mark.parametrize(
    ("label", "short"), [("0 to 6 days", "0\N{EN DASH}6"), ("91 days or more", "91+"), ("Other", "Other")]
)
def test_heads_of_narrow_columns_are_short(label, short) -> None:
    assert brief(label) == short


def test_assessed_and_inferred_avoidable_contact_stand_apart() -> None:
    part = section(page(), "avoidable")
    rows = rows_of(part, "avoidable-two-ways")
    assert [row[:3] for row in rows] == [
        ["Avoidable contact, as coded by staff", "31.4%", "9,310 contacts assessed"],
        ["Avoidable contact, inferred from repeats", "22.9%", "41,193 contacts"],
    ]
    assert "never mixed" in part


def test_two_tables_of_measures_give_each_headline_once() -> None:
    made = {each.name: each for each in everything().tables}
    twice = page(made["measures"], replace(made["measures"], name="again"), made["avoidable"])
    labels_of = re.findall(r'<p class="label">([^<]*)</p>', twice)
    assert len(labels_of) == len(set(labels_of)) > 5
    assert len(rows_of(section(twice, "avoidable"), "avoidable-two-ways")) == 2


def test_avoidable_not_avoidable_and_not_assessed_have_looks_of_their_own() -> None:
    part = section(page(), "avoidable")
    looks = re.findall(r'<rect class="(\w+)" x="0" y="\d+" width="[\d.]+%"', part)
    assert looks == ["four", "two", "bar", "bar", "bar"]
    assert "not assessed" in part[part.index("<figcaption>") : part.index("</figcaption>")]


def test_priorities_stand_highest_first_and_withheld_ones_have_no_bar() -> None:
    part = section(page(steps(), frames=derived()), "priorities")
    rows = rows_of(part, "list-priorities")
    numbers = [float(row[-1].replace(",", "")) for row in rows if row[-1][0].isdigit()]
    assert numbers == sorted(numbers, reverse=True)
    assert rows[-1] == ["Getting a repair done", "Contractor visits", "[c]", "[c]", "0", "7.35", "[c]"]
    assert len(re.findall(r'<rect class="one"', part)) == 2


def test_a_table_of_many_columns_is_set_closer_so_that_its_last_column_stays_on_the_page() -> None:
    source = page(frames=derived())
    assert '<div class="scroll many"' in section(source, "differences")
    assert '<div class="scroll many"' not in section(source, "priorities")


def test_differences_larger_than_chance_come_first_and_unknown_ones_say_so() -> None:
    rows = rows_of(section(page(frames=derived()), "differences"), "list-differences")
    assert rows[0] == [
        "Getting a repair done", "Contacts per journey", "Young adult", "611", "3.9", "3.2", "+0.7",
        "+0.31 to +1.09", "16", "Yes",
    ]  # fmt: skip
    assert rows[2][-3:] == ["\N{EN DASH}", "16", "Not known"]
    assert [row[6] for row in rows[1:]] == ["\N{MINUS SIGN}0.9 points", "+2"]


def test_changes_name_what_alone_could_explain_them_unexplained_ones_first() -> None:
    rows = rows_of(section(page(frames=derived()), "changes"), "list-changes")
    assert [row[-1] for row in rows] == [
        "Neither suppression nor linkage explains it", "Not known: it has no linkage range",
        "Linkage alone could explain it", "Suppression alone could explain it",
    ]  # fmt: skip
    assert rows[3][3:6] == ["201", "not shown", "\N{EN DASH}"]
    assert "(0123456789abcdef)" in section(page(frames=derived()), "changes")


def test_a_table_that_cannot_be_compared_is_told_as_a_whole() -> None:
    frame = pl.DataFrame(
        [("routes", "", "table", None, 12.0, None, None, "other_table")],
        schema=CONTRACTS[Derived.CHANGES].columns,
        orient="row",
    )
    (row,) = changes(frame, labels(project()), {"routes": "Routes"}).grid.rows
    assert row[0] == ("Routes", "The whole table", "Rows")
    assert row[1] == ("not shown", "12", "\N{EN DASH}")
    assert row[2] == ("The table stands in one release alone, or has other dimensions or groups",)


def test_hot_spots_stand_by_rank() -> None:
    grid = hot_spots(derived()["hot_spots"], labels(project())).grid
    assert [row[1][0] for row in grid.rows][:3] == ["1", "2", "\N{EN DASH}"]
    assert grid.rows[0][0][1] == "Asks what is happening"


@pytest.mark.parametrize(
    ("number", "text"), [(0.4, "+0.4"), (-1.35, "\N{MINUS SIGN}1.35"), (0.0, "0"), (-0.001, "0")]
)
def test_signs_stand_before_what_may_be_negative(number, text) -> None:
    assert signed(number) == text


def test_titles_and_words_of_every_section_cannot_become_markup() -> None:
    evil = "<script>alert(1)</script>\"&'<b onload=x>"
    settings = project(
        bodies={name: body.model_dump() | {"title": evil} for name, body in project().bodies.items()},
        words={"step": dict.fromkeys(project().words.step, evil), "segment": {"older": evil, "young_adult": evil}},
    )
    source = page(frames=derived(), notes={"repair": {"diagnose": evil, evil: evil}}, settings=settings)
    assert "<script" not in source
    assert "<b " not in source
    Page(source)


def test_a_report_of_forty_tables_stays_below_two_megabytes() -> None:
    made = everything().tables
    many = [replace(each, name=f"{each.name}_{nth}") for nth in range(4) for each in made][:40]
    source = page(*many, frames=derived())
    assert len(many) == 40
    assert len(source.encode()) < 2_000_000
    ids = re.findall(r' id="([^"]+)"', source)
    assert len(ids) == len(set(ids))


def test_the_page_is_the_same_each_time() -> None:
    assert page(frames=derived(), notes=NOTES) == page(frames=derived(), notes=NOTES)


def test_an_ideal_path_of_alternatives_is_told_step_by_step() -> None:
    assert _path(("a", ("b", ("c", "d?"), "?"), "e?", "a")) == ("a", "b", "c", "d", "e")
