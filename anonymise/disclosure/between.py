"""The attack by difference: groups of few people who came or went between two releases."""

import numpy as np
import polars as pl

from anonymise.disclosure.findings import BETWEEN
from anonymise.disclosure.known import Known, listed_once
from anonymise.disclosure.numerators import few_above
from anonymise.disclosure.past import ENDS
from anonymise.disclosure.seen import rows_of_table
from anonymise.disclosure.sums import rests
from anonymise.disclosure.system import NEAR, Floats
from config.disclosure import DisclosureSettings


def told_apart(seen: Known, low: Floats, high: Floats, settings: DisclosureSettings) -> pl.DataFrame:
    """Held numbers of which it follows from the release alone by how much they have changed.

    Args:
        seen: the release.
        low: bounds on every variable.
        high: as `low`.
        settings: the limits.
    """
    shown, held = seen.shown, seen.held_variables
    needed = min(settings.protection, settings.least_people - 1)
    flags = held & (high - low < needed) & ((low > shown + NEAR) | (high < shown - NEAR))
    return listed_once(seen, flags, low, high, BETWEEN)


def differences(seen: Known, settings: DisclosureSettings) -> pl.DataFrame:
    """Groups of few people that are the difference of two shown numbers, or of sums of them.

    A number shown anew may differ by few people from one shown before, or from one that is held and holds it or
    is in it; or what a total leaves to its withheld parts may have changed by few.
    """
    least, size = settings.least_people, seen.joint.size
    anew = ~np.isnan(seen.people) & ~seen.held
    people_now, count_now = seen.said
    ends = dict(zip((f"{each}_now" for each in ENDS), (*people_now, *count_now), strict=True))
    now = pl.DataFrame({"cell": np.arange(size), **ends})
    few = (
        seen.before.numbers.join(now.filter(pl.Series(anew)), on="cell")
        .with_columns(
            farthest=_farthest("people"),
            by_people=pl.when(_apart("people") > NEAR).then(_farthest("people")).otherwise(0.0),
            by_count=pl.when(_apart("count") > NEAR).then(_farthest("count")).otherwise(0.0),
        )
        .filter((pl.col("farthest") < least) & ((pl.col("by_people") > 0) | (pl.col("by_count") > 0)))
        .group_by("cell")
        .agg(pl.col("by_people").min(), pl.col("by_count").min())
    )
    flags, apart = np.zeros(len(seen.low), dtype=np.bool_), np.zeros(len(seen.low))
    for layer, each in enumerate(("by_people", "by_count")):
        at = layer * size + few["cell"].to_numpy()
        apart[at] = few[each].to_numpy()
        flags[at] = apart[at] > 0

    pairs = seen.joint.nested
    if len(pairs):
        by = np.abs(seen.people[pairs[:, 0]] - seen.people[pairs[:, 1]])
        kept = seen.held[pairs]
        close = (by > 0) & (by < least) & kept.any(axis=1) & ~kept.all(axis=1)
        at = pairs[close, 1]
        apart[at], flags[at] = by[close], True
    inexact = seen.held | (people_now[0] != people_now[1])
    exactly_now = (np.where(inexact, np.nan, seen.people), np.where(inexact, np.nan, seen.count))
    for rest in rests(seen.joint.relations, exactly_now, seen.before.by_release(), least):
        first = rest.layer * size + rest.group[0]
        apart[first], flags[first] = rest.by, True
    return listed_once(seen, flags, apart, apart, BETWEEN)


def _apart(each: str) -> pl.Expr:
    """By how much a number then and the same number now certainly differ; below 0 where they may be one."""
    return pl.max_horizontal(
        pl.col(f"{each}_low_now") - pl.col(f"{each}_high"), pl.col(f"{each}_low") - pl.col(f"{each}_high_now")
    )


def _farthest(each: str) -> pl.Expr:
    """By how much they differ at most."""
    return pl.max_horizontal(
        pl.col(f"{each}_high_now") - pl.col(f"{each}_low"), pl.col(f"{each}_high") - pl.col(f"{each}_low_now")
    )


def by_shares(seen: Known, settings: DisclosureSettings, *, period: str) -> pl.DataFrame:
    """Numerators of shares that changed by few people since a share was shown before."""
    flags, apart = np.zeros(len(seen.low), dtype=np.bool_), np.zeros(len(seen.low))
    for table, figure in zip(seen.tables, seen.joint.figures, strict=True):
        if table.quotients is None:
            continue
        rows = pl.concat([rows_of_table(table), table.quotients], how="horizontal")
        few, by = few_above(table.kind, table.dimensions, rows, seen.others, settings, period=period)
        told = few & (figure >= 0)
        at = seen.joint.size + figure[told]
        flags[at], apart[at] = True, by[told]
    return listed_once(seen, flags, apart, apart, BETWEEN)
