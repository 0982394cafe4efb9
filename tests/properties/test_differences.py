"""All intervals of a table hold together as often as they say, also where things of a person are alike."""

import numpy as np
import pytest

from anonymise.derived.differences import Side, interval

TABLES, SEGMENTS, MEASURES = 500, 4, 5
LEAST = 0.95


def tables_that_hold(random: np.random.Generator, people: list[int], share: float, things: str) -> float:
    """The share of made-up tables whose intervals all hold zero, where no segment differs from another.

    Things of a person are all alike: each person has the thing or has it not.
    """
    held = 0
    for _ in range(TABLES):
        found = []
        for _ in range(MEASURES):
            counts, above = [], []
            for size in people:
                numbers = np.ones(size, np.int64) if things == "one" else random.geometric(0.25, size)
                counts.append(int(numbers.sum()))
                above.append(int(numbers[random.random(size) < share].sum()))
            for at, size in enumerate(people):
                rest = sum(counts) - counts[at]
                one = Side(size, counts[at], 100 * above[at] / counts[at])
                other = Side(sum(people) - size, rest, 100 * (sum(above) - above[at]) / rest)
                found.append((one, other))
        ends = [interval(one, other, len(found)) for one, other in found]
        held += all(low <= 0 <= high for low, high in ends)
    return held / TABLES


@pytest.mark.parametrize("things", ["one", "several, all alike"])
@pytest.mark.parametrize("share", [0.3, 0.04])
def test_all_intervals_hold_in_95_of_100_tables_where_nothing_differs(things: str, share: float) -> None:
    random = np.random.default_rng(20)
    assert tables_that_hold(random, [40, 80, 200, 400], share, things) >= LEAST


def test_a_true_difference_is_found() -> None:
    low, _ = interval(Side(400, 800, 60.0, 0.05), Side(700, 1_400, 40.0, 0.1), 20)
    assert low > 0
