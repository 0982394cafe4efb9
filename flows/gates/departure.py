"""The gate at release: what published tables may never hold, counted on exactly what would be published."""

from collections.abc import Mapping

import polars as pl

from config.errors import DisclosureError
from config.frames import FIGURES, PUBLISHED
from config.sealing import sealed
from config.terms import SHOWN, Status
from flows.gates.suite import Verdict, weighed


@sealed("departure gate")
def departure(tables: Mapping[str, pl.DataFrame], least_people: int) -> Verdict:
    """Pass every table or stop the release.

    Args:
        tables: name → frame as it would be published: text dimensions, then `PUBLISHED`.
        least_people: fewer distinct people than this may stand behind no published cell.

    Raises:
        DisclosureError: a rule is broken, or there is no table; with the rules and counts.
    """
    found: dict[str, int] = {}
    for name, table in sorted(tables.items()):
        found |= {f"{name}, {rule}": count for rule, count in _counts(table, least_people).items()}
    if not found:
        raise DisclosureError("the departure gate was shown no table")
    verdict = weighed(found, dict.fromkeys(found, 0))
    if not verdict.passed:
        broken = {check.name: check.found for check in verdict.checks if not check.passed}
        raise DisclosureError("the departure gate stopped the release", broken)
    return verdict


def _counts(table: pl.DataFrame, least_people: int) -> dict[str, int]:
    """Rule → rows that break it, or columns where the rule is about columns. A null breaks every rule."""
    places = len(table.columns) - len(PUBLISHED)
    dimensions = table.columns[: max(places, 0)]
    declared = list(table.schema.items())[max(places, 0) :]
    wrong = sum(each not in declared for each in PUBLISHED.items()) + (declared != list(PUBLISHED.items()))
    not_text = sum(table.schema[name] != pl.String for name in dimensions)
    counts = {"columns not as declared": wrong, "dimensions that are not text": not_text}
    if wrong:
        return counts
    status = pl.col("status")
    published = status.is_in(SHOWN)
    rules: dict[str, pl.Expr] = {
        "rows without status": status.is_not_null(),
        "rows with an unknown status": status.is_in([str(word) for word in Status]),
        f"published rows of fewer than {least_people} people": ~published | (pl.col("people") >= least_people),
        "rows that are not published and hold a figure": published | pl.all_horizontal(pl.col(*FIGURES).is_null()),
        "figures that are not finite": pl.all_horizontal(
            pl.col("value", "low", "high", "coverage").is_finite().fill_null(value=True)
        ),
    }
    if dimensions:
        rules["rows without a category"] = pl.all_horizontal(pl.col(*dimensions).is_not_null())
        rules["rows that stand twice"] = pl.struct(dimensions).is_unique()
    kept = table.select(rule.fill_null(value=False).alias(name) for name, rule in rules.items())
    return counts | {name: int((~kept[name]).sum()) for name in rules}
