"""Writes pseudopeople's simulated census, social security and W-2 samples; run by an interpreter that has it.

    PYTHON benchmarks/linkage/simulated.py FOLDER SEED

The samples come with the package (BSD-3-Clause): some ten thousand invented people of an invented town.
"""

import sys
from pathlib import Path

import pseudopeople

MAKERS = {
    "census": pseudopeople.generate_decennial_census,
    "ssa": pseudopeople.generate_social_security,
    "w2": pseudopeople.generate_taxes_w2_and_1099,
}


def main() -> None:
    folder, seed = Path(sys.argv[1]), int(sys.argv[2])
    for name, make in MAKERS.items():
        frame = make(year=2020, seed=seed).astype("object")
        text = frame.where(frame.notna(), None).map(lambda value: None if value is None else str(value))
        text.to_parquet(folder / f"{name}.raw.parquet", index=False)


if __name__ == "__main__":
    main()
