"""Invented addresses: streets, towns and postcodes of areas that the post office does not use."""

from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from flows.synthetic.names import Names, Numbers, listed
from flows.synthetic.numbers import uprns

AREAS: Final = tuple("Z" + letter for letter in "KLMNPRSTUWX")
"""Postcode areas that keep the rules of spelling but do not exist."""

INWARD: Final = "ABDEFGHJLNPQRSTUWXYZ"
HOMES_PER_UNIT: Final = 17
UNITS_PER_SECTOR: Final = 40
SECTORS_PER_DISTRICT: Final = 6
UNITS_PER_STREET: Final = 2
DISTRICTS_PER_AREA: Final = 99
"""Together with the areas above room for 261,360 units: homes of some 10 million people."""


def addresses(rng: Generator, count: int, first_unit: int, first_address: int) -> pl.DataFrame:
    """As many homes as asked, in consecutive postcode units.

    Args:
        rng: the source of chance.
        count: homes.
        first_unit: units that earlier calls have used up.
        first_address: homes that earlier calls have made.

    Returns:
        Columns house, street, place, postcode, uprn and unit (number of the postcode unit); shape (count, 6).
    """
    sizes = np.clip(rng.poisson(HOMES_PER_UNIT, count // 8 + 2), 6, 60)
    units = np.repeat(np.arange(len(sizes)), sizes)[:count] + first_unit
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)[:count]
    numbers = np.arange(count) - starts + 1 + 40 * (units % UNITS_PER_STREET)
    return pl.DataFrame(
        {
            "house": _houses(rng, numbers),
            "street": _streets(units // UNITS_PER_STREET),
            "place": _towns(units),
            "postcode": _postcodes(units),
            "uprn": uprns(np.arange(count) + first_address),
            "unit": units,
        },
        schema_overrides={name: pl.String for name in ("house", "street", "place", "postcode", "uprn")},
    )


def _houses(rng: Generator, numbers: Numbers) -> Names:
    houses = numbers.astype(str).astype(object)
    kind = rng.random(len(numbers))
    flats = np.flatnonzero(kind < 0.14)
    flat_numbers = rng.integers(1, 13, len(flats)).astype(str).astype(object)
    houses[flats] = "Flat " + flat_numbers + ", " + houses[flats]
    lettered = np.flatnonzero((kind >= 0.14) & (kind < 0.16))
    houses[lettered] = houses[lettered] + np.array(list("AB"), dtype=object)[rng.integers(0, 2, len(lettered))]
    named = np.flatnonzero(kind > 0.98)
    known = np.array(listed("places", "houses"), dtype=object)
    houses[named] = known[rng.integers(0, len(known), len(named))]
    return houses


def _streets(streets: Numbers) -> Names:
    """A name for each street; the same name comes again after some 1,700 others."""
    first, last = (np.array(listed("places", part), dtype=object) for part in ("streets_first", "streets_last"))
    scattered = streets * 7_919
    return np.asarray(first[scattered % len(first)] + " " + last[scattered // len(first) % len(last)])


def _towns(units: Numbers) -> Names:
    """Neighbouring sectors share a town."""
    towns = np.array(listed("places", "towns"), dtype=object)
    return np.asarray(towns[units // (UNITS_PER_SECTOR * 3) % len(towns)])


def _postcodes(units: Numbers) -> Names:
    """Unit, sector, district and area, in the spelling of real postcodes.

    Source: BS 7666-0; the inward letters C, I, K, M, O and V are not used.
    """
    sectors, in_sector = np.divmod(units, UNITS_PER_SECTOR)
    districts, in_district = np.divmod(sectors, SECTORS_PER_DISTRICT)
    areas, in_area = np.divmod(districts, DISTRICTS_PER_AREA)
    letters = np.array(list(INWARD), dtype=object)
    place = (in_sector * 83 + sectors * 7) % (len(INWARD) ** 2)
    outward = np.array(AREAS, dtype=object)[areas % len(AREAS)] + (in_area + 1).astype(str).astype(object)
    inward = (in_district + 1).astype(str).astype(object) + letters[place // 20] + letters[place % 20]
    return np.asarray(outward + " " + inward)
