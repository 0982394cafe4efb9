"""The cheapest whole numbers within bounds that keep linear constraints, by HiGHS."""

from typing import Final

import numpy as np

from anonymise.disclosure.space import Ints
from anonymise.disclosure.system import Floats
from config.errors import DisclosureError

GAP: Final = 0.005
"""A result that costs no more than this above the least is taken."""
MOST_NODES: Final = 20_000
"""Nodes of the search; the best result so far is then taken. A limit of time would not give the same again."""
MOST_SECONDS: Final = 1_800.0
"""After which the search is given up with an error."""


def cheapest(
    *, start: Ints, column: Ints, entry: Floats, rows: tuple[Floats, Floats], most: Floats, cost: Floats
) -> Ints | None:
    """Whole numbers from 0 to `most` of least cost; None if none keep the rows.

    Args:
        start: where each row's entries start, shape (rows + 1,).
        column: of each entry.
        entry: coefficients.
        rows: least and greatest sum of each row.
        most: greatest value of each column.
        cost: of each column.

    Raises:
        DisclosureError: nothing was found within the limits.
    """
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its stubs leave it out
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(rows[0])
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(len(cost)), most
    model.row_lower_, model.row_upper_ = rows
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(cost)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = start, column, entry
    solver.passModel(model)
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    found = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if status == highspy.HighsModelStatus.kTimeLimit or not found:
        raise DisclosureError(
            "no controlled rounding was found within the limits of the search", {"columns": len(cost)}
        )
    numbers: Ints = np.rint(np.asarray(solver.getSolution().col_value, dtype=np.float64)).astype(np.int64)
    return numbers


_OPTIONS: Final[dict[str, bool | int | float | str]] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "mip_rel_gap": GAP,
    "mip_max_nodes": MOST_NODES,
    "time_limit": MOST_SECONDS,
}
