"""Figures of a linkage of labelled files."""

import json
from pathlib import Path

import numpy as np
import pytest

from flows.evaluate import evaluate

HEADER = "person,first_name,last_name,dob,postcode,remark\n"
NAMES = ("Ann", "Bert", "Clara", "Dev", "Elif", "Farah", "George", "Hana", "Ivor", "Jun")


def rows(people: range, *, seed: int = 0) -> str:
    random = np.random.default_rng(3)
    everybody = [
        f"{number},{random.choice(NAMES)},{''.join(random.choice(list('bcdfglmnrst'), 7))}"
        f",{random.integers(1930, 2010)}-{random.integers(1, 13):02d}-{random.integers(1, 28):02d}"
        f",M{random.integers(1, 99)} {random.integers(1, 9)}{''.join(random.choice(list('ABDEF'), 2))}"
        for number in range(max(people, default=0) + 1)
    ]
    lines = [f"{everybody[number]},{number}{seed}" for number in people]
    return HEADER + "".join(f"{line}\n" for line in np.random.default_rng(seed).permutation(lines))


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_files_without_errors_are_linked_without_errors(tmp_path: Path) -> None:
    left, right = file(tmp_path, "a.csv", rows(range(300), seed=1)), file(tmp_path, "b.csv", rows(range(100, 400)))
    found = evaluate(left, right, truth="person").figures
    assert found["pairs"] == 200
    assert found["after"]["default"]["precision"] == 1.0
    # Whoever would stand out by what is withheld of him sends nothing, and is found by nobody.
    assert found["candidates"]["recall"] >= 0.99
    assert found["after"]["default"]["recall"] >= 0.99
    assert found["columns"]["left"] == ["first_name", "last_name", "dob", "postcode"]
    assert set(found["steps"]) == {"read", "encode", "weigh", "resolve"}


def test_the_order_of_rows_changes_no_figure(tmp_path: Path) -> None:
    right = file(tmp_path, "b.csv", rows(range(50, 250)))
    found = [
        evaluate(file(tmp_path, f"a{seed}.csv", rows(range(200), seed=seed)), right, truth="person").figures
        for seed in (1, 2)
    ]
    for each in found:
        each.pop("steps")
    assert found[0] == found[1]


def test_a_file_is_linked_with_itself(tmp_path: Path) -> None:
    text = rows(range(200)) + rows(range(80), seed=2).removeprefix(HEADER)
    found = evaluate(file(tmp_path, "a.csv", text), None, truth="person", dedupe=True).figures
    assert found["pairs"] == 80
    assert found["after"]["default"]["recall"] > 0.95
    assert found["after"]["default"]["precision"] > 0.95


def test_rows_without_truth_are_counted_and_left_out(tmp_path: Path) -> None:
    blank = "".join(line.replace(line.split(",")[0], "", 1) + "\n" for line in rows(range(20)).splitlines()[1:])
    left = file(tmp_path, "a.csv", HEADER + blank)
    found = evaluate(left, file(tmp_path, "b.csv", rows(range(20))), truth="person").figures
    assert (found["unlabelled"], found["pairs"]) == (20, 0)
    assert found["after"]["default"]["f1"] is None


@pytest.mark.parametrize(("left", "right"), [(0, 0), (0, 3), (1, 1)])
def test_empty_and_tiny_files_have_figures_too(tmp_path: Path, left: int, right: int) -> None:
    report = evaluate(
        file(tmp_path, "a.csv", rows(range(left))), file(tmp_path, "b.csv", rows(range(right))), truth="person"
    )
    assert report.figures["pairs"] == min(left, right)
    assert json.loads(report.to_json())["rows"] == {"left": left, "right": right}
    assert "resolution, default threshold" in report.to_text()


def test_the_report_holds_no_value_of_the_files(tmp_path: Path) -> None:
    text = rows(range(30))
    report = evaluate(file(tmp_path, "a.csv", text), file(tmp_path, "b.csv", text), truth="person")
    written = report.to_json() + report.to_text()
    for line in text.splitlines()[1:]:
        assert line.split(",")[2] not in written
