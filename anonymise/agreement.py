"""How often two clients of a body agree on each level of a field, by counting and not by sampling."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Final

import polars as pl

from anonymise.composites import IMPLIED
from config.fields import DIFFERENT, LEVELS

SMOOTHING: Final = 0.5
"""Pairs added to each level, so that none is impossible.

Source: Jeffreys' prior for a multinomial; Jeffreys (1946), Proc. R. Soc. A 186:453.
"""
DIGITS: Final = 4
"""Significant digits that are sent; more would count single clients."""


HOME: Final[dict[str, tuple[str, str]]] = {
    "house_in_sector": ("address.exact", "postcode.sector"),
    "street_in_sector": ("address.street", "postcode.sector"),
    "place_in_unit": ("place.exact", "postcode.unit"),
    "place_in_sector": ("place.exact", "postcode.sector"),
    "place_in_district": ("place.exact", "postcode.district"),
}
"""Levels of a home that go together, and are counted together under the name `home`."""


def agreement(features: pl.DataFrame, *, held_out: str | None = None) -> dict[str, dict[str, float]]:
    """Field to level to the chance that two clients have it as the first level on which they agree.

    Two different clients who both have the field are drawn, and one of each one's versions that has it.

    Args:
        features: as `features.features` gives them.
        held_out: a field of which nothing is told.

    Returns:
        For each field that anybody has, and of its levels those that anybody has; with `different` each field
        sums to 1, and no chance is 0. Under `home` the chances that two clients agree on both levels of each pair
        of `HOME`, if anybody has both.
    """
    found = {field: _field(features, field) for field in LEVELS if field != held_out}
    home = {name: _both(features, levels) for name, levels in HOME.items()}
    found["home"] = {name: chance for name, chance in home.items() if chance is not None}
    return {field: chances for field, chances in found.items() if chances}


def _both(features: pl.DataFrame, levels: tuple[str, str]) -> float | None:
    """The chance that two clients who have both levels agree on both."""
    held = features.select("client_ref", *levels).drop_nulls()
    clients = held["client_ref"].n_unique()
    if not clients:
        return None
    agreeing = _agreeing(_shared(held), levels)
    counts = (agreeing, max(0.0, clients * (clients - 1) / 2 - agreeing))
    both, others = (float(f"{count + SMOOTHING:.{DIGITS}g}") for count in counts)
    return both / (both + others)


def _field(features: pl.DataFrame, field: str) -> dict[str, float]:
    names = [f"{field}.{level}" for level in LEVELS[field]]
    held = features.select("client_ref", *names).filter(pl.any_horizontal(pl.col(names).is_not_null()))
    if held.is_empty():
        return {}
    shared = _shared(held)
    clients = held["client_ref"].n_unique()
    implied = _implied(shared[0], names)

    @cache
    def agreeing(levels: frozenset[str]) -> float:
        return _agreeing(shared, sorted(levels))

    first = [
        max(0.0, _first_agreeing(names[:place], name, lambda levels: agreeing(_least(levels, implied))))
        for place, name in enumerate(names)
    ]
    counts = [*first, max(0.0, clients * (clients - 1) / 2 - sum(first))]
    rounded = [float(f"{count + SMOOTHING:.{DIGITS}g}") for count in counts]
    sent = dict(zip((*LEVELS[field], DIFFERENT), rounded, strict=True))
    kept = [
        level for level, name in zip(LEVELS[field], names, strict=True) if held[name].null_count() < held.height
    ]
    total = sum(sent[level] for level in (*kept, DIFFERENT))
    return {level: sent[level] / total for level in (*kept, DIFFERENT)}


def _shared(held: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Grouped once what every question groups further: values, and the versions of clients with several.

    A client with several versions counts once: each version has an equal part of it.
    """
    names = [name for name in held.columns if name != "client_ref"]
    once = held["client_ref"].n_unique() == held.height
    shared = held.with_columns(share=pl.lit(1.0) if once else 1.0 / pl.len().over("client_ref"))
    values = shared.group_by(names).agg(pl.col("share").sum(), alone=(pl.col("share") == 1.0).sum())
    return values, shared.filter(pl.col("share") < 1.0)


def _implied(values: pl.DataFrame, names: Sequence[str]) -> dict[str, set[str]]:
    """Each level to those that agree wherever it does: weaker by `IMPLIED`, and missing in none that has it."""
    weaker = {name: {f"{name.partition('.')[0]}.{level}" for level in IMPLIED.get(name, ())} for name in names}
    missing = {name: values.filter(pl.col(name).is_not_null()).null_count().row(0, named=True) for name in names}
    return {name: {each for each in weaker[name] if not missing[name][each]} for name in names}


def _least(levels: Sequence[str], implied: Mapping[str, set[str]]) -> frozenset[str]:
    """The levels that say the same as all of these."""
    return frozenset(levels).difference(*(implied[level] for level in levels))


def _agreeing(shared: tuple[pl.DataFrame, pl.DataFrame], levels: Sequence[str]) -> float:
    """Pairs of different clients that agree on all these levels at once."""
    values, several = shared
    common = values.drop_nulls(levels)
    if {*levels, "share", "alone"} != set(values.columns):
        common = common.group_by(levels).agg(pl.col("share", "alone").sum())
    own = several.drop_nulls(levels).group_by("client_ref", *levels).agg(pl.col("share").sum())
    return (_squares(common["share"]) - int(common["alone"].sum()) - _squares(own["share"])) / 2


def _first_agreeing(stronger: Sequence[str], level: str, agreeing: Callable[[Sequence[str]], float]) -> float:
    """Pairs that agree on a level and on none that is stronger, by inclusion and exclusion."""
    return sum(
        (-1.0 if size % 2 else 1.0) * agreeing((*also, level))
        for size in range(len(stronger) + 1)
        for also in combinations(stronger, size)
    )


def _squares(numbers: pl.Series) -> float:
    return float((numbers * numbers).sum())
