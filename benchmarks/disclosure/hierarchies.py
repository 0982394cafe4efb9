"""Names of categories, and the groups that they fall in: routes have groups, months quarters."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """How many categories each dimension has, groups and totals not counted."""

    agencies: int
    routes: int
    groups: int
    segments: int
    months: int

    @property
    def cells(self) -> int:
        """Cells of the three tables, rows of nobody included."""
        agency, segment = self.agencies + 1, self.segments + 1
        route, month = self.routes + self.groups + 1, self.months + self.months // 3 + 1
        return (agency * route + agency * segment + route * segment) * month


def names(dimension: str, sizes: Sizes) -> list[str]:
    """Categories of a dimension in their order, without groups and total."""
    if dimension == "month":
        return [f"{2020 + at // 12}-{at % 12 + 1:02}" for at in range(sizes.months)]
    many = {"agency": sizes.agencies, "route": sizes.routes, "segment": sizes.segments}[dimension]
    return [f"{dimension} {at + 1:03}" for at in range(many)]


def parents(sizes: Sizes) -> dict[str, Mapping[str, str]]:
    """For each dimension with groups, each category's group."""
    return {
        "route": {name: f"group {at % sizes.groups + 1:02}" for at, name in enumerate(names("route", sizes))},
        "month": {name: f"{name[:4]}-q{(int(name[5:]) - 1) // 3 + 1}" for name in names("month", sizes)},
    }
