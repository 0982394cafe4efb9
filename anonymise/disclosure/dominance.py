"""Rules against amounts that a few people make up: means and sums of costs, days, contacts or things at large.

Whoever contributes much knows their own part, and what is left tells of the others.
Source: Hundepool et al. (2012), Statistical Disclosure Control, section 4.2.
"""

from dataclasses import dataclass

import polars as pl

from config.tables import Table


def is_amount() -> pl.Expr:
    """True where the value is a mean or a sum of amounts: neither a share nor a quantile, and not unsaid."""
    share = pl.col("people_with").is_not_null()
    quantile = (pl.col("least_people") > 0).fill_null(value=False)
    return pl.col("value").is_not_null() & ~share & ~quantile


def _told(of_count: bool) -> pl.Expr:
    """Rows whose amount is the count itself, which all rows of the cell show; or all others, and unknown ones."""
    same = pl.col("amount").eq_missing(pl.col("count"))
    return is_amount() & (same if of_count else ~same)


def _wrong() -> pl.Expr:
    """Contributions that cannot be; null where they are not known."""
    return (pl.col("amount") < 0) | (pl.col("largest").list.sum() > pl.col("amount"))


@dataclass(frozen=True)
class Dominance:
    """The (n, k) rule: the `most_people` who contribute most make up more than `percent` of the amount.

    Attributes:
        figure: against the value alone; else against the count that the value is worked out from.
    """

    most_people: int
    percent: int
    figure: bool = True

    @property
    def name(self) -> str:
        """The reason."""
        return "few people dominate the figure" if self.figure else "few people dominate the count"

    def unsafe(self, table: Table) -> pl.Expr:  # noqa: ARG002 - the same for every table
        """True where they make up more; unknown where contributions are not."""
        most = pl.col("largest").list.head(self.most_people).list.sum()
        return _told(not self.figure) & (_wrong() | (100 * most > self.percent * pl.col("amount")))


@dataclass(frozen=True)
class Estimate:
    """The p % rule: the second largest contributor could estimate the largest to within `percent` of it.

    What is left when both are taken from the amount is less than that much of the largest.
    """

    percent: int
    figure: bool = True

    @property
    def name(self) -> str:
        """The reason."""
        return "figure gives away its largest part" if self.figure else "count gives away its largest part"

    def unsafe(self, table: Table) -> pl.Expr:  # noqa: ARG002 - the same for every table
        """True where too little is left; unknown where contributions are not."""
        largest = pl.col("largest").list.get(0, null_on_oob=True)
        rest = pl.col("amount") - pl.col("largest").list.head(2).list.sum()
        return _told(not self.figure) & (_wrong() | (100 * rest < self.percent * largest))
