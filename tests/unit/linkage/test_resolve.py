"""From links to persons."""

import numpy as np

from linkage.resolve import Resolved, resolve

BODIES = np.array([0, 0, 1, 1, 2, 2])
UNIQUE = np.array([True, True, True])


def persons(links: list[tuple[int, int, float]], unique: np.ndarray = UNIQUE) -> Resolved:
    left, right, bits = (np.array([link[place] for link in links]) for place in range(3))
    return resolve(left.astype(int), right.astype(int), bits.astype(float), BODIES, unique)


def test_links_unite_over_all_bodies() -> None:
    assert persons([(0, 2, 9.0), (2, 4, 9.0)]).person.tolist() == [0, 1, 0, 3, 0, 5]


def test_the_stronger_link_wins_where_both_would_unite_two_clients_of_a_body() -> None:
    found = persons([(0, 2, 5.0), (0, 3, 9.0)])
    assert found.person.tolist() == [0, 1, 2, 0, 4, 5]
    assert (found.contested, found.disputed) == (1, 1)


def test_a_tie_links_nobody() -> None:
    found = persons([(0, 2, 7.0), (0, 3, 7.0), (1, 5, 3.0)])
    assert found.person.tolist() == [0, 1, 2, 3, 4, 1]
    assert found.disputed == 2


def test_a_tie_is_told_beyond_the_last_digits() -> None:
    assert persons([(0, 2, 0.1 + 0.2), (0, 3, 0.3)]).person.tolist() == [0, 1, 2, 3, 4, 5]


def test_a_chain_breaks_at_its_weakest_link() -> None:
    # 0 and 1 are of one body, linked through 2 and 4.
    found = persons([(0, 2, 9.0), (2, 4, 5.0), (1, 4, 8.0)])
    assert found.person.tolist() == [0, 1, 0, 3, 1, 5]


def test_links_that_tie_and_agree_are_all_made() -> None:
    found = persons([(0, 2, 7.0), (2, 4, 7.0), (0, 4, 7.0), (1, 4, 2.0)])
    assert found.person.tolist() == [0, 1, 0, 3, 0, 5]


def test_a_body_whose_clients_need_not_be_unique_may_stand_twice() -> None:
    found = persons([(0, 2, 5.0), (0, 3, 9.0)], np.array([True, False, True]))
    assert found.person.tolist() == [0, 1, 0, 0, 4, 5]
    assert found.contested == 0


def test_nobody_is_linked_without_links() -> None:
    assert persons([]).person.tolist() == [0, 1, 2, 3, 4, 5]
    nobody = np.empty(0, int)
    assert resolve(nobody, nobody, np.empty(0), nobody, np.empty(0, bool)).person.size == 0
