"""Quantiles of waits equal those of exact fractions, and do not depend on anything but the waits."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.journeys.survival import quantiles
from tests.support.slow_journeys import kaplan_meier

WAITS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=60)
SHARES = ("0.1", "0.5", "0.75", "0.9")


def frame(groups: dict[str, list[tuple[int, bool]]]) -> pl.DataFrame:
    rows = [(name, days, served) for name, waits in groups.items() for days, served in waits]
    return pl.DataFrame(rows, schema={"kind": pl.String, "days": pl.Int64, "served": pl.Boolean}, orient="row")


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({"a": WAITS, "b": WAITS}))
def test_quantiles_are_those_of_exact_fractions_ties_and_cut_off_waits_among_them(groups) -> None:
    found = quantiles(frame(groups), ["kind"], [float(each) for each in SHARES])
    expected = {
        name: tuple(kaplan_meier(waits, share) for share in SHARES) for name, waits in groups.items() if waits
    }
    assert {name: tuple(row) for name, *row in found.iter_rows()} == expected


@settings(max_examples=50, deadline=None)
@given(WAITS, st.randoms(use_true_random=False))
def test_quantiles_do_not_depend_on_the_order_of_waits(waits, shuffled) -> None:
    other = shuffled.sample(waits, len(waits))
    assert quantiles(frame({"a": waits}), [], (0.5,)).equals(quantiles(frame({"a": other}), [], (0.5,)))
