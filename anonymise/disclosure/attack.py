"""Tries to undo the protection, knowing only what is published."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.checks import check_coordinates, check_dimensions
from anonymise.disclosure.differencing import small_differences
from anonymise.disclosure.findings import Findings, differences, findings, listed, shown_below
from anonymise.disclosure.public import BLANKED, SHOWN, ProtectedTable
from anonymise.disclosure.space import Flags, Space, View, space
from anonymise.disclosure.system import Floats, restricted, system
from config.errors import DisclosureError
from config.settings import DisclosureSettings
from config.terms import Status

COUNTED: Final = ("people", "count")


def attack(
    published: Sequence[ProtectedTable], settings: DisclosureSettings, *, thorough: bool = False
) -> Findings:
    """Bound every withheld number of people and things from all published tables at once.

    The attacker knows the published frames, what each dimension and universe means, the rules and their
    limits: that every row has somebody behind it, that a row which is not there has nobody, that one
    person counts at least one thing, and how totals and parts hang together.

    Args:
        published: every table of the release.
        settings: the release's limits.
        thorough: find the outermost bounds of every number, not only of the unsafe ones.

    Raises:
        DisclosureError: a withheld cell shows a number, or what is published contradicts itself.
    """
    for each in published:
        _check(each)
    joint = space([_view(each) for each in published])
    known, withheld = _known(published, joint)
    unknown = np.isnan(known)
    low, high = known.copy(), known.copy()
    left = restricted(system(joint), np.nan_to_num(known), unknown)
    low[unknown], high[unknown] = bounds(left, settings, thorough=thorough)

    counted = {name: layer * joint.size for layer, name in enumerate(COUNTED)}
    people = known[: joint.size]
    close = small_differences(joint.nested, people, ~np.isnan(people), settings.least_people)
    rows = [
        frame
        for table, place in zip(published, joint.places, strict=True)
        for frame in (
            listed(table, place, counted, (low, high), settings),
            shown_below(table, settings.least_people),
            differences(table, place, close),
        )
    ]
    return findings(rows, len(COUNTED) * int(withheld.sum()))


def _check(table: ProtectedTable) -> None:
    frame = table.published
    check_dimensions(table.name, table.dimensions, frame.columns, SHOWN)
    if len(table.universes) != frame.height:
        raise DisclosureError(f"table '{table.name}': rows without a universe")
    check_coordinates(table.name, table.dimensions, _rows(table))
    shown = pl.col("status") == Status.PUBLISHED
    broken = {
        "unknown status": ~pl.col("status").is_in(list(Status)).fill_null(value=False),
        "withheld cell that shows a number": ~shown & pl.any_horizontal(pl.col(BLANKED).is_not_null()),
        "published cell without people or count": shown & pl.any_horizontal(pl.col(COUNTED).is_null()),
    }
    found = frame.select(flag.fill_null(value=True).sum().alias(rule) for rule, flag in broken.items())
    counts = {rule: int(found[rule].item()) for rule in broken if found[rule].item()}
    if counts:
        raise DisclosureError(f"table '{table.name}' is not fit to be published", counts)


def _rows(table: ProtectedTable) -> pl.DataFrame:
    return table.published.with_columns(pl.Series("universe", table.universes, dtype=pl.String))


def _view(table: ProtectedTable) -> View:
    names = [each.name for each in table.dimensions]
    return View(table.name, table.dimensions, _rows(table).select("universe", "status", *names))


def _known(published: Sequence[ProtectedTable], joint: Space) -> tuple[Floats, Flags]:
    """Each number where it is published (else NaN), and the cells that some table withholds."""
    known, withheld = np.full(len(COUNTED) * joint.size, np.nan), np.zeros(joint.size, dtype=np.bool_)
    for table, place in zip(published, joint.places, strict=True):
        status = table.published["status"]
        withheld[place[(status == Status.CONFIDENTIAL).to_numpy()]] = True
        shown = (status == Status.PUBLISHED).to_numpy()
        for layer, column in enumerate(COUNTED):
            said = table.published[column].filter(pl.Series(shown)).to_numpy().astype(np.float64)
            at = layer * joint.size + place[shown]
            different = int(np.sum(~np.isnan(known[at]) & (known[at] != said)))
            if different:
                raise DisclosureError(f"tables disagree on the {column} of a cell", {"cells": different})
            known[at] = said
    return known, withheld
