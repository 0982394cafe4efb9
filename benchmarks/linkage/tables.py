"""Results as tables in Markdown."""

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.linkage.systems import OURS, SYSTEMS, Result

QUALITY = (
    "data", "system", "candidates", "F1 by pair", "best", "precision", "recall", "F1", "best F1",
)  # fmt: skip


def quality(results: Sequence[Result]) -> str:
    """One line for each system on each data set.

    Recall of candidates; F1 of pairs by themselves at the default threshold and at the best; then of persons
    (one to one where the lists say so): precision, recall and F1 at the default threshold, and the best F1.
    """
    rows = []
    for each in results:
        if each.missing:
            rows.append((each.data, SYSTEMS[each.system], each.missing, *[""] * 6))
            continue
        found = each.figures
        default, best = found["after"]["default"], found["after"]["best"]
        alone = found.get("before", {"default": None, "best": None})
        rows.append(
            (
                each.data,
                SYSTEMS[each.system],
                _shown(found.get("candidates"), "recall"),
                _shown(alone["default"], "f1"),
                _shown(alone["best"], "f1"),
                *(_shown(default, figure) for figure in ("precision", "recall", "f1")),
                _shown(best, "f1"),
            )
        )
    return table(QUALITY, rows)


def costs(results: Sequence[Result]) -> str:
    """CPU seconds and peak memory of each process, and of the steps that a process tells of."""
    rows = [
        (
            each.data, SYSTEMS[each.system], step, f"{cost.cpu:,.1f}",
            f"{cost.peak:,.0f}" if cost.peak else "", f"{cost.wall:,.1f}" if cost.wall else "",
        )
        for each in results
        for step, cost in each.costs.items()
    ]  # fmt: skip
    return table(("data", "system", "step", "CPU s", "peak MB", "wall s"), rows)


def ratios(results: Sequence[Result]) -> str:
    """How many times our cost Splink's is: linkage alone, encoding included, and peak memory."""
    rows = []
    theirs = {each.data: each.costs["link"] for each in results if each.system == "splink" and each.costs}
    for each in results:
        if each.system in OURS and each.costs and each.data in theirs:
            splink, link = theirs[each.data], each.costs["link"]
            whole = link.cpu + each.costs["encode"].cpu
            rows.append(
                (
                    each.data, SYSTEMS[each.system], f"{splink.cpu / link.cpu:.1f}", f"{splink.cpu / whole:.1f}",
                    f"{splink.peak / link.peak:.1f}",
                )
            )  # fmt: skip
    return table(
        ("data", "system", "CPU, Splink / link", "CPU, Splink / encode and link", "peak, Splink / link"), rows
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _shown(figures: dict[str, Any] | None, name: str) -> str:
    value = figures.get(name) if figures else None
    return "-" if value is None else f"{value:.4f}"
