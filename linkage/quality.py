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


def expected(weighed: Weighed, person: Ints, reached: float | None = None) -> dict[str, float]:
    """Expected precision and recall of persons, over pairs of clients that were compared.

    `recall` counts only pairs of one person that share a token; `recall_of_all` also those that, by the model,
    share none.

    Args:
        weighed: every candidate pair.
        person: shape (clients,), equal for clients of one person.
        reached: share of all pairs of one person that share a token, as `reach.reached` foretells it.
    """
    probability: Floats = weighed.probability
    linked: NDArray[np.bool_] = person[weighed.left] == person[weighed.right]
    right, total = float(probability[linked].sum()), float(probability.sum())
    recall = right / total if total else 1.0
    return {
        "precision": round(right / float(linked.sum()), DIGITS) if linked.any() else 1.0,
        "recall": round(recall, DIGITS),
        **({} if reached is None else {"recall_of_all": round(recall * reached, DIGITS)}),
    }
