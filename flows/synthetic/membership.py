"""Which of the people are clients of which body, and under which reference."""

from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator
from numpy.typing import NDArray

from flows.synthetic.names import Flags, Names, Numbers

BODIES: Final = ("housing", "revenues", "benefits", "adult_social_care", "nhs_trust", "prison")

REFERENCES: Final = {
    "housing": "T{:08d}",
    "revenues": "{:08d}",
    "benefits": "B-{:08d}",
    "adult_social_care": "{:08d}",
    "nhs_trust": "RX{:08d}",
    "prison": "P{:08d}",
}
"""How each body writes its client references; leading zeros count."""

REFERENCE_SPACE: Final = 99_999_989
"""A prime, so that multiplying by anything below it mixes references without making two equal."""


CLAIMS_FROM: Final = 0.42
"""Poverty, from 0 to 1, from which most households claim a benefit."""


def memberships(rng: Generator, people: pl.DataFrame) -> dict[str, Flags]:
    """Who is a client where.

    Shares of all people are near 20 % for housing, 60 % for revenues, 25 % for benefits, 5 % for social
    care, 75 % for the trust and 2 % for the prison; the poor and the old are in more of them at once.

    Args:
        rng: the source of chance.
        people: as `population` gives them.

    Returns:
        Body to a flag per person.
    """
    age, poverty = people["age"].to_numpy(), people["poverty"].to_numpy()
    tenant, liable = people["tenant"].to_numpy(), people["liable"].to_numpy()
    adult, man = age >= 18, (people["sex"] == "M").to_numpy()
    poor = poverty > CLAIMS_FROM
    shares: dict[str, NDArray[np.float64]] = {
        "housing": np.select([tenant & liable, tenant & adult, tenant, adult], [0.99, 0.8, 0.7, 0.05], 0.0),
        "revenues": np.where(liable, 0.9, np.where(adult, 0.2, 0.0)),
        "benefits": np.select([poor & liable, poor & adult, poor, adult], [0.85, 0.45, 0.3, 0.03], 0.0),
        "adult_social_care": np.select([age >= 80, age >= 65, adult], [0.3, 0.1, 0.02 + 0.04 * poverty], 0.0),
        "nhs_trust": np.select([age < 5, age >= 65], [0.85, 0.9], 0.7),
        "prison": np.where(adult & (age < 65), np.where(man, 0.24, 0.018) * poverty**1.3, 0.0),
    }
    return {body: rng.random(people.height) < shares[body] for body in BODIES}


def references(body: str, people: Numbers, copies: Numbers) -> Names:
    """Client references of a body, in an order that says nothing about who is who elsewhere.

    Args:
        body: one of BODIES.
        people: person numbers.
        copies: 0, or 1 for a second registration of the same person.
    """
    scattered = ((people * 2 + copies) * (31_415_927 + 7_907 * BODIES.index(body)) + 271_828) % REFERENCE_SPACE
    form = REFERENCES[body]
    return np.array([form.format(number) for number in scattered.tolist()], dtype=object)
