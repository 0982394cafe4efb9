"""One process of the peers' environment: pytauargus protects one table.

python -m benchmarks.disclosure.tauargus optimal|modular FOLDER MOST_CPU

FOLDER holds `table.csv`, whose rows are the dimensions' codes, people, cost, status, lower and upper protection
level; `table.json` with the dimensions and which of them have a hierarchy file `NAME.hrc`. The numbers of the rows
to withhold are written to `withheld.txt`. Only the standard library and pytauargus are at hand here.
"""

import json
import sys
from pathlib import Path

from benchmarks.disclosure.limit import at_most

MOST_MINUTES = 10
"""Handed to the solver; it then gives the best pattern that it has."""

SUPPRESS = {"optimal": f"OPT(1,{MOST_MINUTES})", "modular": f"MOD(1,{MOST_MINUTES},1,1,1)"}


def main(method: str, folder: Path) -> None:
    """Write metadata and batch, run it, and read back what is withheld."""
    from pytauargus.engine import run_batch
    from pytauargus.result import parse_simple_tab

    known = json.loads((folder / "table.json").read_text())
    (folder / "table.rda").write_text(metadata(known["dimensions"], known["hierarchies"], folder))
    names = "".join(f'"{each}"' for each in known["dimensions"])
    (folder / "batch.arb").write_text(
        f'<OPENTABLEDATA> "{folder / "table.csv"}"\n<OPENMETADATA> "{folder / "table.rda"}"\n'
        f'<SPECIFYTABLE> {names}|"people"||"cost"\n<SAFETYRULE>\n<READTABLE> 0\n'
        f'<SUPPRESS> {SUPPRESS[method]}\n<WRITETABLE> (1,5,"SO+","{folder / "safe.tab"}")\n'
    )
    run_batch(folder / "batch.arb")
    shown = parse_simple_tab(folder / "safe.tab", known["dimensions"], "people")
    # The program calls the total of a dimension by an empty code or by its total code.
    hidden = {
        tuple(str(row[each]).strip() or TOTAL_CODE for each in known["dimensions"])
        for row in shown
        if row["status"] in ("U", "M")
    }
    lines = (folder / "table.csv").read_text().splitlines()
    at = [line.split(";")[: len(known["dimensions"])] for line in lines]
    found = [number for number, codes in enumerate(at) if tuple(codes) in hidden]
    if len(found) != len(hidden):
        raise RuntimeError(f"{len(hidden) - len(found)} withheld cells are none of the table's")
    (folder / "withheld.txt").write_text("\n".join(map(str, found)))


TOTAL_CODE = "T"


def metadata(dimensions: list[str], hierarchies: list[str], folder: Path) -> str:
    """The description of the table's columns."""
    lines = ["<SEPARATOR> ;", "<SAFE> S", "<UNSAFE> U"]
    for each in dimensions:
        lines += [each, "<RECODEABLE>", f"<TOTCODE> {TOTAL_CODE}"]
        if each in hierarchies:
            lines += ["<HIERARCHICAL>", f'<HIERCODELIST> "{folder / f"{each}.hrc"}"', "<HIERLEADSTRING> @"]
    lines += [
        "people",
        "<NUMERIC>",
        "<DECIMALS> 0",
        "cost",
        "<NUMERIC> <COST>",
        "<DECIMALS> 3",
        "status",
        "<STATUS>",
    ]
    lines += ["lower", "<NUMERIC> <LOWERPL>", "<DECIMALS> 0", "upper", "<NUMERIC> <UPPERPL>", "<DECIMALS> 0"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    at_most(int(sys.argv[3]))
    main(sys.argv[1], Path(sys.argv[2]))
