"""One process of the peers' environment: ACRO's cross-tabulations of all tables, with suppression.

python -m benchmarks.disclosure.acro_tables FOLDER MOST_CPU

FOLDER holds `events.csv`, a column for each level of each dimension, and `tables.json`, the lists of columns to be
crossed. ACRO knows neither groups nor linked tables: each combination of levels is a table of its own, as an
analyst would ask for it. Suppressed cells that hold anybody go to `withheld.csv`: the number of the list, then
categories.
"""

import csv
import json
import logging
import sys
from pathlib import Path

from benchmarks.disclosure.limit import at_most


def main(folder: Path) -> None:
    """Cross-tabulate, and write what ACRO blanks."""
    import pandas as pd
    from acro import ACRO

    logging.disable(logging.CRITICAL)
    events = pd.read_csv(folder / "events.csv", dtype=str)
    tables = json.loads((folder / "tables.json").read_text())
    acro = ACRO(suppress=True)
    one = pd.Series("all", index=events.index, name="everybody")
    with (folder / "withheld.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        for number, columns in enumerate(tables):
            if not columns:
                continue
            *index, last = columns if len(columns) > 1 else (*columns, None)
            shown = acro.crosstab([events[each] for each in index], one if last is None else events[last])
            for *categories, people in (
                events[columns].value_counts().reset_index().itertuples(index=False, name=None)
            ):
                at = categories if last is not None else [*categories, "all"]
                row = at[0] if len(index) == 1 else tuple(at[:-1])
                if pd.isna(shown.loc[row, at[-1]]) and people:
                    writer.writerow([number, *categories])


if __name__ == "__main__":
    at_most(int(sys.argv[2]))
    main(Path(sys.argv[1]))
