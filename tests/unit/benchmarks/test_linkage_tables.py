"""What the benchmark of linkage prints."""

import sys
from pathlib import Path

import pytest

from benchmarks.linkage.processes import Cost, FailedError, measured
from benchmarks.linkage.sets import DataSet
from benchmarks.linkage.systems import Result, run
from benchmarks.linkage.tables import costs, quality, ratios

ROW = {"precision": 0.99, "recall": 0.98, "f1": 0.985}
FIGURES = {
    "candidates": {"recall": 0.9871},
    "before": {"default": {**ROW, "f1": 0.9}, "best": {**ROW, "f1": 0.95}},
    "after": {"default": ROW, "best": {**ROW, "f1": 0.99}},
}
OURS = Result("a", "ours-strict", {"encode": Cost(9.0, 6.0, 100.0), "link": Cost(2.0, 2.0, 50.0)}, FIGURES)
SPLINK = Result("a", "splink", {"link": Cost(30.0, 40.0, 200.0), "- train": Cost(0.0, 30.0, 0.0)}, FIGURES)


def test_quality_has_a_line_for_each_system() -> None:
    lines = quality([OURS, SPLINK]).splitlines()
    assert lines[2] == "| a | ours, strict | 0.9871 | 0.9000 | 0.9500 | 0.9900 | 0.9800 | 0.9850 | 0.9900 |"
    assert lines[3].startswith("| a | Splink 5 |")


def test_a_system_that_was_not_run_says_why() -> None:
    missing = Result("a", "splink", {}, {}, "no --peers-python")
    lines = quality([missing]).splitlines()
    assert "no --peers-python" in lines[2]
    assert {line.count("|") for line in lines} == {10}
    assert len(ratios([OURS, missing]).splitlines()) == 2


def test_a_figure_that_was_not_measured_is_a_dash() -> None:
    large = Result("a", "ours-strict", {}, {"after": {"default": ROW, "best": None}})
    assert quality([large]).splitlines()[2] == "| a | ours, strict | - | - | - | 0.9900 | 0.9800 | 0.9850 | - |"


def test_ratios_are_of_linkage_alone_and_with_encoding() -> None:
    assert ratios([OURS, SPLINK]).splitlines()[2] == "| a | ours, strict | 20.0 | 5.0 | 4.0 |"


def test_costs_show_each_process_and_each_step() -> None:
    lines = costs([OURS, SPLINK]).splitlines()
    assert "| a | ours, strict | encode | 6.0 | 100 | 9.0 |" in lines
    assert "| a | Splink 5 | - train | 30.0 |  |  |" in lines


def test_costs_add_up_and_the_peak_is_the_higher_one() -> None:
    assert Cost(1.0, 2.0, 30.0) + Cost(1.0, 3.0, 20.0) == Cost(2.0, 5.0, 30.0)


def test_a_process_is_measured_without_its_parents_memory() -> None:
    held = bytearray(300_000_000)
    held[::4096] = b"1" * len(held[::4096])
    assert measured(sys.executable, "-c", "pass").peak < 100
    assert measured(sys.executable, "-c", "x = b'1' * 200_000_000").peak > 190


def test_a_process_that_fails_is_an_error() -> None:
    with pytest.raises(FailedError, match="boom"):
        measured(sys.executable, "-c", "raise ValueError('boom')")


def test_peers_are_left_out_without_their_interpreter_or_beyond_their_size(tmp_path: Path) -> None:
    small = DataSet("own-1k", ("left", "right"), (10, 10), (True, True), 100, households=True)
    large = DataSet("own-10m", ("left", "right"), (10**7, 10**7), (True, True), 10**8, households=True)
    assert run("splink", small, tmp_path, python=Path(), peers_python=None).missing == "no --peers-python"
    assert "beyond" in run("recordlinkage", large, tmp_path, python=Path(), peers_python=Path("p")).missing


@pytest.mark.slow
def test_our_linkage_is_run_and_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.linkage import sets

    monkeypatch.setitem(sets.OWN, "own-1k", 200)
    data = sets.prepared("own-1k", tmp_path / "set", peers_python=None)
    found = run("ours-strict", data, tmp_path / "set", python=Path(sys.executable), peers_python=None)
    assert found.missing == ""
    assert found.figures["after"]["default"]["precision"] > 0.95
    assert found.figures["after"]["default"]["recall"] > 0.8
    assert found.costs["encode"].cpu > 0
    assert quality([found]).count("ours, strict") == 1
