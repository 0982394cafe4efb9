"""Journeys as numbers: what each column says at its finest, and what that becomes and loses at each level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from anonymise.extract.hierarchies import BETWEEN, COARSER, order_of, sensitive_words, told
from config.errors import DisclosureError
from config.frames import JOURNEY_ROWS
from config.settings import ExtractSettings
from config.terms import ExtractColumn, ExtractLevel, SensitiveColumn

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Coded:
    """Journeys, ready to be told at any level.

    Attributes:
        person: of each journey, numbers from 0 without holes; shape (journeys,).
        people: how many there are.
        finest: for each column that may be told, the number of each journey's finest value; shape (journeys,).
        becomes: column and level to the number of the words that each finest value becomes; shape (values,).
        words: column and level to the words.
        lost: column and level to what a journey loses by each of the words: how many other finest values they may
            stand for, of all others; shape (values,) over the finest values, as a whole number over `others`.
        others: column to the number of its finest values less one.
        sensitive: for each sensitive column the number of each journey's word; shape (journeys,).
        values: a sensitive column's words, in order.
        least_bodies: bodies that must have records in the journeys of a class.
        through: for each body which journeys pass through it, shape (journeys,); empty where one body is enough.
    """

    person: Ints
    people: int
    finest: Mapping[ExtractColumn, Ints]
    becomes: Mapping[tuple[ExtractColumn, ExtractLevel], Ints]
    words: Mapping[tuple[ExtractColumn, ExtractLevel], Sequence[str]]
    lost: Mapping[tuple[ExtractColumn, ExtractLevel], Ints]
    others: Mapping[ExtractColumn, int]
    sensitive: Mapping[SensitiveColumn, Ints]
    values: Mapping[SensitiveColumn, Sequence[str]]
    least_bodies: int
    through: Sequence[NDArray[np.bool_]]

    @property
    def journeys(self) -> int:
        """How many."""
        return self.person.size


def coded(rows: pl.DataFrame, settings: ExtractSettings, least_bodies: int = 1) -> Coded:
    """Journeys as numbers.

    Args:
        rows: keeps `config.frames.JOURNEY_ROWS`.
        settings: the columns and the levels at which they may be told.
        least_bodies: bodies that must have records in the journeys of a class.

    Raises:
        ContractError: a column is missing, or a row breaks a rule.
        DisclosureError: no journey, no stated segment where one is to be told, or too few people or values for
            what is asked.
    """
    rows = JOURNEY_ROWS.verify(rows)
    if rows.is_empty():
        raise DisclosureError("there is no journey to extract")
    person, people = _numbered(rows["person"])
    if people.len() < settings.least_people:
        raise DisclosureError("the journeys are of fewer people than least_people of [extract] asks for")
    if (settings.segment or SensitiveColumn.SEGMENT in settings.sensitive) and rows["segment"].is_null().all():
        raise DisclosureError("no journey has a segment; take segment out of [extract]")
    finest, becomes, words, lost, others = {}, {}, {}, {}, {}
    for column, levels in settings.levels.items():
        finest[column], values = _numbered(rows[column])
        others[column] = values.len() - 1
        frame = values.to_frame(column)
        for level in COARSER[column]:
            if level not in levels:
                continue
            into, named = _numbered(frame.select(told(column, level, settings)).to_series(), values.len())
            becomes[column, level], words[column, level] = into, named.to_list()
            lost[column, level] = np.bincount(into)[into] - 1
    sensitive, ordered = {}, {}
    for one in settings.sensitive:
        said = rows.select(sensitive_words(one)).to_series()
        ordered[one] = order_of(one, said.unique().to_list())
        if len(ordered[one]) < settings.least_values:
            raise DisclosureError(
                f"all journeys together have fewer different values of '{one}' than least_values"
            )
        sensitive[one] = said.cast(pl.Enum(ordered[one])).to_physical().to_numpy().astype(np.int64)
    return Coded(
        person=person,
        people=people.len(),
        finest=finest,
        becomes=becomes,
        words=words,
        lost=lost,
        others=others,
        sensitive=sensitive,
        values=ordered,
        least_bodies=least_bodies,
        through=_through(rows["route"]) if least_bodies > 1 else (),
    )


def _through(route: pl.Series) -> list[NDArray[np.bool_]]:
    bodies = route.str.split(BETWEEN)
    return [bodies.list.contains(each).to_numpy() for each in bodies.explode().unique().sort()]


def _numbered(column: pl.Series, height: int = 0) -> tuple[Ints, pl.Series]:
    """A number for each value, in the order of values, and the values; a single value stands for `height` rows."""
    if height and column.len() == 1:
        column = column.new_from_index(0, height)
    values = column.unique().sort(nulls_last=True)
    table = pl.DataFrame({"value": values, "number": np.arange(values.len(), dtype=np.int64)})
    numbers = (
        pl.DataFrame({"value": column})
        .join(table, on="value", how="left", nulls_equal=True, maintain_order="left")["number"]
        .to_numpy()
    )
    return numbers, values
