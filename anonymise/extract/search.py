"""The levels at which an extract is safe and loses least."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from anonymise.extract.classes import Classes, Node, crowded, settled
from anonymise.extract.coded import Coded
from anonymise.extract.lattice import Lattice, lattice
from anonymise.extract.loss import Loss, least_loss, loss
from config.errors import DisclosureError
from config.settings import ExtractSettings

DECIMALS: Final = 12
"""Losses that differ by less are the same."""


@dataclass(frozen=True)
class Chosen:
    """The node that an extract is made at.

    Attributes:
        node: its levels.
        classes: of journeys that look alike.
        loss: what is lost.
        nodes: of the whole lattice.
        looked_at: nodes whose classes were made; the others were ruled out without.
    """

    node: Node
    classes: Classes
    loss: Loss
    nodes: int
    looked_at: int


def most_suppressed(journeys: int, settings: ExtractSettings) -> int:
    """How many of all journeys may be suppressed."""
    return int(journeys * settings.most_suppressed_percent / 100)


def choose(coded: Coded, settings: ExtractSettings, left_out: int = 0) -> Chosen:
    """Of all safe nodes the one that loses least; of several, the most discerning one, then the first.

    Nodes are taken in the order of the least that they can lose, so the search ends at the first that cannot beat
    the best. Whether a node has crowded classes enough is asked on a path upwards from it, by halving: a node that
    has not rules out all finer ones, one that has speaks for all coarser ones. Evenness and distance are no such
    test where classes may be suppressed, since a bad class can spoil the good one that it is merged into; so they
    are asked of every node that is left.

    Args:
        coded: the journeys.
        settings: the limits.
        left_out: further journeys that are suppressed at any levels; they count as suppressed.

    Raises:
        DisclosureError: no allowed levels are safe.

    Sources: Kohlmayer et al. (2012), PASSAT, for halving paths and marking both ways (Flash); LeFevre et al.
    (2005), SIGMOD, for the rule that prunes (Incognito).
    """
    found = lattice(settings.levels)
    bounds = {node: least_loss(coded, node, left_out) for node in found.nodes}
    order = {node: place for place, node in enumerate(sorted(found.nodes, key=lambda node: bounds[node]))}
    budget = most_suppressed(coded.journeys + left_out, settings) - left_out
    search = _Search(coded, settings, found, budget, order)
    best: Chosen | None = None
    for node in order:
        if best is not None and round(bounds[node], DECIMALS) > round(best.loss.penalty, DECIMALS):
            break
        if not search.is_crowded(node):
            continue
        classes = settled(coded, node, settings)
        if classes.suppressed > budget or classes.suppressed == coded.journeys:
            continue
        lost = loss(coded, node, classes, left_out)
        if best is None or _rank(lost) < _rank(best.loss):
            best = Chosen(node, classes, lost, len(found.nodes), 0)
    if best is None:
        raise DisclosureError(
            "no allowed levels make the journeys alike enough; allow coarser levels or fewer columns in [extract]",
            {"levels tried": len(found.nodes)},
        )
    return Chosen(best.node, best.classes, best.loss, best.nodes, search.looked_at)


def _rank(lost: Loss) -> tuple[float, int]:
    return round(lost.penalty, DECIMALS), lost.discernibility


class _Search:
    """Of which nodes it is known whether enough journeys are in classes with enough people and values."""

    def __init__(
        self, coded: Coded, settings: ExtractSettings, found: Lattice, budget: int, order: Mapping[Node, int]
    ) -> None:
        self._coded, self._settings, self._lattice, self._budget = coded, settings, found, budget
        self._order = order
        self._known: dict[Node, bool] = {}
        self.looked_at = 0

    def is_crowded(self, node: Node) -> bool:
        """Whether a node's crowded classes hold journeys enough."""
        if node not in self._known:
            path = self._path(node)
            low, high = 0, len(path)
            while low < high:
                middle = (low + high) // 2
                if self._look(path[middle]):
                    high = middle
                else:
                    low = middle + 1
        return self._known[node]

    def _path(self, node: Node) -> list[Node]:
        """Nodes of which nothing is known, each coarser than the one before, beginning with this one."""
        path = [node]
        for each in self._order:
            if each not in self._known and each != path[-1] and self._lattice.coarser(each, path[-1]):
                path.append(each)
        return path

    def _look(self, node: Node) -> bool:
        """Make a node's classes, and mark every node that they speak for."""
        self.looked_at += 1
        enough = crowded(self._coded, node, self._settings).suppressed <= self._budget
        for other in self._lattice.nodes:
            if self._lattice.coarser(other, node) if enough else self._lattice.coarser(node, other):
                self._known[other] = enough
        return enough
