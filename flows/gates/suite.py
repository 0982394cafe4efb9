"""Counts of broken rules to a verdict, by a Great Expectations suite on one row of counts."""

import logging
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from config.sealing import sealed


@dataclass(frozen=True)
class Check:
    """One rule at a gate.

    Attributes:
        name: the rule.
        passed: what Great Expectations said.
        found: how often it was broken.
        most: how often it may be.
    """

    name: str
    passed: bool
    found: int
    most: int


@dataclass(frozen=True)
class Verdict:
    """What a gate says: it passes if every rule does, and if there was a rule at all."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """True if nothing stands against going on."""
        return bool(self.checks) and all(check.passed for check in self.checks)


@sealed("gate")
def weighed(found: Mapping[str, int], most: Mapping[str, int]) -> Verdict:
    """Hold counts against their limits.

    Great Expectations sees one row of counts and answers true or false: with any other result format it copies
    values into its results. The context lives in memory only and sends nothing.

    Args:
        found: rule → how often it is broken.
        most: rule → how often it may be, for the same rules.

    Raises:
        StageError: Great Expectations failed; nothing has passed.
    """
    with _quiet(), _without_spark(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its imports use modules that Python retires
        import great_expectations as gx
        import pandas as pd
        from great_expectations.data_context.types.base import ProgressBarsConfig
        from great_expectations.expectations.core.expect_column_values_to_be_between import (
            ExpectColumnValuesToBeBetween,
        )
        from great_expectations.expectations.core.expect_table_row_count_to_equal import ExpectTableRowCountToEqual

        context = gx.get_context(mode="ephemeral")
        context.enable_analytics(enable=False)
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        counts = pd.DataFrame({rule: [count] for rule, count in found.items()})
        asset = context.data_sources.add_pandas("counts").add_dataframe_asset("counts")
        batch = asset.add_batch_definition_whole_dataframe("counts").get_batch({"dataframe": counts})
        limits = [
            ExpectColumnValuesToBeBetween(column=rule, min_value=0, max_value=allowed)
            for rule, allowed in most.items()
        ]
        suite = gx.ExpectationSuite(name="gate", expectations=[ExpectTableRowCountToEqual(value=1), *limits])
        result = batch.validate(suite, result_format="BOOLEAN_ONLY")
    said = {
        each.expectation_config.kwargs.get("column"): each.success is True
        for each in result.results
        if each.expectation_config is not None
    }
    one_row = said.get(None, False)
    return Verdict(
        tuple(
            Check(rule, one_row and said.get(rule, False), count, most.get(rule, 0))
            for rule, count in found.items()
        )
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Where a scheduler has set up logging, Great Expectations would tell of its temporary folders."""
    before = logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def _without_spark() -> Iterator[None]:
    """Great Expectations loads PySpark wherever that is installed: seconds that no gate needs.

    PySpark also ends a process whose main module is no file, taking it for one of its own tests.
    """
    loaded = sys.modules.get("pyspark")
    sys.modules["pyspark"] = None  # type: ignore[assignment] # what the import system takes for "not there"
    try:
        yield
    finally:
        del sys.modules["pyspark"]
        if loaded is not None:
            sys.modules["pyspark"] = loaded
