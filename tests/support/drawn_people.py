"""Invented people in several bodies, with errors, for linkage tests that need no encoder."""

import numpy as np

Person = dict[str, str | None]


def drawn(people: int, *, bodies: int = 2, share: float = 0.7, errors: float = 0.08, seed: int = 1) -> list[
    tuple[list[Person], list[int]]
]:  # fmt: skip
    """For each body its people and who each one is.

    Args:
        people: how many there are.
        bodies: how many bodies.
        share: chance that a body knows somebody.
        errors: chance that a value is recorded as another.
        seed: of the draw.
    """
    random = np.random.default_rng(seed)

    def value(kind: str, size: int) -> str:
        return f"{kind}{random.integers(size)}"

    def person() -> Person:
        return {
            "first": value("f", 100),
            "last": value("l", 1_000),
            "dob": value("d", 25_000),
            "home": value("h", 4_000),
        }

    sizes = {"first": 100, "last": 1_000, "dob": 25_000, "home": 4_000}
    truth = [person() for _ in range(people)]
    held = []
    for _ in range(bodies):
        known = [number for number in range(people) if random.random() < share]
        recorded = [
            {
                field: value(field[0], sizes[field]) if random.random() < errors else was
                for field, was in truth[number].items()
            }
            for number in known
        ]
        held.append((recorded, known))
    return held
