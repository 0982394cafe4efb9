"""Bounds in whole numbers.

All numbers are whole, and a linear programme does not know it: where three or more dimensions cross, a bound of
the linear programme may lie beyond any whole solution. What is published is then known more tightly than the
linear programme says. In parts that are small enough the integer programme is solved instead, where the linear
programme's answer is not whole itself.
"""

from typing import Final

import numpy as np

from anonymise.disclosure.system import INCONSISTENT, NEAR, Floats, System
from config.errors import DisclosureError

MOST_VARIABLES: Final = 200
"""Variables of a connected part up to which its bounds are those of whole numbers."""
MOST_NODES: Final = 2_000
"""Nodes of one integer programme; its bound so far then stands, which may be too wide but never too narrow."""


def is_whole(point: Floats) -> bool:
    """True if all values are whole numbers."""
    return bool(np.all(np.abs(point - np.round(point)) <= NEAR))


class WholeProgram:
    """The integer programme of one small part."""

    def __init__(self, linear: System, least: Floats, most: Floats) -> None:
        """Hand the model over.

        Args:
            linear: the part.
            least: of each variable.
            most: of each variable, finite.
        """
        import highspy

        self._status = highspy.HighsModelStatus
        self._feasible = highspy.SolutionStatus.kSolutionStatusFeasible
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its stubs leave it out
        for name, value in _OPTIONS.items():
            self._solver.setOptionValue(name, value)
        model = highspy.HighsLp()
        self.size = len(least)
        model.num_col_, model.num_row_ = self.size, len(linear.low)
        model.col_cost_ = np.zeros(self.size)
        model.col_lower_, model.col_upper_ = np.ceil(least - NEAR), np.floor(most + NEAR)
        model.row_lower_, model.row_upper_ = linear.low, linear.high
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = linear.start
        model.a_matrix_.index_ = linear.variable
        model.a_matrix_.value_ = linear.entry
        model.integrality_ = [highspy.HighsVarType.kInteger] * self.size
        self._solver.passModel(model)

    def furthest(self, variable: int, direction: float) -> tuple[float, Floats | None]:
        """How far a variable goes, and a point of whole numbers on the way.

        Args:
            variable: which one.
            direction: 1 for its greatest value, -1 for its least.

        Returns:
            No whole solution lies beyond the first; the second is a solution if one was found, the furthest
            unless the nodes ran out.

        Raises:
            DisclosureError: there is no whole solution.
        """
        cost = np.zeros(self.size)
        cost[variable] = -direction
        self._solver.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), cost)
        self._solver.clearSolver()
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == self._status.kInfeasible:
            raise DisclosureError(INCONSISTENT, {"connected parts": 1})
        if status not in (self._status.kOptimal, self._status.kSolutionLimit):
            raise DisclosureError("the integer program has no answer", {"solver status": int(status)})
        info = self._solver.getInfo()
        point: Floats | None = None
        if info.primal_solution_status == int(self._feasible):
            point = np.rint(np.asarray(self._solver.getSolution().col_value)).astype(np.float64)
        return -direction * float(info.mip_dual_bound), point


def small(linear: System) -> bool:
    """True if a connected part is bounded in whole numbers."""
    return len(linear.cell) <= MOST_VARIABLES


_OPTIONS: Final[dict[str, bool | int | float | str]] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "mip_max_nodes": MOST_NODES,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-6,
    "primal_feasibility_tolerance": 1e-9,
    "mip_feasibility_tolerance": 1e-9,
}
