"""The tables of a release, protected by the method that the project file names."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from anonymise.disclosure.attack import attack
from anonymise.disclosure.completed import Categories
from anonymise.disclosure.decide import DECISIONS, decisions, facts
from anonymise.disclosure.earlier import Release
from anonymise.disclosure.held import withheld_before
from anonymise.disclosure.methods.anew import anew
from anonymise.disclosure.methods.changed import Changed, published
from anonymise.disclosure.methods.differential import Noise
from anonymise.disclosure.methods.given import Given, against, given, measured, unsafe_cells
from anonymise.disclosure.methods.repair import cells_of_earlier, further, keyed_cells
from anonymise.disclosure.methods.statement import statement
from anonymise.disclosure.protect import protect
from anonymise.disclosure.public import NOTHING_BESIDE, Beside, Protected
from anonymise.disclosure.space import Flags, Ints, Space
from config.disclosure import DisclosureSettings
from config.tables import Table
from config.terms import Method


def protected_by(
    tables: Sequence[Table],
    settings: DisclosureSettings,
    *,
    categories: Categories | None = None,
    noise: Noise | None = None,
    beside: Beside = NOTHING_BESIDE,
    earlier: Sequence[Release] = (),
    period: str = "",
) -> Protected:
    """Protect all tables of a release together, by the method of the settings.

    Numbers that a method leaves unsafe, because sums narrow them too far, are withheld, with others of their
    sums where that is not enough, until the attack on the tables finds nothing.

    Args:
        tables: every table of the release.
        settings: method, its parameters and the limits.
        categories: those that each dimension has by the project file, whether somebody falls in them or not.
        noise: draws noise; for differential privacy alone.
        beside: what the release will tell outside its tables.
        earlier: everything that was published before. Suppression holds and withholds by it; of changed numbers,
            those of cells that suppression withheld stay withheld, and others where they and it give
            something back.
        period: of the release.

    Raises:
        DisclosureError: the tables contradict themselves or each other, lack what the method needs, or cannot
            be protected by it.
    """
    if settings.method is Method.SUPPRESSION:
        safe = protect(tables, settings, beside=beside, earlier=earlier, period=period)
        return replace(safe, statement=statement(settings))
    private = settings.method is Method.DIFFERENTIAL_PRIVACY
    found = given(tables, settings, categories, only_these=private)
    new = anew(found, settings, noise)
    listed = against(found, settings)
    unsafe = unsafe_cells(found, listed, settings)
    before = np.zeros(len(unsafe), dtype=np.bool_)
    if earlier and not private:
        people = found.truth[: found.joint.size]
        before = withheld_before(keyed_cells(found, settings, period=period), people, earlier, settings)
    withheld = unsafe | before
    elsewhere = cells_of_earlier(earlier, found, settings, period=period)
    names = () if private else tuple(each.name for each in earlier)
    while True:
        hidden = [
            measured(table) & (_at(withheld, place) | (own.list.len() > 0).to_numpy())
            for table, own, place in zip(found.tables, listed, found.joint.places, strict=True)
        ]
        made = tuple(
            replace(published(table, _rows(new.numbers, found.joint, place, rows), new.manner), compared=names)
            for table, place, rows in zip(found.tables, found.joint.places, hidden, strict=True)
        )
        # Noise says nothing for certain, so there is nothing that sums could narrow.
        if private:
            break
        tried = attack(made, settings, beside=beside, earlier=earlier, period=period)
        more = further(tried, found, withheld, elsewhere)
        if not len(more):
            break
        withheld[more] = True
    every = pl.concat(
        [pl.DataFrame(schema=DECISIONS), *(_decided(found, listed, hidden, unsafe, before))],
    )
    said = statement(settings, widened=new.widened, scale=new.scale)
    return Protected(made, every, facts(found.tables, every, made), said, new.epsilon, found.tables)


def _rows(numbers: Ints, joint: Space, place: Ints, hidden: Flags) -> Changed:
    """The new numbers of a table's rows; rows that are no cells have none."""
    there = place >= 0
    people, count = np.zeros(len(place), dtype=np.int64), np.zeros(len(place), dtype=np.int64)
    people[there], count[there] = numbers[place[there]], numbers[joint.size + place[there]]
    return Changed(people, count, hidden)


def _decided(
    found: Given, listed: Sequence[pl.Series], hidden: Sequence[Flags], unsafe: Flags, before: Flags
) -> Iterator[pl.DataFrame]:
    for table, own, rows, place in zip(found.tables, listed, hidden, found.joint.places, strict=True):
        none = np.zeros(len(place), dtype=np.bool_)
        beside = pl.DataFrame({"unsafe": _at(unsafe, place), "by_few": none, "before": _at(before, place)})
        yield decisions(table, own, pl.Series(rows, dtype=pl.Boolean), beside)


def _at(of_cells: Flags, place: Ints) -> Flags:
    """A flag of cells for each row of a table; rows that are no cells have none."""
    flags = np.zeros(len(place), dtype=np.bool_)
    flags[place >= 0] = of_cells[place[place >= 0]]
    return flags
