"""Quality of a linkage: expected from the model where no truth is known."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from linkage.bundles import Records
from linkage.candidates import Ints
from linkage.estimate import Floats
from linkage.weigh import Weighed

DIGITS: Final = 6


def between(records: Records, person: Ints) -> Ints:
    """Pairs of clients of one person, by body: shape (bodies, bodies), symmetric. Labels are small numbers."""
    size = np.bincount(person)
    shared = np.flatnonzero(size[person] > 1)
    number = (np.cumsum(size > 1) - 1)[person[shared]]
    bodies = len(records.bodies)
    slots = number * bodies + records.client_body[shared]
    persons = int(number.max(initial=-1)) + 1
    held = np.bincount(slots, minlength=persons * bodies).reshape(persons, bodies)
    together = held.T @ held
    own = np.einsum("pb,pb->b", held, held - 1) // 2
    np.fill_diagonal(together, own)
    return together


def expected(weighed: Weighed, person: Ints) -> dict[str, float]:
    """Expected precision and recall of persons, over pairs of clients that were compared.

    Recall counts only matches that share a token: of the others nothing is known.
    """
    probability: Floats = weighed.probability
    linked: NDArray[np.bool_] = person[weighed.left] == person[weighed.right]
    right, total = float(probability[linked].sum()), float(probability.sum())
    return {
        "precision": round(right / float(linked.sum()), DIGITS) if linked.any() else 1.0,
        "recall": round(right / total, DIGITS) if total else 1.0,
    }
