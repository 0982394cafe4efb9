"""Rules against publishing a cell: each one flags it and gives the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from anonymise.disclosure.dominance import Dominance, Estimate
from anonymise.disclosure.groups import FewCategories, NobodyInOne, WholeInOne
from config.disclosure import DisclosureSettings
from config.hierarchies import ancestors
from config.tables import Table


class Rule(Protocol):
    """A reason not to publish a cell. A null counts as a breach."""

    @property
    def name(self) -> str:
        """The reason, as it stands in decisions and the log."""

    @property
    def figure(self) -> bool:
        """The reason is against the value alone, not against saying how many people the cell holds."""

    def unsafe(self, table: Table) -> pl.Expr:
        """True for cells of the table that may not be published."""


@dataclass(frozen=True)
class FewPeople:
    """Fewer than `least` distinct people are in the cell."""

    least: int
    name: str = "few people"
    figure: bool = False

    def unsafe(self, table: Table) -> pl.Expr:  # noqa: ARG002 - the same for every table
        """True below the least number of people; zero people included."""
        return pl.col("people") < self.least


@dataclass(frozen=True)
class StatisticNeedsMore:
    """The statistic rests on fewer people than its kind needs: a median 20, a 90th percentile 100."""

    name: str = "statistic needs more people"
    figure: bool = True

    def unsafe(self, table: Table) -> pl.Expr:  # noqa: ARG002 - the same for every table
        """True below the number that the cell itself states."""
        return pl.col("people") < pl.col("least_people")


@dataclass(frozen=True)
class FewBodies:
    """Fewer than `least` bodies contribute, so that the cell speaks of one body's clients alone."""

    least: int
    name: str = "few bodies"
    figure: bool = False

    def unsafe(self, table: Table) -> pl.Expr:  # noqa: ARG002 - the same for every table
        """True below the least number of bodies."""
        return pl.col("bodies") < self.least


@dataclass(frozen=True)
class FewBehind:
    """The numerator, or the rest of the group, is a few people: the share would single them out.

    None at all behind the numerator is not few: an absent row of the same table says as much. Of a mean of answers
    on a scale, the numerator counts points above the bottom of the scale, and what is outside it points below the
    top; at most so many people gave another answer than that end.
    """

    least: int
    name: str = "few behind the figure"
    figure: bool = True

    def unsafe(self, table: Table) -> pl.Expr:
        """True where 1 to `least` - 1 people, or points of answers, are behind the numerator, or outside it."""
        rest = pl.col("people") - pl.col("people_with")
        few = pl.col("people_with").is_between(1, self.least - 1) | rest.is_between(1, self.least - 1)
        share = pl.col("people_with").is_not_null() & few
        return share | _at_an_end(table, lambda points: points.is_between(1, self.least - 1))


@dataclass(frozen=True)
class WholeGroup:
    """Everybody in the cell is behind the numerator.

    To know of a person that they are in the group is then to know the figure's attribute of them, however
    large the group. The opposite, nobody, is published: that a group has *not* been somewhere is what an
    absent row says of every combination, and hiding it here would not hide it there. A mean of answers that is at
    an end of the scale tells everybody's answer, at whichever end.
    """

    name: str = "whole group"
    figure: bool = True

    def unsafe(self, table: Table) -> pl.Expr:
        """True where nobody is outside the numerator, or all answers are at one end of their scale."""
        share = pl.col("people_with").is_not_null() & (pl.col("people_with") >= pl.col("people"))
        return share | _at_an_end(table, lambda points: points <= 0)


def _at_an_end(table: Table, near: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Whether points of all answers above the bottom of their scale are near, or those below its top.

    False where a value is no mean of answers on a scale.
    """
    if "shift" not in table.cells.columns:
        return pl.lit(value=False)
    told = pl.col("value").is_not_null() & pl.col("scale").is_not_null() & (pl.col("shift") < 0)
    most = (-2 * pl.col("shift") / pl.col("scale") * pl.col("count")).round()
    return told & (near(pl.col("numerator")) | near(most - pl.col("numerator")))


@dataclass(frozen=True)
class NobodyBehind:
    """Nobody is behind the numerator, and that is a secret: it is then known of each person that they are not."""

    name: str = "nobody behind the figure"
    figure: bool = True

    def unsafe(self, table: Table) -> pl.Expr:  # noqa: ARG002 - the same for every table
        """True where the numerator rests on nobody."""
        return pl.col("people_with").is_not_null() & (pl.col("people_with") == 0)


@dataclass(frozen=True)
class RefusedPair:
    """Two bodies that may not be linked to each other both stand among the cell's coordinates.

    A group stands for each of its bodies, so that one that holds both is such a cell by itself; and so is a route
    that names both.
    """

    pairs: tuple[tuple[str, str], ...]
    name: str = "pair without a gateway"
    figure: bool = False

    def unsafe(self, table: Table) -> pl.Expr:
        """True where coordinates name the one body and the other, or groups that they are in."""

        def named(body: str) -> pl.Expr:
            return pl.any_horizontal(
                # Names are of letters, digits and underscores, and other characters part those of a route.
                pl.col(each.name).str.contains(rf"\b{body}\b")
                if each.name == "route"
                else pl.col(each.name).is_in([body, *ancestors(body, each.parents)])
                for each in table.dimensions
            )

        met = [named(one) & named(other) for one, other in self.pairs if table.dimensions]
        return pl.any_horizontal(met) if met else pl.lit(value=False)


def rules(settings: DisclosureSettings) -> tuple[Rule, ...]:
    """Every rule of a release, in the order in which reasons are given."""
    secret_zeros = settings.zeros == "sampled"
    share, percent = (settings.dominance_people, settings.dominance_percent), settings.estimate_percent
    diverse: tuple[Rule, ...] = ()
    if settings.least_categories is not None:
        by_entropy = settings.diversity == "entropy"
        diverse = (FewCategories(settings.sensitive, settings.least_categories, by_entropy),)
    return (
        FewPeople(settings.least_people),
        StatisticNeedsMore(),
        FewBodies(settings.least_bodies),
        FewBehind(settings.least_people),
        WholeGroup(),
        *((NobodyBehind(), NobodyInOne(settings.sensitive)) if secret_zeros else ()),
        WholeInOne(settings.sensitive, zeros_are_public=not secret_zeros),
        *diverse,
        *(Dominance(*share, figure=figure) for figure in (False, True)),
        *(Estimate(percent, figure=figure) for figure in (False, True)),
        RefusedPair(settings.refused_pairs),
    )
