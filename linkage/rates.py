"""How many clients of a body are linked to another: for whom linkage works less well."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkage.bundles import Records
from linkage.candidates import Ints


def match_rates(records: Records, person: Ints, allowed: NDArray[np.bool_]) -> dict[str, Any]:  # JSON
    """Clients that share a person with a client of another body, by body and by pair of bodies.

    Args:
        records: all bodies'.
        person: shape (clients,).
        allowed: pairs of bodies that may be linked, shape (bodies, bodies); others count nowhere. On its diagonal,
            clients that share a person with another client of their own body.

    Returns:
        `bodies`: body, clients, and how many are `linked` to any other body. `pairs`: the same towards one
        `other` body.
    """
    names, sizes = records.bodies, records.sizes
    reached = _reached(records, person) & allowed[records.client_body]
    elsewhere = reached.copy()
    elsewhere[np.arange(elsewhere.shape[0]), records.client_body] = False
    towards = np.zeros((len(names), len(names)), dtype=np.int64)
    np.add.at(towards, records.client_body, reached)
    anywhere = np.bincount(records.client_body[elsewhere.any(axis=1)], minlength=len(names))
    return {
        "bodies": [
            {"body": name, "clients": int(sizes[place]), "linked": int(anywhere[place])}
            for place, name in enumerate(names)
        ],
        "pairs": [
            {
                "body": names[here],
                "other": names[there],
                "clients": int(sizes[here]),
                "linked": int(towards[here, there]),
            }
            for here, there in zip(*np.nonzero(allowed), strict=True)
        ],
    }


def _reached(records: Records, person: Ints) -> NDArray[np.bool_]:
    """Whether a client's person has a further client in each body: shape (clients, bodies)."""
    _, number = np.unique(person, return_inverse=True)
    held = np.zeros((int(number.max(initial=-1)) + 1, len(records.bodies)), dtype=np.int32)
    np.add.at(held, (number, records.client_body), 1)
    others = held[number]
    others[np.arange(others.shape[0]), records.client_body] -= 1
    reached: NDArray[np.bool_] = others > 0
    return reached
