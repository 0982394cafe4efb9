"""A linear program that is kept warm between questions, solved by HiGHS."""

from typing import Final

import numpy as np

from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import NEAR, Floats
from config.errors import DisclosureError

MOST_NODES: Final = 2_000
"""Nodes of a programme over whole numbers, after which the best answer so far is taken."""


class Program:
    """Minimise cost over columns within bounds, subject to rows; each solve starts from the last.

    One thread, simplex, no random start: the same questions in the same order give the same answers.

    Inequalities mostly have room to spare. Rows that are named as lazy are handed over once an answer breaks
    them, and the question is then asked again; every answer keeps all rows.
    """

    def __init__(
        self,
        *,
        start: Ints,
        column: Ints,
        entry: Floats,
        rows: tuple[Floats, Floats],
        bounds: tuple[Floats, Floats],
        lazy: Flags | None = None,
        small: bool = False,
        whole: bool = False,
        most_steps: int | None = None,
    ) -> None:
        """Hand the model over.

        Args:
            start: where each row's entries start, shape (rows + 1,).
            column: of each entry.
            entry: coefficients.
            rows: least and greatest sum of each row.
            bounds: least and greatest value of each column.
            lazy: rows that are left out until an answer breaks them, shape (rows,); none where not given.
            small: the programme is asked but a few times, and not simplified before it is solved.
            whole: all columns are whole numbers; the answer may then not be the cheapest.
            most_steps: of the simplex method, after which there is no answer; as many as it takes where not given.
        """
        import highspy
        from scipy.sparse import csr_array

        self._infeasible = highspy.HighsModelStatus.kInfeasible
        self._optimal = highspy.HighsModelStatus.kOptimal
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its stubs leave it out
        for name, value in _OPTIONS.items():
            self._solver.setOptionValue(name, value)
        if small and not whole:
            self._solver.setOptionValue("presolve", "off")
        if most_steps is not None:
            self._solver.setOptionValue("simplex_iteration_limit", most_steps)
        self._stopped = highspy.HighsModelStatus.kIterationLimit
        if whole:
            self._solver.setOptionValue("solver", "choose")
            self._solver.setOptionValue("mip_max_nodes", MOST_NODES)
        every = csr_array((entry, column, start), shape=(len(rows[0]), len(bounds[0])))
        waiting = np.zeros(len(rows[0]), dtype=np.bool_) if lazy is None else lazy
        self._rows, self._low, self._high = every[waiting], rows[0][waiting], rows[1][waiting]
        first = every[~waiting]
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(bounds[0]), first.shape[0]
        model.col_cost_ = np.zeros(len(bounds[0]))
        model.col_lower_, model.col_upper_ = bounds
        model.row_lower_, model.row_upper_ = rows[0][~waiting], rows[1][~waiting]
        if whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * len(bounds[0])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = first.indptr
        model.a_matrix_.index_ = first.indices
        model.a_matrix_.value_ = first.data.astype(np.float64)
        self._solver.passModel(model)
        self._whole = whole
        self._limit = highspy.HighsModelStatus.kSolutionLimit
        self._feasible = int(highspy.SolutionStatus.kSolutionStatusFeasible)
        self.solved = 0

    def bound(self, columns: Ints, low: Floats, high: Floats) -> None:
        """Change the bounds of some columns."""
        self._solver.changeColsBounds(len(columns), columns.astype(np.int32), low, high)

    def cost(self, columns: Ints, cost: Floats) -> None:
        """Change the cost of some columns."""
        self._solver.changeColsCost(len(columns), columns.astype(np.int32), cost)

    def solve(self) -> Floats | None:
        """The cheapest point, shape (columns,); None if no point keeps all rows and bounds, or the steps ran out.

        Raises:
            DisclosureError: the solver gave no answer, which is never taken for a good one.
        """
        while True:
            point = self._answer()
            if point is None or not self._demand(point):
                return point

    def _demand(self, point: Floats) -> bool:
        """Hand over the waiting rows that a point breaks; false if there are none."""
        if not len(self._low):
            return False
        sums: Floats = np.asarray(self._rows @ point, dtype=np.float64)
        broken = (sums < self._low - NEAR) | (sums > self._high + NEAR)
        if not broken.any():
            return False
        rows = self._rows[broken]
        self._solver.addRows(
            rows.shape[0],
            self._low[broken],
            self._high[broken],
            rows.nnz,
            rows.indptr.astype(np.int32)[:-1],
            rows.indices.astype(np.int32),
            rows.data.astype(np.float64),
        )
        self._rows, self._low, self._high = self._rows[~broken], self._low[~broken], self._high[~broken]
        return True

    def _answer(self) -> Floats | None:
        self._solver.run()
        self.solved += 1
        status = self._solver.getModelStatus()
        if status in (self._infeasible, self._stopped):
            return None
        if self._whole and status == self._limit:
            if self._solver.getInfo().primal_solution_status != self._feasible:
                return None
            status = self._optimal
        if status != self._optimal:
            self._solver.clearSolver()
            self._solver.run()
            status = self._solver.getModelStatus()
            if status == self._infeasible:
                return None
            if status != self._optimal:
                raise DisclosureError("the linear program has no answer", {"solver status": int(status)})
        return np.asarray(self._solver.getSolution().col_value, dtype=np.float64)


# Perturbed costs threw the warm start away: without them the same questions took a fifth of the time.
_OPTIONS: Final[dict[str, bool | int | float | str]] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "solver": "simplex",
    "random_seed": 0,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
    "dual_simplex_cost_perturbation_multiplier": 0.0,
    "simplex_scale_strategy": 0,
}
