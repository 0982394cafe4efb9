"""The fewest cells that protect a small component, by an integer programme whose conditions are found on the way.

The programme says which cells are withheld. Its answer is tried: a number that is unsafe in it is unsafe with any
part of the cells withheld, so each protection that withholds the number withholds some further cell as well. The
cells are first added to as long as the number stays unsafe, which makes that condition say more. When an answer
protects, no protection withholds fewer.

After the Benders decomposition of Fischetti and Salazar-González, Management Science 47 (2001), with combinatorial
conditions (Codato and Fischetti, Operations Research 54, 2006) in place of those from dual solutions, so that they
hold in whole numbers too.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.program import Program
from anonymise.disclosure.safety import safe
from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import INCONSISTENT, NEAR, Floats, System, restricted
from anonymise.disclosure.whole import small
from config.errors import DisclosureError

MOST_CANDIDATES: Final = 30
"""Cells that might be withheld or not, beyond which the search alone decides."""
MOST_ROUNDS: Final = 30
"""Answers that are tried; after that what the search found stands."""
MOST_CONDITIONS: Final = 2
"""Conditions that one answer gives."""


@dataclass(frozen=True)
class Fewest:
    """What is known of the fewest cells.

    Attributes:
        withheld: cells to withhold, shape (cells,).
        proven: nothing protects that weighs less.
    """

    withheld: Flags
    proven: bool


def fewest(linear: System, truth: Floats, given: Flags, loose: Flags, weight: Floats, found: Flags) -> Fewest:
    """The lightest cells that protect a component, or those that were found already.

    Args:
        linear: the component.
        truth: of its variables.
        given: cells that are withheld whatever happens.
        loose: variables that move within their bounds at no cost.
        weight: what each cell counts for.
        found: cells that protect it.
    """
    movable = np.zeros(len(given), dtype=np.bool_)
    movable[linear.cell[~loose]] = True
    candidates = np.flatnonzero(movable & ~given)
    if not len(candidates) or len(candidates) > MOST_CANDIDATES or not small(linear):
        return Fewest(found, proven=not len(candidates))
    master, reach = _Master(weight[candidates]), _Reach(linear, truth, loose)
    for _ in range(MOST_ROUNDS):
        answer = master.solve()
        if answer is None:
            break
        tried = given.copy()
        tried[candidates[answer]] = True
        if weight[tried].sum() >= weight[found].sum() - NEAR:
            return Fewest(found, proven=True)
        unsafe = _unsafe(linear, truth, tried, loose)
        if not len(unsafe):
            return Fewest(tried, proven=True)
        for variable in unsafe[:MOST_CONDITIONS]:
            without = reach.enlarged(tried, variable, candidates)
            own = np.flatnonzero(candidates == linear.cell[variable])
            master.ask(np.flatnonzero(~without[candidates]), own if not given[linear.cell[variable]] else own[:0])
    return Fewest(found, proven=False)


def _unsafe(linear: System, truth: Floats, withheld: Flags, loose: Flags) -> Ints:
    """Hidden variables that are not safe, those of few people first."""
    hidden = withheld[linear.cell] | loose
    place = np.flatnonzero(hidden)
    inside = restricted(linear, truth, hidden)
    low, high = bounds(inside)
    open_zero = (truth[place] == 0) & inside.open_zero
    found = place[~safe(low, high, inside.width, inside.reach) & ~open_zero]
    ordered: Ints = found[np.lexsort((found, truth[found]))]
    return ordered


class _Reach:
    """How far one number can move, by one linear programme that is kept warm.

    What it calls unsafe is unsafe in whole numbers too; what it calls safe need not be.
    """

    def __init__(self, linear: System, truth: Floats, loose: Flags) -> None:
        self.linear, self.truth, self.loose = linear, truth, loose
        self.every = np.arange(len(truth))
        self.program = Program(
            start=linear.start,
            column=linear.variable,
            entry=linear.entry,
            rows=(linear.low, linear.high),
            bounds=(truth, truth),
        )

    def unsafe(self, variable: int, withheld: Flags) -> bool:
        """True if a variable is surely unsafe with these cells withheld."""
        linear, truth, at = self.linear, self.truth, np.array([variable])
        hidden = withheld[linear.cell] | self.loose
        low, high = np.where(hidden, linear.least, truth), np.where(hidden, linear.most, truth)
        # Nobody asks how far beyond safety it goes.
        enough = max(float(truth[variable] + linear.width[variable]), float(linear.reach[variable]))
        high[variable] = min(float(high[variable]), enough)
        self.program.bound(self.every, low, high)
        ends = []
        for direction in (1.0, -1.0):
            self.program.cost(at, np.array([direction]))
            point = self.program.solve()
            if point is None:
                raise DisclosureError(INCONSISTENT, {"components": 1})
            ends.append(point[at])
        self.program.cost(at, np.zeros(1))
        return not safe(ends[0], ends[1], linear.width[at], linear.reach[at])[0]

    def enlarged(self, withheld: Flags, variable: int, candidates: Ints) -> Flags:
        """Cells that leave a number unsafe, so many that any other one would make it safe."""
        most = withheld.copy()
        blocks = [candidates[~withheld[candidates]]]
        while blocks:
            # Most cells are far from the number: many are added at once, and those that help it are told apart.
            block = blocks.pop()
            most[block] = True
            if self.unsafe(variable, most):
                continue
            most[block] = False
            if len(block) > 1:
                blocks += [block[len(block) // 2 :], block[: len(block) // 2]]
        return most


class _Master:
    """Which candidates are withheld, subject to the conditions so far; the lightest choice, one thread."""

    def __init__(self, weight: Floats) -> None:
        import highspy

        self._optimal = highspy.HighsModelStatus.kOptimal
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its stubs leave it out
        for name, value in _OPTIONS.items():
            self._solver.setOptionValue(name, value)
        self.size = len(weight)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.size, 0
        # What weighs nothing is still not withheld without need.
        model.col_cost_ = np.maximum(weight, NEAR)
        model.col_lower_, model.col_upper_ = np.zeros(self.size), np.ones(self.size)
        model.integrality_ = [highspy.HighsVarType.kInteger] * self.size
        self._solver.passModel(model)

    def ask(self, others: Ints, own: Ints) -> None:
        """At least one of the others is withheld, wherever the own one is."""
        column = np.concatenate([others, own]).astype(np.int32)
        entry = np.concatenate([np.ones(len(others)), -np.ones(len(own))])
        self._solver.addRow(1.0 - len(own), np.inf, len(column), column, entry)

    def solve(self) -> Ints | None:
        """The candidates of the lightest choice; None if the solver has no answer."""
        self._solver.clearSolver()
        self._solver.run()
        if self._solver.getModelStatus() != self._optimal:
            return None
        return np.flatnonzero(np.asarray(self._solver.getSolution().col_value) > 0.5)


_OPTIONS: Final[dict[str, bool | int | float | str]] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-9,
    "mip_max_nodes": 2_000,
}
