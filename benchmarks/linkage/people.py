"""Two invented lists of people who share an area, of any size and in bounded memory.

People, households, twins and addresses are those of `flows.synthetic`; this module only says who stands on
which list and how each list is kept. No file is read and no clock: size and seed decide everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from flows.synthetic.addresses import addresses
from flows.synthetic.population import population
from flows.synthetic.recording import Habits, written

SIDES: Final = ("left", "right")
BOTH: Final = 0.60
ONE_ONLY: Final = 0.15
"""Shares of the area's people on both lists, and on each of them alone; the rest are on neither. Four in five
of a list are on the other one too."""

PIECE: Final = 100_000
"""People made at a time; memory grows with this and not with their number."""

ADDRESS: Final = ("house", "street", "place", "postcode")

HABITS: Final = {
    "left": Habits(
        ("title", "first_name", "middle_name", "last_name", "dob", "sex", *ADDRESS),
        missing={"middle_name": 0.5, "dob": 0.03, "sex": 0.03, "postcode": 0.01, "title": 0.2},
        misspelt=0.02, nickname=0.10, initial=0.012, exchanged=0.004, former=0.08, wrong_dob=0.015, old_home=0.10,
        misspelt_street=0.03, wrong_postcode=0.012, wrong_number=0.01, placeholder=0.005,
    ),
    "right": Habits(
        ("first_name", "middle_name", "last_name", "dob", "sex", *ADDRESS),
        missing={"middle_name": 0.35, "dob": 0.01, "sex": 0.01, "postcode": 0.005},
        misspelt=0.01, nickname=0.03, initial=0.003, exchanged=0.002, former=0.06, wrong_dob=0.006, old_home=0.30,
        misspelt_street=0.015, wrong_postcode=0.006, wrong_number=0.005, placeholder=0.003,
    ),
}  # fmt: skip
"""How each list is kept: the left as a landlord keeps it, the right as a hospital does, whose addresses are
old. No shared id is on either, and no figure is taken from a real body."""


@dataclass
class _Used:
    """How much earlier pieces have used up."""

    people: int = 0
    homes: int = 0
    units: int = 0


def area(size: int) -> int:
    """People who live where two lists of about `size` people each are kept."""
    return round(size / (BOTH + ONE_ONLY))


def two_lists(size: int, seed: int) -> Iterator[tuple[str, pl.DataFrame]]:
    """Pieces of the two lists, each with the name of its side.

    A row holds `client_ref` (the row's number on its list), `person` (who it truly is) and the columns that
    the list asks for; people of one piece stand in random order. A piece of the left list is followed by one
    of the right list; the people in both pieces are the same part of the area.

    Args:
        size: people on each list, but for chance.
        seed: the same size and seed give the same lists.
    """
    people, used, rows = area(size), _Used(), dict.fromkeys(SIDES, 0)
    while used.people < people:
        rng = np.random.default_rng([seed, used.people])
        for side, piece in _piece(rng, used, min(PIECE, people - used.people)):
            numbered = piece.insert_column(
                0,
                pl.int_range(rows[side], rows[side] + piece.height, eager=True)
                .cast(pl.String)
                .alias("client_ref"),
            )
            rows[side] += piece.height
            yield side, numbered


def _piece(rng: Generator, used: _Used, count: int) -> Iterator[tuple[str, pl.DataFrame]]:
    people = population(rng, count, used.people)
    homes = addresses(rng, people["home"].n_unique(), used.units, used.homes)
    chance = rng.random(count)
    on = {"left": chance < BOTH + ONE_ONLY, "right": (chance < BOTH) | (chance >= 1.0 - ONE_ONLY)}
    used.people += count
    used.homes += homes.height
    used.units = int(homes["unit"][-1]) + 1
    for side in SIDES:
        chosen = rng.permutation(np.flatnonzero(on[side]))
        rows = people[chosen]
        held = written(rng, HABITS[side], rows, homes, np.zeros(rows.height, dtype=bool))
        yield side, held.with_columns(rows["person"].cast(pl.String))
