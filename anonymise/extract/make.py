"""Journeys to the rows of an extract: no person, no id, and nothing that tells two rows of one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from anonymise.extract.coded import Coded, coded
from anonymise.extract.hierarchies import BETWEEN
from anonymise.extract.loss import Loss
from anonymise.extract.search import Chosen, choose, most_suppressed
from config.disclosure import DisclosureSettings
from config.errors import DisclosureError
from config.frames import JOURNEY_ROWS
from config.settings import ExtractSettings
from config.terms import ExtractColumn, ExtractLevel

PAIR: Final = "pair without a gateway"
JOURNEYS: Final = "journeys"
"""The column that says for how many journeys a row stands."""


@dataclass(frozen=True)
class JourneyExtract:
    """What is written, and what was done for it.

    Attributes:
        rows: a text column for each column that is told and each sensitive one, and `journeys`; each row once,
            sorted by its words.
        levels: column to the level it is told at.
        journeys: written.
        suppressed: journeys that are not, by reason.
        classes: of rows that look alike.
        least_people: different people in the smallest of them.
        loss: against the journeys themselves.
        nodes: choices of levels.
        looked_at: of these, choices whose classes were made.
    """

    rows: pl.DataFrame
    levels: Mapping[ExtractColumn, ExtractLevel]
    journeys: int
    suppressed: Mapping[str, int]
    classes: int
    least_people: int
    loss: Loss
    nodes: int
    looked_at: int


def make_extract(rows: pl.DataFrame, settings: ExtractSettings, disclosure: DisclosureSettings) -> JourneyExtract:
    """The safe extract that loses least.

    Args:
        rows: keeps `config.frames.JOURNEY_ROWS`; their order changes nothing.
        settings: the columns, levels and limits.
        disclosure: of its limits for tables two hold here too: bodies that may not stand in one row, so that a
            journey through both is suppressed; and how many must have records in the journeys of a class.

    Raises:
        ContractError: the rows break their contract.
        DisclosureError: no extract is safe, or there is nothing to make one of.
    """
    paired = has_pair(disclosure.refused_pairs)
    left_out = int(JOURNEY_ROWS.shape(rows.lazy()).select(paired.sum()).collect().item())
    if left_out > most_suppressed(rows.height, settings):
        raise DisclosureError("more journeys pass through pairs without a gateway than may be suppressed")
    ready = coded(rows.filter(~paired), settings, disclosure.least_bodies)
    chosen = choose(ready, settings, left_out)
    written = _written(ready, chosen)
    kept = chosen.classes.reason == 0
    return JourneyExtract(
        rows=written,
        levels=dict(zip(ready.finest, chosen.node, strict=True)),
        journeys=int(written[JOURNEYS].sum()),
        suppressed={PAIR: left_out, **chosen.classes.by_reason},
        classes=int(kept.sum()),
        least_people=int(chosen.classes.people[kept].min()),
        loss=chosen.loss,
        nodes=chosen.nodes,
        looked_at=chosen.looked_at,
    )


def has_pair(refused_pairs: tuple[tuple[str, str], ...]) -> pl.Expr:
    """Whether both bodies of such a pair are on a journey's route; a route that is not known counts as one."""
    bodies = pl.col("route").str.split(BETWEEN)
    met = [bodies.list.contains(one) & bodies.list.contains(other) for one, other in refused_pairs]
    return pl.any_horizontal(pl.col("route").is_null(), *met).fill_null(value=True)


def _written(ready: Coded, chosen: Chosen) -> pl.DataFrame:
    """The rows of the classes that are safe, counted and in the order of their words."""
    kept = chosen.classes.reason[chosen.classes.of] == 0
    told = {
        str(column): (ready.words[column, level], ready.becomes[column, level][finest[kept]])
        for (column, finest), level in zip(ready.finest.items(), chosen.node, strict=True)
    }
    told |= {str(column): (ready.values[column], values[kept]) for column, values in ready.sensitive.items()}
    numbers = pl.DataFrame({name: codes.astype(np.uint32) for name, (_, codes) in told.items()})
    counted = numbers.group_by(list(told)).agg(pl.len().cast(pl.Int64).alias(JOURNEYS))
    return counted.with_columns(
        pl.Series(name, np.asarray(words, dtype=np.object_)[counted[name].to_numpy()], dtype=pl.String)
        for name, (words, _) in told.items()
    ).sort(list(told))
