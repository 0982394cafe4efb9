"""Secondary suppression by elimination, as the benchmark of disclosure control has it."""

from itertools import product

import numpy as np
import pytest

from anonymise.disclosure.space import space
from benchmarks.disclosure.elimination import Linear, eliminated, linear
from benchmarks.disclosure.reference import view
from benchmarks.disclosure.tables import as_tables, instance


def crossed(numbers: list[list[int]]) -> tuple[Linear, np.ndarray]:
    """A table of two dimensions with totals: the matrix of its cells, and their people."""
    inner = np.array(numbers)
    height, width = inner.shape
    found = []
    for row, column in product(range(height + 1), range(width + 1)):
        cell = np.zeros((height, width), dtype=np.int64)
        cell[slice(None) if row == height else row, slice(None) if column == width else column] = 1
        found.append(cell.ravel())
    matrix = np.array(found)
    return Linear(matrix, np.zeros((0, height * width), dtype=np.int64)), matrix @ inner.ravel()


def recovered(given: Linear, hidden: np.ndarray) -> np.ndarray:
    """Cells that are linear combinations of published ones and of what is publicly zero."""
    shown = np.concatenate([given.cells[~hidden], given.known]).astype(float)
    _, size, axes = np.linalg.svd(shown, full_matrices=False)
    axes = axes[size > 1e-9]
    rest = given.cells - given.cells @ axes.T @ axes
    return np.asarray(np.linalg.norm(rest, axis=1) < 1e-8)


def test_one_cell_of_few_people_takes_three_others_with_it() -> None:
    given, people = crossed([[30, 3, 40], [20, 25, 60], [50, 70, 80]])
    hidden = eliminated(given, people, people < 10, singletons=False)
    assert hidden.sum() == 4
    assert not recovered(given, hidden)[people < 10].any()


def test_the_largest_cells_stay() -> None:
    given, people = crossed([[30, 3, 40], [20, 25, 60], [50, 70, 80]])
    hidden = eliminated(given, people, people < 10, singletons=False)
    assert people[hidden].tolist() == [30, 3, 20, 25]


@pytest.mark.parametrize("singletons", [False, True])
def test_no_cell_of_few_people_of_linked_tables_is_a_combination_of_published_ones(singletons: bool) -> None:
    tables = as_tables(instance("1k"))
    joint = space([view(each) for each in tables])
    given = linear(joint)
    people = np.zeros(joint.size, dtype=np.int64)
    for table, place in zip(tables, joint.places, strict=True):
        people[place] = table.cells["people"].to_numpy()
    hidden = eliminated(given, people, people < 10, singletons=singletons)
    assert not recovered(given, hidden)[people < 10].any()


def test_who_is_alone_in_a_cell_learns_no_other_one() -> None:
    # One line: 1 and 4 are hidden, so that who is alone knows the other from the total.
    given, people = crossed([[1, 4, 40, 50, 60]])
    given = Linear(given.cells[:6], given.known)
    people = people[:6]
    assert people.tolist() == [1, 4, 40, 50, 60, 155]
    assert eliminated(given, people, people < 10, singletons=False).tolist() == [True, True, *[False] * 4]
    assert eliminated(given, people, people < 10, singletons=True).tolist() == [True, True, True, *[False] * 3]
