"""Beside PM4Py, where it computes the same thing: only where DESIRELINES_PM4PY names a Python that has it.

PM4Py is under the AGPL and no dependency of anything here: it runs as a program of its own, on the same file.
"""

import json
import os
import subprocess
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import polars as pl
import pytest

from config.load import load_project
from flows.custody import make_keys
from flows.logs.catalogue import known_logs, write_log_project
from flows.logs.convert import convert
from flows.pipeline import run_zone
from linkage.journeys.coded import code, words_of
from linkage.journeys.conformance import FIRST_CHARACTER
from linkage.journeys.facts import journeys_of
from linkage.journeys.persons import person_codes
from tests.support.small_logs import mapping, small_log, write_xes

PM4PY = os.environ.get("DESIRELINES_PM4PY", "")
ORACLE = """
import json, sys
import pm4py
log = pm4py.read_xes(sys.argv[1])
log = log[log.get("lifecycle:transition", "complete").fillna("complete").str.lower() == "complete"]
dfg, starts, ends = pm4py.discover_dfg(log)
variants = {json.dumps(list(path)): number for path, number in pm4py.get_variants(log).items()}
durations = sorted(round(each) for each in pm4py.get_all_case_durations(log))
print(json.dumps({"follows": [[*pair, number] for pair, number in dfg.items()], "starts": starts, "ends": ends,
                  "variants": variants, "durations": durations}))
"""

pytestmark = pytest.mark.skipif(not PM4PY, reason="DESIRELINES_PM4PY names no Python that has PM4Py")


def as_pm4py_has_it(path):
    done = subprocess.run(
        [PM4PY, "-c", ORACLE, str(path)], capture_output=True, text=True, check=True, timeout=300
    )
    return json.loads(done.stdout.splitlines()[-1])


def of_one_form(log):
    """All times to the millisecond in UTC: PM4Py reads one form of time in a file, and no attribute in another."""
    for _, events in log:
        for event in events:
            moment = datetime.fromisoformat(event["time:timestamp"]).astimezone(UTC)
            event["time:timestamp"] = moment.isoformat(timespec="milliseconds")
    return log


def as_ours(root, name):
    """Journeys of a log, by way of ingest, encoding and linkage."""
    project_file = root / "project.toml"
    make_keys(project_file, "", "")
    run_zone(project_file, "encode", "", body=name)
    run_zone(project_file, "link", "")
    project = load_project(project_file).project
    spine = pl.read_parquet(root / "exchange" / "spine" / "all" / "spine.parquet")
    folder = root / "exchange" / "events" / name
    supplied = tuple(json.loads((folder / "manifest.json").read_text())["columns"])
    coded = code(spine, {name: (pl.read_parquet(folder / "events.parquet"), supplied)}, project)
    return journeys_of(coded, person_codes(spine, "person_id"), project)


@pytest.mark.parametrize("name", ["receipt", "sepsis", "loans_2017", "travel_permits", "traffic_fines"])
def test_directly_follows_variants_and_durations_are_those_of_pm4py(tmp_path, name) -> None:
    path = tmp_path / "log.xes"
    write_xes(path, of_one_form(small_log(name, 200)), nested=False)
    write_log_project(name, tmp_path)
    convert(path, tmp_path / "bodies" / name / "extracts", known_logs()[name].reading)
    theirs, found = as_pm4py_has_it(path), as_ours(tmp_path, name)
    words = mapping(name)["bodies"][name]["codes"]["step"]

    steps = words_of(found.steps["step"])
    paths = [tuple(steps[ord(each) - FIRST_CHARACTER] for each in path) for path in found.paths["path"]]
    assert len(paths) == 200
    follows = Counter(pair for each in paths for pair in pairwise(each))
    assert follows == {(words[one], words[two]): number for one, two, number in theirs["follows"]}
    assert Counter(each[0] for each in paths) == {words[each]: number for each, number in theirs["starts"].items()}
    assert Counter(each[-1] for each in paths) == {words[each]: number for each, number in theirs["ends"].items()}
    variants = {
        tuple(words[each] for each in json.loads(path)): number for path, number in theirs["variants"].items()
    }
    assert Counter(paths) == variants
    seconds = (found.journeys["last_ts"] - found.journeys["first_ts"]) / 1e6
    assert sorted(round(each) for each in seconds) == theirs["durations"]
