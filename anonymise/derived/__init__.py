"""What is worked out from published tables alone: hot spots, the journey map, differences, changes.

Nothing here reads a number that is not published, so nothing here can disclose more than the tables do; whoever
has the tables could work it out too. A number that is withheld is unknown here as well, never zero.
"""

from collections.abc import Callable, Mapping

import polars as pl

from anonymise.derived.changes import changes
from anonymise.derived.differences import differences
from anonymise.derived.hot_spots import hot_spots
from anonymise.derived.journey_map import journey_map
from anonymise.derived.priorities import priorities
from anonymise.derived.published import Public, PublicTable
from config.derived import CONTRACTS, Derived

DERIVATIONS: Mapping[Derived, Callable[[Public], pl.DataFrame]] = {
    Derived.HOT_SPOTS: hot_spots,
    Derived.JOURNEY_MAP: journey_map,
    Derived.PRIORITIES: priorities,
    Derived.DIFFERENCES: differences,
    Derived.CHANGES: changes,
}
"""How each derived table is made."""


def derived(public: Public) -> dict[Derived, pl.DataFrame]:
    """Every derived table that has a row.

    Raises:
        ContractError: a derivation broke its contract.
    """
    made = {each: CONTRACTS[each].verify(make(public)) for each, make in DERIVATIONS.items()}
    return {each: frame for each, frame in made.items() if frame.height}


__all__ = ["DERIVATIONS", "Public", "PublicTable", "derived"]
