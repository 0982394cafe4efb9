"""Public event logs as one body: small logs of the same shape, from file to report, against slow counts."""

import csv
import json
import shutil

import pytest

from flows.custody import make_keys
from flows.logs.catalogue import known_logs, write_log_project
from flows.logs.convert import convert
from flows.pipeline import run_project
from flows.release.places import State
from tests.support.project import command
from tests.support.slow_logs import slow_figures, slow_paths
from tests.support.small_logs import TRANSITIONS, mapping, small_log, write_table, write_xes

CASES = 120
LOGS = {
    "receipt": "log.xes.gz",
    "building_permits": "BPIC15_1.xes",
    "hospital": "log.csv",
    "sepsis": "log.xes",
    "loans_2012": "log.csv",
    "loans_2017": "log.xes.gz",
    "travel_permits": "log.xes.gz",
    "traffic_fines": "log.xes",
}


def staged(root, name, file, log):
    """The staged release of a log, by way of everything that a person would do."""
    write_log_project(name, root)
    path = root / file
    (write_table if file.endswith(".csv") else write_xes)(path, log)
    found = convert(path, root / "bodies" / name / "extracts", known_logs()[name].reading)
    make_keys(root / "project.toml", "", "")
    release = run_project(root / "project.toml", "", direct=True)
    return found, root / "releases" / State.STAGED / release


def rows(folder, table):
    with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["status"] == ""]


def test_every_log_of_the_catalogue_is_tried_here() -> None:
    assert set(LOGS) == set(known_logs())


@pytest.mark.parametrize("name", LOGS)
def test_a_log_goes_from_its_file_to_a_report_whose_numbers_are_those_of_a_slow_count(tmp_path, name) -> None:
    log = small_log(name, CASES)
    found, folder = staged(tmp_path, name, LOGS[name], log)
    cases, follows, who, contacts, conforming = slow_figures(name, log)
    every = sum(len(events) for _, events in log)
    kept = sum(len(path) for path in slow_paths(name, log).values())
    assert (found.cases, found.events, found.other_transition, found.unread) == (cases, kept, every - kept, 0)
    assert (found.other_transition > 0) == (name in TRANSITIONS)
    assert found.tied > kept / 3

    said = json.loads((folder / "manifest.json").read_text())
    assert {table["name"] for table in said["tables"]} == {"journeys", "measures", "transitions", "conformance"}
    assert (folder / "report.html").stat().st_size > 10_000

    journeys = {row["journey_type"]: row for row in rows(folder, "journeys")}
    (kind,) = mapping(name)["journeys"]
    assert {"__all__", kind} == set(journeys)
    assert {(row["people"], row["count"]) for row in journeys.values()} == {(str(cases), str(cases))}

    measures = {row["measure"]: row for row in rows(folder, "measures") if row["journey_type"] == kind}
    if contacts:
        assert float(measures["contacts_per_journey"]["value"]) == pytest.approx(contacts / cases, abs=0.0051)
    assert float(measures["conformance"]["value"]) == pytest.approx(sum(conforming) / len(conforming), abs=0.0501)
    assert int(measures["conformance"]["count"]) == len(conforming)

    published = rows(folder, "transitions")
    inside = [row for row in published if "__all__" not in (row["from_step"], row["to_step"])]
    assert len(inside) >= 3
    for row in inside:
        pair = row["from_step"], row["to_step"]
        assert (int(row["count"]), int(row["people"])) == (follows[pair], len(who[pair])), pair
    for total in (row for row in published if {row["from_step"], row["to_step"]} == {"__all__"}):
        assert int(total["count"]) == follows.total()


def test_the_same_log_as_xes_and_as_a_table_gives_the_same_extracts(tmp_path) -> None:
    log = small_log("loans_2017", 30)
    reading = known_logs()["loans_2017"].reading
    for file, write in (("a.xes", write_xes), ("b.xes.gz", write_xes), ("c.csv", write_table)):
        write(tmp_path / file, log)
        convert(tmp_path / file, tmp_path / file[0], reading)
    extracts = [sorted((path.name, path.read_bytes()) for path in (tmp_path / name).iterdir()) for name in "abc"]
    assert extracts[0] == extracts[1] == extracts[2]


def test_the_order_of_the_file_decides_where_everything_happens_at_one_moment(tmp_path) -> None:
    """Cases turned round in the file turn their transitions round, and nothing else tells them apart."""
    moment = "2014-05-01T10:00:00+02:00"
    steps = ("ER Registration", "CRP", "Release A")
    order = [steps if number < 40 else steps[::-1] for number in range(60)]
    log = [
        ({"concept:name": f"case-{number}"}, [{"concept:name": each, "time:timestamp": moment} for each in path])
        for number, path in enumerate(order)
    ]
    _, folder = staged(tmp_path, "sepsis", "log.xes", log)
    counts = {(row["from_step"], row["to_step"]): row["count"] for row in rows(folder, "transitions")}
    assert counts["er_registration", "crp"] == "40"
    assert counts["crp", "er_registration"] == "20"
    assert counts["__start__", "release_a"] == "20"


def test_the_commands_lead_from_a_file_to_a_staged_release(tmp_path) -> None:
    write_xes(tmp_path / "log.xes.gz", small_log("receipt", 60))
    assert "10.4121/" in command("logs", "receipt").stdout
    command("logs", "receipt", "--into", tmp_path / "p")
    extracts = tmp_path / "p" / "bodies" / "receipt" / "extracts"
    told = command("from-log", tmp_path / "log.xes.gz", extracts, "--log", "receipt").stdout
    assert "of 60 cases" in told
    command("keys", "new", "--project", tmp_path / "p" / "project.toml")
    command("run", tmp_path / "p" / "project.toml", "--direct")
    assert len(list((tmp_path / "p" / "releases" / "staged").iterdir())) == 1
    again = command("logs", "receipt", "--into", tmp_path / "p", check=False)
    assert again.returncode == 10
    assert "expected a folder without" in again.stderr
    shutil.rmtree(tmp_path / "p" / "releases")


def test_an_activity_that_the_project_file_does_not_list_stops_the_run_and_stands_in_the_words(tmp_path) -> None:
    log = small_log("hospital", 60)
    for _, events in log:
        events[-1]["org:group"] = "Dermatology \N{BLACK STAR}"
    with pytest.raises(Exception, match="step: not a known word"):
        staged(tmp_path, "hospital", "log.xes", log)
    words = (tmp_path / "bodies" / "hospital" / "extracts" / "words.toml").read_text(encoding="utf-8")
    assert 'dermatology = "Dermatology \N{BLACK STAR}"' in words
