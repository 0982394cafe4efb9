"""What the checker's page says of cells, reasons and attacks, and that it says nothing of withheld numbers."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise.disclosure import attack, protect
from config.settings import Project
from config.terms import Status
from flows.check.contents import Attack, Check, CheckReason, CheckVerdict, Outlook
from flows.check.gather import Standing, gather
from flows.check.page import render_check
from flows.report.labels import labels
from tests.support.check import DIGEST, LARGE, SMALL, STANDING, WITHHELD, checked, failed, reasons, table
from tests.support.contents import project
from tests.support.disclosure import dimension, drawn

MADE, RULES = table(), project()
SAFE = protect([MADE], RULES.disclosure)
FINDINGS = attack(SAFE.tables, RULES.disclosure)
NAMES = [each.name for each in MADE.dimensions]
HIDDEN = SAFE.tables[0].published.filter(pl.col("status") == Status.CONFIDENTIAL).select(NAMES)
BEFORE = gather([MADE], SAFE, FINDINGS, RULES, STANDING)
FOUR = {"min_size": HIDDEN.height, "max_size": HIDDEN.height}


def limits(**review: object) -> Project:
    return project(disclosure={"review": review})


def test_tables_of_large_cells_pass() -> None:
    check = checked([table(LARGE)])
    assert check.verdict is CheckVerdict.PASS
    assert not check.reasons
    assert check.tally.published == check.tally.cells == 9


def test_each_withheld_cell_has_its_rules_its_kind_and_how_it_stood_the_attack() -> None:
    (checks,) = checked().tables
    held = {each.coordinates: each for each in checks.rows}
    few = held["repairs", "young_adult"]
    assert (few.status, few.kind, few.reasons, few.attack) == ("c", "primary", ("few people",), Outlook.SAFE)
    guard = held["housing_benefit", "older"]
    assert (guard.kind, guard.reasons) == ("complementary", ("would give another cell back",))
    shown = held["__all__", "__all__"]
    assert (shown.people, shown.kind, shown.reasons, shown.attack) == (240_007, "", (), "")
    assert (checks.tally.primary, checks.tally.complementary, checks.tally.empty) == (1, 3, 0)
    assert checks.by_reason == {"few people": 1, "would give another cell back": 3}


def test_rows_are_those_of_the_published_table_in_its_order() -> None:
    other = replace(table(LARGE, "other"), cells=table(LARGE).cells.with_columns(universe=pl.lit("other")))
    made = (table(), other)
    safe = protect(made, RULES.disclosure)
    check = gather(made, safe, attack(safe.tables, RULES.disclosure), RULES, STANDING)
    for said, shown in zip(check.tables, safe.tables, strict=True):
        names = [each.name for each in shown.dimensions]
        assert [each.coordinates for each in said.rows] == shown.published.select(names).rows()
        assert [each.people for each in said.rows] == shown.published["people"].to_list()
    assert check.tally.cells == 18
    assert check.attacks[0].tried == {"withheld numbers bounded": 8}


@pytest.mark.parametrize("form", ["json", "page"])
def test_no_withheld_number_stands_in_page_or_file(form: str) -> None:
    check = checked()
    text = check.model_dump_json() if form == "json" else render_check(check, labels(project()))
    assert "240007" in text.replace(",", "")
    assert not [each for each in WITHHELD if str(each) in text.replace(",", "")]
    assert all(each.people is None for each in check.tables[0].rows if each.status is Status.CONFIDENTIAL)


@settings(max_examples=25, deadline=None)
@given(numbers=st.lists(st.integers(0, 10**7), **FOUR), bodies=st.lists(st.integers(0, 6), **FOUR))
def test_other_withheld_numbers_behind_the_same_tables_give_the_same_check(
    numbers: list[int], bodies: list[int]
) -> None:
    changed = HIDDEN.with_columns(new=pl.Series(numbers, dtype=pl.Int64), by=pl.Series(bodies, dtype=pl.Int64))
    cells = MADE.cells.join(changed, on=NAMES, how="left", maintain_order="left").with_columns(
        people=pl.coalesce("new", "people"),
        count=pl.coalesce("new", "count"),
        people_with=pl.col("new"),
        value=pl.col("new").cast(pl.Float64),
        bodies=pl.coalesce("by", "bodies"),
    )
    after = gather([replace(MADE, cells=cells.drop("new", "by"))], SAFE, FINDINGS, RULES, STANDING)
    assert after == BEFORE


def test_a_finding_fails_its_table_and_takes_the_figures_off_the_page() -> None:
    _, _, findings, check = failed()
    assert findings.counts["recovered exactly"] == 2
    assert check.verdict is check.tables[0].verdict is CheckVerdict.FAIL
    assert check.tables[0].found == {"recovered exactly": 2}
    assert {each.attack for each in check.tables[0].rows} == {"", "recovered exactly"}
    assert all((each.people, each.count, each.value) == (None, None, None) for each in check.tables[0].rows)
    assert check.tables[0].loss.people.share is None
    page = render_check(check, labels(project()))
    assert "FOUND: recovered exactly" in page
    numbers = {word for line in SMALL.splitlines() for word in line.split() if word.isdigit() and len(word) > 3}
    assert not [each for each in numbers if each in page.replace(",", "") + check.model_dump_json()]


def test_a_contradiction_fails_the_release_though_no_table_has_a_finding() -> None:
    made, safe, _, _ = failed()
    check = gather(made, safe, None, project(), Standing(DIGEST, "0.1.0"))
    assert check.verdict is CheckVerdict.FAIL
    assert [each.reason for each in check.reasons] == [CheckReason.CONTRADICTION]
    assert check.attacks == ()
    assert {each.attack for each in check.tables[0].rows if each.kind} == {Outlook.UNTRIED}


def test_what_the_gate_stopped_fails() -> None:
    made = (table(LARGE),)
    safe = protect(made, RULES.disclosure)
    check = gather(made, safe, attack(safe.tables, RULES.disclosure), RULES, STANDING, stopped=True)
    assert [each.reason for each in check.reasons] == [CheckReason.GATE]


@pytest.mark.parametrize(("count", "verdict"), [(0, CheckVerdict.PASS), (3, CheckVerdict.FAIL)])
def test_attacks_of_another_kind_count_too(count: int, verdict: CheckVerdict) -> None:
    made = (table(LARGE),)
    safe = protect(made, RULES.disclosure)
    further = Attack(name="earlier releases", tried={"releases": 12}, found={"few people by difference": count})
    check = gather(made, safe, attack(safe.tables, RULES.disclosure), RULES, STANDING, further=[further])
    assert check.verdict is verdict
    assert "Earlier releases" in render_check(check, labels(RULES))


def test_much_withheld_is_said_above_the_limit_only() -> None:
    assert reasons(checked(settings=limits(most_withheld_percent=44.0)))[CheckReason.MUCH_WITHHELD].found == 44.4
    assert CheckReason.MUCH_WITHHELD not in reasons(checked(settings=limits(most_withheld_percent=45.0)))


def test_complementary_cells_that_outnumber_primary_ones_are_said() -> None:
    said = reasons(checked())[CheckReason.MANY_COMPLEMENTARY]
    assert (said.found, said.limit) == (75.0, 50.0)
    assert CheckReason.MANY_COMPLEMENTARY not in reasons(checked(settings=limits(most_complementary_percent=75.0)))


def test_a_table_of_which_nothing_is_published_is_said() -> None:
    few = drawn("segment | people\n--------+-------\nolder | 4", dimension("segment", totalled=False))
    said = reasons(checked([few]))
    assert CheckReason.NOTHING_PUBLISHED in said
    assert CheckReason.MUCH_WITHHELD not in said
    assert CheckReason.NOTHING_PUBLISHED not in reasons(checked())


@pytest.mark.parametrize(("people", "close"), [(10, True), (12, True), (13, False)])
def test_cells_close_above_the_least_number_are_said(people: int, close: bool) -> None:
    made = drawn(f"segment | people\n--------+-------\nolder | {people}", dimension("segment", totalled=False))
    assert (CheckReason.CLOSE_TO_LIMIT in reasons(checked([made]))) is close
    assert CheckReason.CLOSE_TO_LIMIT not in reasons(checked([made], limits(most_close_percent=100.0)))


@pytest.mark.parametrize(
    ("unit", "scale", "numerator", "small"),
    [("% of contacts", 100, 12, True), ("% of contacts", 100, 14, False), ("of contacts", 1, 12, True),
     ("of contacts", 1, 300, False)],
)  # fmt: skip
def test_small_numerators_are_worked_out_from_value_and_count(
    unit: str, scale: int, numerator: int, small: bool
) -> None:
    drawing = (
        "segment | people | people_with | count | value | unit | numerator | scale | decimals\n--------+-------\n"
        f"older | 600 | 12 | 1000 | {numerator * scale / 1000} | {unit} | {numerator} | {scale} | 3"
    )
    made = drawn(drawing, dimension("segment", totalled=False))
    assert (CheckReason.SMALL_NUMERATORS in reasons(checked([made]))) is small


def test_a_value_that_is_no_share_has_no_numerator() -> None:
    made = drawn(
        "segment | people | count | value\n--------+-------\nolder | 900 | 1000 | 0.01",
        dimension("segment", totalled=False),
    )
    assert CheckReason.SMALL_NUMERATORS not in reasons(checked([made]))


@pytest.mark.parametrize(
    ("column", "bodies", "alone"), [("segment", 1, True), ("segment", 2, False), ("from_body", 1, False)]
)
def test_cells_of_one_body_that_do_not_name_it_are_said(column: str, bodies: int, alone: bool) -> None:
    made = drawn(
        f"{column} | people | bodies\n--------+-------\nprison | 900 | {bodies}", dimension(column, totalled=False)
    )
    check = checked([made])
    assert (CheckReason.SINGLE_BODY in reasons(check)) is alone
    assert check.tables[0].rows[0].single_body is alone


@pytest.mark.parametrize(
    ("earlier", "reason"),
    [
        (None, None),
        ({"journeys": ("service", "segment")}, None),
        ({"journeys": ("segment",)}, CheckReason.NEW_DIMENSION),
        ({"other": ("service", "segment")}, CheckReason.NEW_TABLE),
    ],
)
def test_what_the_last_release_did_not_have_is_said(
    earlier: dict[str, tuple[str, ...]] | None, reason: CheckReason | None
) -> None:
    standing = replace(STANDING, earlier=None if earlier is None else "f" * 16, earlier_tables=earlier)
    said = reasons(checked([table(LARGE)], standing=standing))
    assert set(said) == ({reason} if reason else set())
    if reason is CheckReason.NEW_DIMENSION:
        assert said[reason].names == ("service",)


def test_a_verdict_that_does_not_follow_from_its_reasons_is_no_check() -> None:
    said = failed()[3].model_dump_json()
    assert Check.model_validate_json(said).verdict is CheckVerdict.FAIL
    with pytest.raises(ValueError, match="verdicts that follow"):
        Check.model_validate_json(said.replace('"verdict":"fail"', '"verdict":"pass"'))
