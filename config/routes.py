"""How closely a table of routes tells which bodies a journey went through, and in which order."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from config.frozen import Frozen
from config.lines import Place

TO: Final = ">"
MORE: Final = "…"
"""At the end of an order of bodies: the journey went on. In a set of bodies: it went through others too."""
OTHER_ROUTE: Final = "__other__"
"""Journeys of no route that is told."""
BODY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Route:
    """What a category says of the journeys in it.

    Attributes:
        bodies: that it names; in order, or, of a set, in alphabetical order.
        ordered: they are the first bodies of the journey, in this order.
        more: the journey went on to further bodies; of a set, went through others too.
    """

    bodies: tuple[str, ...]
    ordered: bool
    more: bool

    def __str__(self) -> str:
        """As it stands in a table: housing>benefits, housing>…, {benefits, housing}, {benefits, housing, …}."""
        named = [*self.bodies, MORE] if self.more else list(self.bodies)
        return TO.join(named) if self.ordered else "{" + ", ".join(named) + "}"


def route_of(text: str) -> Route | None:
    """The route that a category spells; None for text that spells none."""
    ordered = not (text.startswith("{") and text.endswith("}"))
    named = text.split(TO) if ordered else text[1:-1].split(", ")
    more = named[-1] == MORE
    bodies = tuple(named[:-1] if more else named)
    sound = bool(bodies) and all(BODY.fullmatch(each) for each in bodies)
    if ordered:
        sound = sound and all(one != other for one, other in pairwise(bodies))
    else:
        sound = sound and len(bodies) > 1 and list(bodies) == sorted(set(bodies))
    return Route(bodies, ordered, more) if sound else None


def _route(text: str) -> str:
    if route_of(text) is None:
        raise ValueError(
            "routes such as 'housing>benefits', 'housing>…', '{benefits, housing}' or '{benefits, housing, …}', "
            "a set in alphabetical order"
        )
    return text


class RouteSettings(Frozen):
    """How routes are told. Everything here makes them coarser or keeps them as they were."""

    most_bodies: int = Field(default=4, ge=1, le=8)
    """So many bodies of a route are named and no more."""
    most_categories: int = Field(default=30, ge=1, le=200)
    """So many routes are told, beside those together that are not."""
    categories: tuple[Annotated[str, AfterValidator(_route)], ...] = ()
    """The routes to tell; where none stand, they are chosen so that the most people are told of in most detail."""


def route_faults(
    said: RouteSettings, bodies: Collection[str], refused_pairs: Sequence[tuple[str, str]], *, must_be_listed: bool
) -> Iterator[tuple[Place, str]]:
    """Categories that no journey could fall in, or may.

    Args:
        said: the settings.
        bodies: of the project.
        refused_pairs: bodies that may not be linked.
        must_be_listed: a table of routes is asked for whose categories may not depend on who went where.
    """
    here = ("routes", "categories")
    for text in said.categories:
        route = route_of(text)
        if route is None:
            continue
        for name in sorted(set(route.bodies) - set(bodies)):
            yield here, f"'{name}' is not a body of this project"
        for pair in refused_pairs:
            if set(pair) <= set(route.bodies):
                yield here, f"'{pair[0]}' and '{pair[1]}' have no gateway to each other"
        if len(route.bodies) > said.most_bodies:
            yield here, f"expected at most {said.most_bodies} bodies in a route, as most_bodies says"
    if len(set(said.categories)) < len(said.categories):
        yield here, "a route stands twice"
    if len(said.categories) > said.most_categories:
        yield here, f"expected at most {said.most_categories} routes, as most_categories says"
    if must_be_listed and not said.categories:
        yield (
            here,
            "expected the routes to tell: under 'differential_privacy' they may not be chosen from the data",
        )
