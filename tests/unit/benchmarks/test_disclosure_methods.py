"""How the benchmark of disclosure control runs and prints methods."""

from pathlib import Path

import pytest

from benchmarks.disclosure.linked import codes, read, written
from benchmarks.disclosure.methods import Result, Setting, run
from benchmarks.disclosure.patterns import PLACE, primary
from benchmarks.disclosure.printed import compared, instances
from benchmarks.disclosure.tables import instance
from benchmarks.disclosure.tauargus import metadata
from benchmarks.linkage.processes import Cost


def setting(folder: Path, *, most_cpu: int = 60) -> Setting:
    return Setting(seed=1, peers_python=None, most_cpu=most_cpu, folder=folder)


def test_peers_and_what_a_method_does_not_know_are_left_out(tmp_path: Path) -> None:
    assert run("acro", "1k", setting(tmp_path)).missing == "no --peers-python"
    assert run("elimination", "100k", setting(tmp_path)).missing == "not run beyond 20,000 cells"
    assert "add up" in run("primary", "people-10k", setting(tmp_path)).missing


def test_primary_suppression_is_run_and_attacked(tmp_path: Path) -> None:
    found = run("primary", "1k", setting(tmp_path))
    assert found.missing == ""
    assert found.figures["withheld"] == 234
    assert found.figures["verdict"] == "fail"
    assert found.figures["findings"]["recovered exactly"] > 100


def test_what_a_peer_leaves_open_is_withheld_besides(tmp_path: Path) -> None:
    found = run("elimination+ours", "1k", setting(tmp_path))
    assert found.missing == ""
    assert found.figures["verdict"] == "pass"
    assert found.figures["withheld"] > 376


def test_a_method_that_takes_too_long_is_ended_and_says_so(tmp_path: Path) -> None:
    found = run("elimination", "10k", setting(tmp_path, most_cpu=1))
    assert found.missing == "crashed, or ended after 1 CPU s"


def test_a_table_goes_to_the_program_and_its_answer_comes_back(tmp_path: Path) -> None:
    given = instance("1k")
    grid = given.grids[0]
    few = primary(given)
    written(grid, given.parents, few, tmp_path)
    lines = [line.split(";") for line in (tmp_path / "table.csv").read_text().splitlines()]
    assert len(lines) == grid.cells.height
    assert {line[5] for line in lines if int(line[3]) < 10} == {"U"}
    assert all(int(line[3]) + int(line[7]) >= 10 for line in lines if line[5] == "U")
    assert {line[5] for line in lines if int(line[3]) >= 10} == {"S"}
    known = codes("route", grid, given.parents)
    hierarchy = (tmp_path / "route.hrc").read_text().split()
    assert sum(line.startswith("@") for line in hierarchy) == 9
    assert {line.removeprefix("@") for line in hierarchy} == set(known.values()) - {"T"}

    unsafe = [str(number) for number, line in enumerate(lines) if line[5] == "U"]
    (tmp_path / "withheld.txt").write_text("\n".join(unsafe))
    assert read(grid, tmp_path).join(few, on=PLACE, how="anti").is_empty()


def test_only_dimensions_with_groups_have_a_hierarchy(tmp_path: Path) -> None:
    described = metadata(["agency", "route"], ["route"], tmp_path)
    assert described.count("<HIERARCHICAL>") == 1
    assert "route.hrc" in described


@pytest.mark.parametrize("method", ["ours", "primary"])
def test_a_line_for_each_method(method: str) -> None:
    findings = {"recovered exactly": 1, "inside protection": 2, "certainly below the least number of people": 3}
    figures = {"withheld": 1234, "findings": findings, "verdict": "fail"}
    cost = Cost(9.0, 6.0, 100.0)
    shown = compared([Result("1k", method, cost, cost, figures), Result("1k", "acro", None, None, {}, "absent")])
    lines = shown.splitlines()
    assert "| 1,234 | 1 | 2 | 3 | fail | 6.0 | 100 | 6.0 |" in lines[2]
    assert "absent" in lines[3]
    assert {line.count("|") for line in lines} == {11}


def test_instances_are_described() -> None:
    assert instances([instance("1k")]).splitlines()[2] == "| 1k | 999 | 817 | 234 | everywhere |"
