"""A complete project of synthetic bodies, and the main job on it end to end."""

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import polars as pl

from config.load import load_project
from flows.custody import make_keys
from flows.erasure.scrub import MAP
from flows.inspect_log import verify_log
from flows.layout import layout
from flows.people import new_key
from flows.person_keys import FOLDER_MODE, INVENTED
from flows.pipeline import run_project
from flows.progress import say, table
from flows.quality.keep import PAGE
from flows.release.places import State, place
from flows.sign_off import approve_release
from flows.stores import write_bytes
from flows.zones.linkage import PERSONS

TRUTH = Path("truth") / "people.csv"
PROJECT = "project.toml"
WHAT_THEY_ARE = b"""Private keys of the invented people of this example, so that it can be tried out by one user.

They protect nothing. In a real project nobody's private key stands in the project's folder.
"""


def write_project(folder: Path, people: int, seed: int) -> None:
    """A project file, six bodies' extracts, the truth beside them, and keys.

    Raises:
        SettingsError: the folder holds something already, or a number is out of range.
    """
    from flows.synthetic import write_example

    write_example(folder, people, seed)
    make_keys(folder / PROJECT, "", "")
    invent_keys(folder / PROJECT)


def invent_keys(project_file: Path) -> None:
    """Keys of the invented people who sign releases off, in the project's own folder, which says what they are.

    Real people keep theirs where only they can read them; here one user acts everybody out.
    """
    loaded = load_project(project_file)
    place = loaded.root / INVENTED
    place.mkdir(mode=FOLDER_MODE, exist_ok=True)
    write_bytes(place / "README.txt", WHAT_THEY_ARE)
    for name, person in loaded.project.people.items():
        if person.key is not None:
            new_key(project_file, name, place / f"{person.key}.key")


def run_demo(folder: Path, people: int, seed: int, *, direct: bool) -> None:
    """Write the project, run it, approve the release, verify the log, and compare with the truth."""
    project_file = folder / PROJECT
    if project_file.exists():
        say(f"{folder} is there already; taking it up again")
        invent_keys(project_file)
    else:
        say(f"writing six synthetic bodies with {people:,} invented people to {folder}")
        write_project(folder, people, seed)
    project = load_project(project_file)
    named = project.project.people
    approvers = [name for name, person in named.items() if person.may_approve and not person.may_run]
    release = run_project(project_file, "", direct=direct)
    for approver in approvers[: project.project.sign_off.approvers]:
        say(f"{approver} looks at the check, and approves with their own key")
        say(approve_release(project_file, release, approver, reviewed=True))
    say(verify_log(project_file))
    say("\nlinkage against the truth, which no stage has seen:")
    say(table(quality_by_pair(folder)))
    report = place(layout(project), State.PUBLISHED, release) / "report.html"
    say(f"\nreport: {report}")
    say(f"quality of the links: {layout(project).linkage / PAGE}")


def quality_by_pair(folder: Path) -> list[Mapping[str, str]]:
    """Precision, recall and F1 of the links between each two bodies, and over all; for synthetic projects only.

    It joins what never meets elsewhere: each body's own map, the linkage unit's persons and the truth.
    """
    project = load_project(folder / PROJECT)
    places = layout(project)
    records = pl.concat(
        pl.read_parquet(places.body(body) / MAP, glob=False).with_columns(body=pl.lit(body))
        for body in project.project.bodies
    )
    truth = pl.read_csv(folder / TRUTH, infer_schema=False).select("body", "client_ref", true="person")
    judged = records.join(pl.read_parquet(places.linkage / PERSONS, glob=False), on=["body", "record_id"]).join(
        truth, on=["body", "client_ref"]
    )
    rows, total = [], (0, 0, 0)
    for left, right in combinations(sorted(project.project.bodies), 2):
        counts = _pairs(judged, left, right)
        total = (total[0] + counts[0], total[1] + counts[1], total[2] + counts[2])
        rows.append(_row(f"{left} - {right}", *counts))
    return [*rows, _row("all pairs of bodies", *total)]


def _pairs(judged: pl.DataFrame, left: str, right: str) -> tuple[int, int, int]:
    """Pairs of records that are one person: truly, as found, and both."""

    def together(*by: str) -> int:
        sides = judged.group_by(by).agg(
            left=(pl.col("body") == left).sum().cast(pl.Int64),
            right=(pl.col("body") == right).sum().cast(pl.Int64),
        )
        return int(sides.select((pl.col("left") * pl.col("right")).sum()).item())

    return together("true"), together("person"), together("true", "person")


def _row(pair: str, true: int, found: int, both: int) -> dict[str, str]:
    precision = both / found if found else 1.0
    recall = both / true if true else 1.0
    f1 = 2 * both / (true + found) if true + found else 1.0
    return {
        "between": pair,
        "true pairs": str(true),
        "found": str(found),
        "precision": f"{precision:.4f}",
        "recall": f"{recall:.4f}",
        "F1": f"{f1:.4f}",
    }
