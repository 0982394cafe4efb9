import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from anonymise.alike import alike


def rows(*patterns: str) -> np.ndarray:
    """Composites as letters: a dot lacks one."""
    return np.array([[letter == "." for letter in pattern] for pattern in patterns], dtype=np.bool_)


def drawn(lacking: np.ndarray) -> list[str]:
    return ["".join("." if each else "x" for each in row) for row in lacking]


def clients(count: int) -> pl.Series:
    return pl.Series([str(number) for number in range(count)], dtype=pl.String)


def test_a_rare_pattern_takes_the_fullest_common_one_that_lacks_what_it_lacks() -> None:
    given_rows = rows("xxxx", "xxxx", "xxx.", "xxx.", "x...", "x...", "xx.x", ".xx.")
    assert drawn(alike(given_rows, clients(8), 2)) == [
        "xxxx", "xxxx", "xxx.", "xxx.", "x...", "x...", "x...", "....",
    ]  # fmt: skip


def test_versions_of_one_client_do_not_hide_each_other() -> None:
    one = pl.Series(["a", "a", "b", "b", "c"])
    assert drawn(alike(rows("xx", "xx", "x.", "x.", "x."), one, 2)) == ["x."] * 5
    assert drawn(alike(rows("xx", "xx", "x."), one[:3], 2)) == [".."] * 3


@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), max_size=30), st.integers(1, 4))
def test_every_pattern_is_of_enough_clients_or_empty_and_nothing_is_given_back(
    drawn_rows: list[list[bool]], least: int
) -> None:
    lacking = np.array(drawn_rows, dtype=np.bool_).reshape(-1, 5)
    found = alike(lacking, clients(len(lacking)), least)
    assert (found | ~lacking).all()
    counts: dict[bytes, int] = {}
    for row in found:
        counts[row.tobytes()] = counts.get(row.tobytes(), 0) + 1
    assert all(row.all() or counts[row.tobytes()] >= least for row in found)
    order = np.argsort(np.arange(len(lacking)) * 7 % max(len(lacking), 1), kind="stable")
    assert (alike(lacking[order], clients(len(lacking)), least) == found[order]).all()
