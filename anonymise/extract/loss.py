"""What an extract at given levels loses against the journeys themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anonymise.extract.classes import Classes, Node
from anonymise.extract.coded import Coded


@dataclass(frozen=True)
class Loss:
    """Information lost.

    Attributes:
        penalty: normalised certainty penalty, mean over journeys and columns, from 0.0 to 1.0; a suppressed one
            loses everything.
        by_column: the same of each column, over the journeys that are written.
        discernibility: sum over journeys of how many look alike; for a suppressed one, of all. Lower is better.
        average_class: journeys in a class that is written, on average.
        average_people: different people in such a class, on average.

    Sources: Ghinita et al. (2007), VLDB, section 2.2, for the penalty; Bayardo & Agrawal (2005), ICDE, section 3,
    for discernibility; LeFevre et al. (2006), ICDE, section 3, for average size of a class.
    """

    penalty: float
    by_column: Mapping[str, float]
    discernibility: int
    average_class: float
    average_people: float


def least_loss(coded: Coded, node: Node, left_out: int) -> float:
    """The penalty of a node if no class were suppressed; suppression and coarser levels can only add to it.

    Args:
        coded: the journeys.
        node: the levels.
        left_out: further journeys that are suppressed at any levels.
    """
    return _penalty(coded, node, np.ones(coded.journeys, dtype=np.bool_), left_out)[0]


def loss(coded: Coded, node: Node, classes: Classes, left_out: int) -> Loss:
    """What a node loses; arguments as for `least_loss`, and its classes, of which some are written."""
    written = classes.reason == 0
    penalty, by_column = _penalty(coded, node, written[classes.of], left_out)
    everything = coded.journeys + left_out
    kept, number = classes.journeys[written], max(int(written.sum()), 1)
    return Loss(
        penalty=penalty,
        by_column=by_column,
        discernibility=int((kept**2).sum()) + (classes.suppressed + left_out) * everything,
        average_class=float(kept.sum()) / number,
        average_people=float(classes.people[written].sum()) / number,
    )


def _penalty(coded: Coded, node: Node, kept: NDArray[np.bool_], left_out: int) -> tuple[float, dict[str, float]]:
    """The penalty over all journeys, and of each column over those kept.

    Sums are of whole numbers, so that the order of journeys cannot change them.
    """
    number = int(kept.sum())
    by_column = {}
    for (column, finest), level in zip(coded.finest.items(), node, strict=True):
        others = coded.others[column]
        whole = int(coded.lost[column, level][finest[kept]].sum()) if others else 0
        by_column[str(column)] = whole / (others * number) if others and number else 0.0
    everything = coded.journeys + left_out
    told = sum(by_column.values()) / len(by_column)
    return (told * number + (everything - number)) / everything, by_column
