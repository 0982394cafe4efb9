"""Results as tables in Markdown."""

from collections.abc import Sequence

from anonymise.disclosure.findings import BELOW, EXACT, INSIDE
from benchmarks.disclosure.methods import METHODS, Result
from benchmarks.disclosure.tables import LIMITS, Instance
from benchmarks.linkage.tables import table

HEADER = (
    "data", "method", "withheld", "recovered exactly", "inside protection", "certainly below k", "verdict",
    "CPU s", "peak MB", "attack CPU s",
)  # fmt: skip


def instances(given: Sequence[Instance]) -> str:
    """What the tables hold: rows, rows that are not zero, rows of few people."""
    rows = []
    for each in given:
        standing = sum(grid.cells.height for grid in each.grids)
        few = sum((grid.cells["people"] < LIMITS.least_people).sum() for grid in each.grids)
        adding = (
            "everywhere" if len(each.people_additive) > 1 else f"over {', '.join(sorted(each.people_additive))}"
        )
        rows.append((each.name, f"{each.size:,}", f"{standing:,}", f"{few:,}", adding))
    return table(("data", "cells", "not zero", "few people", "people add up"), rows)


def compared(results: Sequence[Result]) -> str:
    """One line for each method on each instance."""
    rows = []
    for each in results:
        if each.missing:
            cpu = f"{each.cost.cpu:,.1f}" if each.cost else ""
            rows.append((each.data, METHODS[each.method], each.missing, *[""] * 4, cpu, "", ""))
            continue
        found, cost, attack = each.figures["findings"], each.cost, each.attack
        assert cost is not None
        assert attack is not None
        rows.append(
            (
                each.data,
                METHODS[each.method],
                f"{each.figures['withheld']:,}",
                *(f"{found[kind]:,}" for kind in (EXACT, INSIDE, BELOW)),
                each.figures["verdict"],
                f"{cost.cpu:,.1f}" if cost.cpu else "-",
                f"{cost.peak:,.0f}" if cost.peak else "-",
                f"{attack.cpu:,.1f}",
            )
        )
    return table(HEADER, rows)
