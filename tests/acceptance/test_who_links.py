"""Who is linked and who is not, where the evidence is wrong, shared, old or divided: planted in a town."""

from collections.abc import Callable, Mapping

import pytest

from config.terms import ProfileName
from tests.support.two_bodies import Row, partners, town

CASES = 8
"""People of each kind that are planted."""

IDS = dict.fromkeys(("nhs_number", "nino", "uprn"))
HOME = ("house", "street", "place", "postcode")


def _former_home(one: Row, other: Row) -> tuple[list[Row], list[Row]]:
    """Married and moved: only the home that the left body has as a former one is common to both."""
    old = {name: other[name] for name in HOME}
    return [{**one, **IDS}, {**one, **IDS, **old}], [{**one, **IDS, **old, "last_name": other["last_name"]}]


def _former_name(one: Row, other: Row) -> tuple[list[Row], list[Row]]:
    """Moved too, so that the former name is needed."""
    left, right = {**one, **IDS}, {**one, **IDS, "last_name": other["last_name"], **dict.fromkeys(HOME)}
    return [left, {**left, "last_name": other["last_name"]}], [right]


def _part_of_a_name(one: Row, other: Row) -> tuple[list[Row], list[Row]]:
    right = {**one, **IDS, **dict.fromkeys(HOME)}
    return [{**right, "last_name": f"{one['last_name']}-{other['last_name']}"}], [right]


def _twins(one: Row, other: Row) -> tuple[list[Row], list[Row]]:
    twin = {**one, **IDS, "first_name": other["first_name"], "middle_name": None}
    return [{**one, **IDS}], [twin]


def _father_and_son(one: Row, _: Row) -> tuple[list[Row], list[Row]]:
    born = f"{int(str(one['dob'])[:4]) - 27}-11-13"
    return [{**one, **IDS}], [{**one, **IDS, "dob": born, "middle_name": None}]


MAKERS: Mapping[str, Callable[[Row, Row], tuple[list[Row], list[Row]]]] = {
    "number of somebody else": lambda one, other: ([one], [{**other, "nhs_number": one["nhs_number"]}]),
    "wrong numbers": lambda one, other: (
        [one],
        [{**one, "nhs_number": other["nhs_number"], "nino": other["nino"]}],
    ),
    "former name": _former_name,
    "former home": _former_home,
    "part of a name": _part_of_a_name,
    "twins": _twins,
    "father and son": _father_and_son,
}
"""Kind to what the left and the right body hold of the one client whom they may take for one person."""

ALIKE = ("twins", "father and son")


class Town:
    """Two bodies that know most people of a town, and what is planted in them."""

    def __init__(self, profile: ProfileName) -> None:
        """Plant every case, and link."""
        people = town(1_400, seed=11)
        homes = _homes(people)
        singles = iter([home[0] for home in homes if len(home) == 1 and home[0]["nino"]])
        self.left, self.right = list(people[:1_100]), list(people[300:])
        self.planted: dict[str, list[tuple[str, str]]] = {kind: [] for kind in MAKERS}
        for kind, maker in MAKERS.items():
            for _ in range(CASES):
                one, other = next(singles), next(singles)
                self._without(one, other)
                here, there = maker(one, other)
                left, right = f"{kind} {one['client_ref']} here", f"{kind} {one['client_ref']} there"
                self.left += [{**row, "client_ref": left} for row in here]
                self.right += [{**row, "client_ref": right} for row in there]
                if kind in ALIKE:  # Each is known to the other body too.
                    self.left += [{**row, "client_ref": right} for row in there]
                    self.right += [{**row, "client_ref": left} for row in here]
                self.planted[kind].append((left, right))
        self.couples = [
            (home[0], home[1]) for home in homes if len(home) == 2 and home[0]["nino"] and home[1]["nino"]
        ][:CASES]
        for one, other in self.couples:
            self._without(one, other)
            self.left += [one, other]
            self.right += [one, {**other, "nino": one["nino"]}]
        self.found = partners(self.left, self.right, profile)

    def _without(self, *gone: Row) -> None:
        names = {row["client_ref"] for row in gone}
        self.left = [row for row in self.left if row["client_ref"] not in names]
        self.right = [row for row in self.right if row["client_ref"] not in names]

    def linked(self, kind: str) -> int:
        """Planted pairs of a kind that are found to be one person."""
        return sum(self.found.get(left) == right for left, right in self.planted[kind])


def _homes(people: list[Row]) -> list[list[Row]]:
    homes: dict[str | None, list[Row]] = {}
    for row in people:
        homes.setdefault(row["household"], []).append(row)
    return list(homes.values())


@pytest.fixture(scope="module", params=list(ProfileName), ids=str)
def linked_town(request: pytest.FixtureRequest) -> Town:
    return Town(request.param)


def test_a_number_of_somebody_else_links_nobody_who_differs_in_all_else(linked_town: Town) -> None:
    assert linked_town.linked("number of somebody else") == 0


def test_wrong_numbers_part_nobody_who_agrees_in_all_else(linked_town: Town) -> None:
    assert linked_town.linked("wrong numbers") == CASES


def test_a_number_that_a_family_shares_links_each_to_himself(linked_town: Town) -> None:
    for one, other in linked_town.couples:
        assert linked_town.found.get(str(one["client_ref"])) == one["client_ref"]
        assert linked_town.found.get(str(other["client_ref"])) == other["client_ref"]


@pytest.mark.parametrize("kind", ["former name", "former home", "part of a name"])
def test_a_client_is_found_under_any_of_its_versions(linked_town: Town, kind: str) -> None:
    assert linked_town.linked(kind) >= CASES - 1


@pytest.mark.parametrize("kind", ALIKE)
def test_people_of_one_home_who_are_much_alike_stay_two(linked_town: Town, kind: str) -> None:
    assert linked_town.linked(kind) == 0
    for each in (name for pair in linked_town.planted[kind] for name in pair):
        assert linked_town.found.get(each) == each


def test_nearly_everybody_else_is_found_and_nobody_for_another(linked_town: Town) -> None:
    plain = {str(row["client_ref"]) for row in linked_town.left if str(row["client_ref"]).isdigit()}
    known = plain & {str(row["client_ref"]) for row in linked_town.right}
    right = sum(linked_town.found.get(each) == each for each in known)
    assert right >= 0.99 * len(known)
    assert sum(linked_town.found.get(each, each) != each for each in plain) <= 0.005 * len(known)
