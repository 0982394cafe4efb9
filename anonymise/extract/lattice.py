"""The lattice of levels: every choice of one level for each column, and which choice is coarser than which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from anonymise.extract.classes import Node
from anonymise.extract.hierarchies import COARSER, is_coarser
from config.terms import ExtractColumn, ExtractLevel


@dataclass(frozen=True)
class Lattice:
    """All nodes.

    Attributes:
        columns: that may be told.
        nodes: each choice of levels, from the finest; in the order of levels that the program has, not the
            project file.
    """

    columns: tuple[ExtractColumn, ...]
    nodes: tuple[tuple[ExtractLevel, ...], ...]

    def coarser(self, node: Node, than: Node) -> bool:
        """Whether all that a node tells follows from what another tells; each node's does from itself."""
        return all(
            is_coarser(column, level, below) for column, level, below in zip(self.columns, node, than, strict=True)
        )


def lattice(levels: Mapping[ExtractColumn, Sequence[ExtractLevel]]) -> Lattice:
    """The lattice of the allowed levels of each column."""
    chosen = [[level for level in COARSER[column] if level in allowed] for column, allowed in levels.items()]
    return Lattice(tuple(levels), tuple(product(*chosen)))
