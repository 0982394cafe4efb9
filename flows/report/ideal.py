"""Current against ideal: the steps of each ideal path in order, and beside each what journeys did there."""

from collections.abc import Mapping, Sequence

import polars as pl

from config.terms import TOTAL
from flows.report.drawing import LOOKS, Exhibit, Grid
from flows.report.grids import NOBODY, cells, ordered, settled, text
from flows.report.grouped import grouped
from flows.report.labels import ALIGNED, Labels

MOST_OUTSIDE = 8
"""Steps outside the ideal path that are shown, those of which something is published."""
KINDS = dict(zip(ALIGNED, (LOOKS[0], LOOKS[3], LOOKS[1], LOOKS[2]), strict=True))
"""How a step was taken, to its look."""


def against_ideal(
    rows: pl.DataFrame,
    dimensions: Sequence[str],
    name: str,
    paths: Mapping[str, Sequence[str]],
    labels: Labels,
) -> list[Exhibit]:
    """For each type of journey its ideal path, and beside each step what journeys did there.

    Args:
        rows: tidy, of kind `conformance`.
        dimensions: of the table.
        name: of the table.
        paths: type of journey to its ideal path.
        labels: of the project.
    """
    if "journey_type" not in dimensions:
        return _side_by_side(rows, dimensions, name, TOTAL, (), labels)
    types = [each for each in rows["journey_type"].unique(maintain_order=True) if each != TOTAL]
    return [
        made
        for each in ordered(types, list(paths))
        for made in _side_by_side(
            rows.filter(pl.col("journey_type") == each), dimensions, name, each, paths.get(each, ()), labels
        )
    ]


def _side_by_side(
    rows: pl.DataFrame,
    dimensions: Sequence[str],
    name: str,
    journey_type: str,
    path: Sequence[str],
    labels: Labels,
) -> list[Exhibit]:
    found = cells(settled(rows, dimensions, ("step", "kind", "journey_type")), "kind", "step", "count")
    if not found:
        return []
    steps = [step for step in ordered([*path, *(step for step, _ in found)], path) if step != TOTAL]
    kinds = [kind for kind in ALIGNED if any(other == kind for _, other in found)]
    title = labels.of("journey_type", journey_type) if path else "Against the ideal path"
    outside = [
        step
        for step in steps
        if step not in path and any(found.get((step, kind), (None, ""))[0] is not None for kind in kinds)
    ]
    shown = [*(step for step in steps if step in path), *outside[:MOST_OUTSIDE]] or steps[:MOST_OUTSIDE]
    places = {step: f"{nth}. " for nth, step in enumerate(path, 1)}
    grid = Grid(
        id=f"ideal-{name}-{journey_type}",
        topic=title,
        caption="The ideal path in its order, and how often journeys did so"
        + ("" if len(shown) == len(steps) else "; further steps stand in the file"),
        keys=("Ideal", "Step"),
        heads=tuple(ALIGNED[kind][:1].upper() + ALIGNED[kind][1:] for kind in kinds),
        rows=tuple(
            (
                (places.get(step, "Not in it").rstrip(". "), labels.of("step", step)),
                tuple(text(found.get((step, kind)), None, absent=_absent(kind, step in places)) for kind in kinds),
                (),
            )
            for step in shown
        ),
    )
    drawing = grouped(
        f"{title}: current against ideal",
        f"{title}. The steps of the ideal path from top to bottom in its order, then the others; for each step, "
        "bars of how many were taken as in the ideal, left out, repeated or added. Withheld numbers are dashed "
        "boxes of one size. The numbers stand in the table after this figure.",
        {step: places.get(step, "+ ") + labels.of("step", step) for step in shown},
        {kind: (KINDS[kind], ALIGNED[kind]) for kind in kinds},
        found,
    )
    return [Exhibit(f"ideal-{name}-{journey_type}-title", title, drawing, grid)]


def _absent(kind: str, ideal: bool) -> str:
    """A step outside the ideal cannot be followed, and none of those in it is left out of nothing."""
    return NOBODY if ideal or kind == "inserted" else "[z]"
