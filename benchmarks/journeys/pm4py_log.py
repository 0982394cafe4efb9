"""One process: PM4Py's figures of a log of cases. `PEERS_PYTHON -m benchmarks.journeys.pm4py_log`.

Run by an interpreter that has PM4Py and none of our packages. Arguments are WHAT LOG OUT MODELS; MODELS is a JSON
file, type of journey to its ideal path as it stands in the project file.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pm4py
from pm4py.objects.petri_net.obj import Marking, PetriNet
from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

KEYS = {"activity_key": "activity", "timestamp_key": "ts", "case_id_key": "case"}
MOVE = 10_000
"""What PM4Py's usual cost function asks for one step left out or put in."""


def log(path: str) -> pd.DataFrame:
    """A log in the order of its cases."""
    frame = pd.read_parquet(path).sort_values(["case", "ts", "seq"], kind="stable")
    frame["case"] = frame["case"].astype(str)
    return frame


def follows(frame: pd.DataFrame) -> dict[str, int]:
    found, _, _ = pm4py.discover_dfg(frame, **KEYS)
    return {f"{before}>{step}": int(number) for (before, step), number in found.items()}


def variants(frame: pd.DataFrame) -> dict[str, int]:
    found = pm4py.get_variants(frame, **KEYS)
    return {">".join(course): int(number) for course, number in found.items()}


def durations(frame: pd.DataFrame) -> dict[str, float]:
    found = pm4py.get_all_case_durations(frame, **KEYS)
    return {"sum": float(sum(found)), "cases": float(len(found))}


def net(path: list[Any]) -> tuple[PetriNet, Marking, Marking]:
    """An ideal path as a Petri net: a silent transition wherever something may be left out."""
    made = PetriNet("ideal")
    number = 0

    def place() -> PetriNet.Place:
        nonlocal number
        number += 1
        found = PetriNet.Place(f"p{number}")
        made.places.add(found)
        return found

    def step(here: PetriNet.Place, there: PetriNet.Place, label: str | None) -> None:
        nonlocal number
        number += 1
        taken = PetriNet.Transition(f"t{number}", label)
        made.transitions.add(taken)
        add_arc_from_to(here, taken, made)
        add_arc_from_to(taken, there, made)

    def one(here: PetriNet.Place, there: PetriNet.Place, word: str) -> None:
        step(here, there, word.removesuffix("?") or None)
        if word.endswith("?") and word != "?":
            step(here, there, None)

    def way(here: PetriNet.Place, there: PetriNet.Place, steps: list[str]) -> None:
        for each in steps[:-1]:
            after = place()
            one(here, after, each)
            here = after
        one(here, there, steps[-1])

    start = here = place()
    for stage in path:
        there = place()
        for each in [stage] if isinstance(stage, str) else stage:
            way(here, there, [each] if isinstance(each, str) else each)
        here = there
    return made, Marking({start: 1}), Marking({here: 1})


def conformance(frame: pd.DataFrame, models: dict[str, list[Any]]) -> dict[str, int]:
    costs = {}
    for kind, (name, path) in enumerate(models.items()):
        part = frame[frame["kind"] == kind]
        if len(part):
            found = pm4py.conformance_diagnostics_alignments(part, *net(path), **KEYS)
            costs[name] = sum(int(each["cost"]) // MOVE for each in found)
    return costs


if __name__ == "__main__":
    what, source, out, paths = sys.argv[1:]
    events = log(source)
    simple = {"follows": follows, "variants": variants, "durations": durations}
    figures = (
        conformance(events, json.loads(Path(paths).read_text())) if what == "conformance" else simple[what](events)
    )
    Path(out).write_text(json.dumps(figures, sort_keys=True))
