"""A linear program that is kept warm between questions, solved by HiGHS."""

from typing import Final

import numpy as np

from anonymise.disclosure.space import Ints
from anonymise.disclosure.system import Floats
from config.errors import DisclosureError


class Program:
    """Minimise cost over columns within bounds, subject to rows; each solve starts from the last.

    One thread, simplex, no random start: the same questions in the same order give the same answers.
    """

    def __init__(
        self,
        *,
        start: Ints,
        column: Ints,
        entry: Floats,
        rows: tuple[Floats, Floats],
        bounds: tuple[Floats, Floats],
    ) -> None:
        """Hand the model over.

        Args:
            start: where each row's entries start, shape (rows + 1,).
            column: of each entry.
            entry: coefficients.
            rows: least and greatest sum of each row.
            bounds: least and greatest value of each column.
        """
        import highspy

        self._infeasible = highspy.HighsModelStatus.kInfeasible
        self._optimal = highspy.HighsModelStatus.kOptimal
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its stubs leave it out
        for name, value in _OPTIONS.items():
            self._solver.setOptionValue(name, value)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(bounds[0]), len(rows[0])
        model.col_cost_ = np.zeros(len(bounds[0]))
        model.col_lower_, model.col_upper_ = bounds
        model.row_lower_, model.row_upper_ = rows
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = start
        model.a_matrix_.index_ = column
        model.a_matrix_.value_ = entry
        self._solver.passModel(model)
        self.solved = 0

    def bound(self, columns: Ints, low: Floats, high: Floats) -> None:
        """Change the bounds of some columns."""
        self._solver.changeColsBounds(len(columns), columns.astype(np.int32), low, high)

    def cost(self, columns: Ints, cost: Floats) -> None:
        """Change the cost of some columns."""
        self._solver.changeColsCost(len(columns), columns.astype(np.int32), cost)

    def solve(self) -> Floats | None:
        """The cheapest point, shape (columns,); None if no point keeps all rows and bounds.

        Raises:
            DisclosureError: the solver gave no answer, which is never taken for a good one.
        """
        self._solver.run()
        self.solved += 1
        status = self._solver.getModelStatus()
        if status == self._infeasible:
            return None
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
