"""The choice of categories of routes that tells of the most people in the most detail, each of enough people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from config.routes import Route
from linkage.journeys.routes import Ways, by_detail, categories_of, detail

Numbers = NDArray[np.int64]

MOST_DISSOLVED: Final = 4
"""A category of more than so many times the least number of people is not dissolved to see whether that is better:
those whom its coarser ones lack are fewer than the least number, and could not make up for it."""
MANY: Final = 2
"""Where there are so many times more categories than may be, the smallest go at once."""
MOST_COARSER: Final = 8
"""Of the categories that are made where one is dissolved, so many are dissolved on trial as well."""


@dataclass(frozen=True)
class Generalised:
    """Categories and what they keep.

    Attributes:
        routes: the categories, in alphabetical order.
        kept: people times detail, in bits, over all categories that can be published.
    """

    routes: tuple[str, ...]
    kept: float


@dataclass
class _Atoms:
    """Journeys that no category of enough people can tell apart, with their people.

    Attributes:
        covered_by: for each atom its categories, those that tell most first.
        people: for each atom its people, each once.
        order: all categories, those that tell most first.
        least: the fewest people of a category.
        bits: of each category.
        covers: atoms of each category, one bit each.
        counted: numbers of people that were counted already.
    """

    covered_by: Sequence[Sequence[Route]]
    people: Sequence[Numbers]
    order: Sequence[Route]
    least: int
    bits: Mapping[Route, float]
    covers: Mapping[Route, int]
    counted: dict[tuple[int, ...], int] = field(default_factory=dict)

    def of(self, atoms: Iterable[int]) -> int:
        """Different people in some atoms."""
        key = tuple(atoms)
        if key not in self.counted:
            self.counted[key] = _number([self.people[each] for each in key])
        return self.counted[key]


def generalised_routes(
    ways: Ways, person: Numbers, *, bodies: int, most_bodies: int, least: int, most: int
) -> Generalised:
    """Choose categories of enough people, so that every journey falls in exactly one of them or in none.

    From the category that tells most to the one that tells least, each is made if enough people are in it who are
    in none that tells more. Then each small one is dissolved on trial, its journeys falling into coarser ones,
    and stays so where more is kept: people times detail, less the smallest category if too few are in none, since
    it would have to be withheld with them. Nothing but numbers of people and names decides.

    Args:
        ways: of the journeys.
        person: of each journey, shape (journeys,).
        bodies: how many the project has.
        most_bodies: most that a category may name.
        least: the fewest people of a category.
        most: the most categories.
    """
    atoms = _atoms(ways, person, bodies, most_bodies, least)
    dissolved: frozenset[Route] = frozenset()
    made = _made(atoms, dissolved)
    while len(made) - (None in made) > most:
        dissolved |= _cheapest(atoms, made, dissolved, most)
        made = _made(atoms, dissolved)
    kept = _kept(atoms, made)
    while True:
        better = _better(atoms, made, dissolved, kept, most)
        if better is None:
            return Generalised(tuple(sorted(str(each) for each in made if each is not None)), kept[0])
        dissolved, made, kept = better


Kept = tuple[float, bool]
Made = Mapping[Route | None, Sequence[int]]
"""Category to its atoms; None for what falls in none."""


def _atoms(ways: Ways, person: Numbers, bodies: int, most_bodies: int, least: int) -> _Atoms:
    """Ways with their people, joined where every category of enough people covers both or neither."""
    people = _people_of(ways, person)
    covers: dict[Route, list[int]] = defaultdict(list)
    for number, way in enumerate(ways.each):
        for route in categories_of(way, most_bodies):
            covers[route].append(number)
    order = by_detail(
        [route for route, covered in covers.items() if _reaches([people[each] for each in covered], least)], bodies
    )
    telling: list[list[Route]] = [[] for _ in ways.each]
    for route in order:
        for number in covers[route]:
            telling[number].append(route)
    alike: dict[tuple[Route, ...], list[int]] = defaultdict(list)
    for number, each in enumerate(telling):
        alike[tuple(each)].append(number)
    joined = [np.unique(np.concatenate([people[each] for each in numbers])) for numbers in alike.values()]
    covered: dict[Route, int] = defaultdict(int)
    for number, routes in enumerate(alike):
        for route in routes:
            covered[route] |= 1 << number
    return _Atoms(list(alike), joined, order, least, {route: detail(route, bodies) for route in order}, covered)


def _people_of(ways: Ways, person: Numbers) -> list[Numbers]:
    """For each way its people, each once."""
    pairs = np.unique(np.stack([ways.of_journey, person]), axis=1)
    parts: list[Numbers] = np.split(pairs[1], np.searchsorted(pairs[0], np.arange(1, len(ways.each))))
    return parts if ways.each else []


def _reaches(people: Sequence[Numbers], least: int) -> bool:
    """Whether so many different people are in one of some lists of people."""
    sizes = [each.size for each in people]
    return max(sizes) >= least or (sum(sizes) >= least and _number(people) >= least)


def _number(people: Sequence[Numbers]) -> int:
    return int(np.unique(np.concatenate(people)).size) if people else 0


def _made(atoms: _Atoms, dissolved: Collection[Route]) -> Made:
    """Categories of enough people who are in none that tells more, without those that are dissolved."""
    waiting: dict[Route, list[int]] = defaultdict(list)
    for number, routes in enumerate(atoms.covered_by):
        for route in routes:
            waiting[route].append(number)
    made: dict[Route | None, Sequence[int]] = {}
    free = set(range(len(atoms.covered_by)))
    for route in atoms.order:
        inside = [each for each in waiting[route] if each in free]
        if route not in dissolved and inside and _reaches([atoms.people[each] for each in inside], atoms.least):
            made[route] = inside
            free -= set(inside)
    if free:
        made[None] = sorted(free)
    return made


def _worth(atoms: _Atoms, made: Made, route: Route) -> tuple[float, str]:
    """What a category keeps; its name decides where two keep the same."""
    return atoms.of(made[route]) * atoms.bits[route], str(route)


def _cheapest(atoms: _Atoms, made: Made, dissolved: frozenset[Route], most: int) -> frozenset[Route]:
    """What to dissolve so that there are fewer categories, at the least loss for each one less.

    Either one category goes, and its people are told of no longer; or some within a coarser one do, which stands
    in their place and tells of others too. People are taken to add up, which is near enough for a choice.
    """
    order = sorted((*_worth(atoms, made, each), each) for each in made if each is not None)
    if len(order) > MANY * most:
        return frozenset(each for _, _, each in order[: len(order) - MANY * most])
    loss, goes, coarse = order[0][0], frozenset({order[0][2]}), None
    named = [(each, atoms.of(made[each]), _bits(made[each])) for _, _, each in order]
    free = [(atoms.people[each].size, 1 << each) for each in made.get(None, ())]
    for route in atoms.order:
        if route in dissolved:
            continue
        covered, bits = atoms.covers[route], atoms.bits[route]
        within = sorted(
            (people * (atoms.bits[each] - bits), str(each), each)
            for each, people, inside in named
            if atoms.bits[each] > bits and not inside & ~covered
        )
        lost = 0.0 if route in made else -bits * sum(people for people, atom in free if atom & covered)
        for number, (more, _, _) in enumerate(within, start=1):
            lost += more
            fewer = number - (route not in made)
            if fewer > 0 and lost / fewer < loss:
                loss, goes, coarse = lost / fewer, frozenset(each for _, _, each in within[:number]), route
    if coarse is None:
        return goes
    # What lies between would else stand in the place of what goes.
    inside = atoms.covers[coarse]
    between = {
        each
        for each in atoms.order
        if each not in made and atoms.bits[each] > atoms.bits[coarse] and not atoms.covers[each] & ~inside
    }
    return goes | between


def _bits(atoms: Iterable[int]) -> int:
    return sum(1 << each for each in atoms)


def _kept(atoms: _Atoms, made: Made) -> Kept:
    """People times detail, and whether nobody would have to be withheld, which decides where two keep the same."""
    worths = [_worth(atoms, made, each)[0] for each in made if each is not None]
    few = _few_left(atoms, made)
    return round(sum(sorted(worths)) - (min(worths, default=0.0) if few else 0.0), 6), not few


def _few_left(atoms: _Atoms, made: Made) -> bool:
    return None in made and atoms.of(made[None]) < atoms.least


def _better(
    atoms: _Atoms, made: Made, dissolved: frozenset[Route], kept: Kept, most: int
) -> tuple[frozenset[Route], Made, Kept] | None:
    """The best that comes of dissolving one category more, or also one made in its place; None if nothing does."""
    named = [each for each in made if each is not None]
    limit = None if _few_left(atoms, made) else MOST_DISSOLVED * atoms.least
    best: tuple[frozenset[Route], Made, Kept] | None = None
    for each in sorted(named, key=lambda each: _worth(atoms, made, each)):
        if limit is not None and atoms.of(made[each]) > limit:
            continue
        once = _made(atoms, dissolved | {each})
        coarser = [other for other in atoms.order if other in once and other not in made][:MOST_COARSER]
        trials = [(dissolved | {each}, once)]
        trials += [(dissolved | {each, other}, _made(atoms, dissolved | {each, other})) for other in coarser]
        for without, other_made in trials:
            found = _kept(atoms, other_made)
            if len(other_made) - (None in other_made) <= most and found > (kept if best is None else best[2]):
                best = without, other_made, found
    return best
