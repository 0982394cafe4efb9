"""How much memory a linkage needs, worked out beforehand: what is held, what goes to disk, what is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from config.machine_errors import CapacityError

GIB: Final = 1 << 30

AT_REST: Final = GIB * 2 // 5
"""What the program takes with nothing loaded."""
PER_ROW: Final = 260
"""Record ids, numbers, labels of persons, and one column of tokens with its join."""
PER_ROW_AND_WORD: Final = 16
PER_PAIR: Final = 220
"""A pair while it is compared, weighed and resolved."""
PER_PAIR_AND_WORD: Final = 40
PER_SHARED: Final = 8
"""One pair on one composite, and each of its words, kept until all are added up."""
PER_ADDED: Final = 48
"""The same while it is added up, its place in a hash table included."""
WORD: Final = 62
"""Composites in one word: a sum of distinct powers of two stays within what every engine adds exactly."""


@dataclass(frozen=True)
class Room:
    """What fits.

    Attributes:
        most_pairs: pairs of rows that can be weighed.
        most_added: rows of the joins that are added up at once; more are added up in shards.
        on_disk: whether the joins go to disk until they are added up.
    """

    most_pairs: int
    most_added: int
    on_disk: bool


EVERYTHING: Final = Room(most_pairs=1 << 62, most_added=1 << 62, on_disk=False)
"""For small linkages, whose memory nobody counts."""


def plan(rows: Sequence[int], composites: int, memory: int) -> Room:
    """How a linkage fits into memory.

    A client is taken to share most composites with one client of each other body. Where tokens are shared by
    groups there are more pairs; whether those fit is looked at composite by composite, before each join.

    Args:
        rows: token rows of each body.
        composites: how many composites there are.
        memory: bytes that the linkage may use.

    Raises:
        CapacityError: it does not fit, however it is done.
    """
    words = max(1, -(-composites // WORD))
    per_pair = PER_PAIR + PER_PAIR_AND_WORD * words
    needed = AT_REST + sum(rows) * (PER_ROW + PER_ROW_AND_WORD * words)
    pairs = sum(min(one, other) for place, one in enumerate(rows) for other in rows[place + 1 :])
    if needed + pairs * per_pair > memory:
        raise CapacityError("rows of all bodies", sum(rows), needed + pairs * per_pair, memory)
    left = memory - needed
    shared = pairs * composites * PER_SHARED * (1 + words)
    return Room(
        most_pairs=left // per_pair,
        most_added=max(left // 3 // (PER_ADDED + 8 * words), 1),
        on_disk=shared > left // 4,
    )
