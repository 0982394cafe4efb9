"""Every measure has its row in the reference and its words in the report."""

from pathlib import Path

import pytest

from config.terms import TableKind
from flows.report.labels import MEASURES
from linkage.journeys.measures import FAMILIES

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "measures.md").read_text(encoding="utf-8")
TABLE = PAGE.split("\n## The table of measures\n")[1].split("\n## ")[0]
EVERY = [each for family, _ in FAMILIES[TableKind.MEASURES] for each in family.all]


def row_of(name: str) -> str:
    (row,) = [
        line for line in TABLE.splitlines() if line.startswith("|") and f"`{name}`" in line.split("|")[1:2][0]
    ]
    return row


@pytest.mark.parametrize("name", [each.name for each in EVERY])
def test_every_measure_stands_in_the_page_and_in_the_words_of_the_report(name: str) -> None:
    row = row_of(name)
    assert all(cell.strip() for cell in row.split("|")[1:-1])
    assert name in MEASURES


@pytest.mark.parametrize("each", [each for each in EVERY if each.needs], ids=lambda each: each.name)
def test_the_page_says_which_columns_a_measure_needs(each) -> None:
    row = row_of(each.name)
    assert {cell.strip().strip("`") for cell in row.split("|")[4].split(",")} == set(each.needs)
