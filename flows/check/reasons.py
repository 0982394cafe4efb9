"""What of a table or a release calls for a look, held against the limits under [disclosure.review]."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from anonymise.disclosure import ProtectedTable
from config.disclosure import DisclosureSettings
from flows.check.contents import CheckReason, Reason, Tally
from flows.check.losses import PUBLISHED
from flows.report.labels import SIDES

BODY: Final = "body"
PERCENT: Final = "%"


def of_table(
    shown: ProtectedTable,
    tally: Tally,
    found: Mapping[str, int],
    single: Sequence[bool],
    settings: DisclosureSettings,
    earlier: Mapping[str, Sequence[str]] | None,
) -> tuple[Reason, ...]:
    """The reasons why a table does not simply pass, gravest first.

    Args:
        shown: as it will be published.
        tally: its cells.
        found: findings of the attack in it, by kind.
        single: for each row, whether it is published, rests on one body and names none.
        settings: limits, and when they call for a look.
        earlier: tables of the release published last and their dimensions; None where none is known.
    """
    return tuple(
        [
            *_found(found),
            *_withheld(tally, settings),
            *_close(shown, settings),
            *_single(tally, single, settings),
            *_new(shown, earlier),
        ]
    )


def names_a_body(dimension: str) -> bool:
    """Whether the categories of a dimension are bodies."""
    return SIDES.sub("", dimension) == BODY


def _found(found: Mapping[str, int]) -> Iterator[Reason]:
    if any(found.values()):
        yield Reason(reason=CheckReason.FINDING, found=sum(found.values()), limit=0)


def _withheld(tally: Tally, settings: DisclosureSettings) -> Iterator[Reason]:
    cells = tally.published + tally.withheld
    if not tally.published:
        yield Reason(reason=CheckReason.NOTHING_PUBLISHED, found=0, limit=None)
    else:
        yield from _above(CheckReason.MUCH_WITHHELD, tally.withheld, cells, settings.review.most_withheld_percent)
    yield from _above(
        CheckReason.MANY_COMPLEMENTARY,
        tally.complementary,
        tally.withheld,
        settings.review.most_complementary_percent,
    )


def _close(shown: ProtectedTable, settings: DisclosureSettings) -> Iterator[Reason]:
    """Published cells, and numerators of published shares, that are just large enough."""
    published = shown.published.with_columns(pl.Series("share", shown.shares, dtype=pl.Boolean)).filter(PUBLISHED)
    least, most = settings.least_people, settings.least_people + settings.review.close_people
    close = published.filter(pl.col("people").is_between(least, most)).height
    yield from _above(CheckReason.CLOSE_TO_LIMIT, close, published.height, settings.review.most_close_percent)
    # What is behind a share is told by its value and its count, which are published; how many people is not.
    scale = pl.when(pl.col("unit").str.starts_with(PERCENT).fill_null(value=False)).then(100.0).otherwise(1.0)
    shares = published.filter(pl.col("share") & pl.col("value").is_not_null())
    behind = shares.select(behind=(pl.col("value") * pl.col("count") / scale).round(0))["behind"]
    few = int(behind.is_between(1, most).sum())
    yield from _above(CheckReason.SMALL_NUMERATORS, few, shares.height, settings.review.most_close_percent)


def _single(tally: Tally, single: Sequence[bool], settings: DisclosureSettings) -> Iterator[Reason]:
    yield from _above(
        CheckReason.SINGLE_BODY, sum(single), tally.published, settings.review.most_single_body_percent
    )


def _new(shown: ProtectedTable, earlier: Mapping[str, Sequence[str]] | None) -> Iterator[Reason]:
    if earlier is None:
        return
    if shown.name not in earlier:
        yield Reason(reason=CheckReason.NEW_TABLE, found=1, limit=None)
        return
    new = tuple(each.name for each in shown.dimensions if each.name not in earlier[shown.name])
    if new:
        yield Reason(reason=CheckReason.NEW_DIMENSION, found=len(new), limit=None, names=new)


def _above(reason: CheckReason, part: int, whole: int, most_percent: float) -> Iterator[Reason]:
    """The reason, if more than so many percent are met."""
    if 100 * part > most_percent * whole:
        yield Reason(reason=reason, found=round(100 * part / whole, 1), limit=most_percent)
