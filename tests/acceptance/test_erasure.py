"""Clients erased on request: gone from every zone and from the next release, and never let in again."""

import csv
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pytest

from config.errors import BundleError, ErasureError
from config.terms import SHOWN
from flows.erasure.erase import Request, erase_body, erase_clients
from flows.inspect_log import explain_release, verify_log
from flows.pipeline import run_in_flight, run_zone
from flows.sign_off import approve_release
from tests.support.project import command

HOUSING = "housing"
ZONES = ("bodies", "exchange", "linkage", "analysis", "releases", "log")
K = 10


def entries(root: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (root / "log" / "audit.jsonl").read_text().splitlines()]


def facts(root: Path, action: str) -> dict[str, object]:
    """Of the log's last entry of an action."""
    return next(each["facts"] for each in reversed(entries(root)) if each["action"] == action)  # type: ignore[return-value]


def erase(root: Path, refs: Sequence[str], **more: bool) -> list[str]:
    return erase_clients(root / "project.toml", Request(HOUSING, tuple(refs), **more), "")


def chosen(root: Path, count: int, *, linked: bool = True, body: str = HOUSING) -> pl.DataFrame:
    """Clients of a body with events, after whose record their person is called; linked to others, or not."""
    known = pl.read_parquet(root / "bodies" / body / "map.parquet")
    persons = pl.read_parquet(root / "linkage" / "persons.parquet")
    events = pl.read_parquet(root / "exchange" / "events" / body / "events.parquet", columns=["record_id"])
    sizes = persons.group_by("person").len().filter((pl.col("len") > 1) == linked)
    return (
        persons.filter(pl.col("body") == body)
        .filter(pl.col("person") == body + "/" + pl.col("record_id"))
        .join(sizes, on="person")
        .join(events.unique(), on="record_id")
        .join(known, on="record_id")
        .sort("record_id")
        .head(count)
    )


def tokens_of(root: Path, body: str) -> pl.DataFrame:
    """Each token with its record."""
    bundle = pl.read_parquet(root / "exchange" / "tokens" / body / "tokens.parquet")
    return bundle.unpivot(index="record_id", value_name="token").drop_nulls("token").select("record_id", "token")


def values(root: Path, folders: Sequence[str] = ZONES) -> Iterator[tuple[Path, set[str], set[int]]]:
    """Every file of the zones with all text and all whole numbers in it; extracts are the body's own."""
    for path in sorted(each for folder in folders for each in (root / folder).rglob("*") if each.is_file()):
        if "extracts" in path.parts:
            continue
        if path.suffix != ".parquet":
            yield path, {path.read_bytes().decode("latin-1")}, set()
            continue
        frame = pl.read_parquet(path)
        for name, kind in frame.schema.items():
            # Sets of bodies, say.
            if isinstance(kind, pl.List):
                frame = frame.explode(name)
        text = {str(each) for name in frame.columns for each in frame[name].cast(pl.String).drop_nulls().unique()}
        whole = {
            each
            for name, kind in frame.schema.items()
            if kind.is_integer()
            for each in frame[name].drop_nulls().unique().to_list()
        }
        yield path, text, whole


def without_rows(root: Path, refs: set[str]) -> None:
    """Take every row of these clients out of the extracts of housing."""
    taken = 0
    for path in (root / "bodies" / HOUSING / "extracts").glob("*.csv"):
        lines = path.read_bytes().decode("utf-8-sig").splitlines(keepends=True)
        delimiter = ";" if lines[0].count(";") > lines[0].count(",") else ","
        kept = [line for line in lines if not refs & set(next(csv.reader([line], delimiter=delimiter)))]
        taken += len(lines) - len(kept)
        path.write_bytes("".join(kept).encode())
    # Not every file need hold some of them.
    assert taken >= len(refs)


def with_lasting_keys(root: Path) -> Path:
    project = root / "project.toml"
    project.write_text(project.read_text().replace("[encoding]\n", '[encoding]\nkey_period = "2020"\n', 1))
    return project


def linked_through(root: Path, bodies: Sequence[str]) -> None:
    project = root / "project.toml"
    for body in bodies:
        run_zone(project, "encode", "", body=body)
    run_zone(project, "link", "")
    run_zone(project, "journeys", "")


@pytest.mark.slow
def test_who_is_erased_is_in_no_zone_after_the_next_run_and_all_is_as_if_they_had_never_been_there(
    fresh: Path, tmp_path: Path
) -> None:
    bodies = sorted(each.name for each in (fresh / "bodies").iterdir())
    with_lasting_keys(fresh)
    never = tmp_path / "never"
    shutil.copytree(fresh, never)
    linked_through(fresh, bodies)
    gone = pl.concat([chosen(fresh, 2), chosen(fresh, 1, linked=False)])
    refs, ids = gone["client_ref"].to_list(), gone["record_id"].to_list()
    held = pl.concat([tokens_of(fresh, body).with_columns(body=pl.lit(body)) for body in bodies])
    theirs = held.filter(pl.col("record_id").is_in(ids))
    others = held.filter(~pl.col("record_id").is_in(ids))
    tokens = set(theirs["token"].to_list()) - set(others["token"].to_list())
    assert tokens
    before = {path.name for path, text, _ in values(fresh) if any(each in word for each in ids for word in text)}
    assert {"map.parquet", "persons.parquet", "spine.parquet", "rows.parquet", "events.parquet"} <= before

    said = erase(fresh, refs)
    assert not [line for line in said for each in (*refs, *ids) if each in line]
    linked_through(fresh, [HOUSING])
    for path, text, whole in values(fresh):
        for each in (*refs, *ids):
            assert not [word for word in text if each in word], path.relative_to(fresh)
        assert not whole & tokens, path.relative_to(fresh)
    assert facts(fresh, "linked")["manner"] == "incremental"
    changes = pl.read_parquet(fresh / "linkage" / "changes.parquet").filter(change="record erased")
    assert changes.height == len(refs)
    assert changes.drop("change", "body").null_count().row(0) == (3, 3, 3)

    without_rows(never, set(refs))
    linked_through(never, bodies)
    alike = [f"exchange/{kind}/{body}/{kind}.parquet" for kind in ("tokens", "events") for body in bodies] + [
        f"analysis/tables/{path.name}" for path in (never / "analysis" / "tables").glob("*.parquet")
    ]
    alike += [f"linkage/{name}" for name in ("patterns.parquet", "weights.parquet", "kept/rows.parquet")]
    for name in (*alike, "linkage/kept/pairs.parquet", "linkage/kept/crowds.parquet"):
        assert (fresh / name).read_bytes() == (never / name).read_bytes(), name
    one, other = (partition(root) for root in (fresh, never))
    assert one == other


def partition(root: Path) -> list[tuple[str, ...]]:
    """Which records are one person at each threshold, without the ids of persons."""
    spine = pl.read_parquet(root / "exchange" / "spine" / "all" / "spine.parquet")
    name = pl.col("body") + "/" + pl.col("record_id")
    together = [
        spine.group_by(column).agg(name.sort())["body"].to_list()
        for column in ("person_id", "person_id_low", "person_id_high")
    ]
    return sorted(tuple(each) for groups in together for each in groups)


def shown(folder: Path) -> dict[tuple[str, ...], int | None]:
    """Each row of a release with the number of people that it shows."""
    found: dict[tuple[str, ...], int | None] = {}
    for path in sorted(folder.glob("*.parquet")):
        frame = pl.read_parquet(path)
        if not {"people", "status"} <= set(frame.columns):
            continue
        names = frame.columns[: frame.columns.index("people")]
        names = [name for name in names if frame.schema[name] == pl.String() and name not in ("unit", "status")]
        for row in frame.iter_rows(named=True):
            people = row["people"] if row["status"] in list(SHOWN) else None
            found[(path.stem, *(str(row[name]) for name in names))] = people
    return found


@pytest.mark.slow
def test_the_next_release_is_without_them_and_does_not_tell_that_anybody_has_gone(run_again: Path) -> None:
    project = run_again / "project.toml"
    (published,) = (run_again / "releases" / "published").iterdir()
    tables = run_again / "analysis" / "tables"
    before = {path.name: pl.read_parquet(path) for path in tables.glob("*.parquet")}
    waiting = run_in_flight(project, "", "2025-10-15T09:00", direct=True)
    (run_again / "analysis" / "extract").mkdir()
    (run_again / "analysis" / "extract" / "manifest.json").write_text("{}")
    gone = chosen(run_again, 2)
    erase(run_again, gone["client_ref"].to_list())

    # What was staged before is no longer approved, and what was made before is no longer used.
    with pytest.raises(Exception, match="clients were erased since the release was staged"):
        approve_release(project, waiting, "output_checker", reviewed=True)
    for stage in ("publish", "link", "journeys"):
        with pytest.raises(BundleError, match="before clients of a body were erased"):
            run_zone(project, stage, "")
    assert not (run_again / "analysis" / "extract").exists()
    assert not tables.exists()

    # Open journeys: only what changed is made again, and that was made for the erasure's sake alone.
    since = len(entries(run_again))
    run_in_flight(project, "", "2025-11-15T09:00", direct=True)
    made = [each["facts"] for each in entries(run_again)[since:] if each["action"] == "encoded"]
    assert {each["body"] for each in made} == {HOUSING}  # type: ignore[index]
    events = pl.read_parquet(run_again / "exchange" / "events" / HOUSING / "events.parquet")
    assert not events["record_id"].is_in(gone["record_id"].implode()).any()

    run_zone(project, "journeys", "")
    after = {path.name: pl.read_parquet(path) for path in tables.glob("*.parquet")}
    assert any(not before[name].equals(after[name]) for name in before), "their journeys were in no table"
    run_zone(project, "publish", "")
    attacked = facts(run_again, "attacked")
    assert attacked["verdict"] == "passed"
    assert attacked["recovered"] == attacked["certainly_below"] == 0
    release = str(facts(run_again, "staged")["release"])
    approve_release(project, release, "output_checker", reviewed=True)
    old, new = shown(published), shown(run_again / "releases" / "published" / release)
    assert old
    assert new
    small = {
        row
        for row in old.keys() & new.keys()
        if None not in (old[row], new[row]) and 0 < abs((old[row] or 0) - (new[row] or 0)) < K
    }
    assert not small, "the difference between two releases is a few people"
    assert explain_release(project, release)
    assert "verifies" in verify_log(project)


def test_the_log_tells_that_clients_were_erased_and_nothing_of_whom(run_again: Path) -> None:
    refs = chosen(run_again, 2)["client_ref"].to_list()
    erase(run_again, refs)
    said = facts(run_again, "erased")
    assert said == {"body": HOUSING, "records": f"<{K}", "marks": said["marks"], "least_people": K}
    text = (run_again / "log" / "audit.jsonl").read_text()
    assert not [ref for ref in refs if ref in text]
    listed = (run_again / "bodies" / HOUSING / "erasure.json").read_bytes()
    assert not [ref for ref in refs if ref.encode() in listed]
    # Given again, nothing new is told.
    before = len([each for each in entries(run_again) if each["action"] == "erased"])
    assert "0 erased now, 2 were erased before" in erase(run_again, refs)[0]
    assert len([each for each in entries(run_again) if each["action"] == "erased"]) == before


def test_an_extract_that_still_holds_them_is_taken_without_them_until_the_erasure_is_lifted(
    run_again: Path,
) -> None:
    project = run_again / "project.toml"
    held = (run_again / "exchange" / "tokens" / HOUSING / "manifest.json").read_bytes()
    refs = chosen(run_again, 1)["client_ref"].to_list()
    said = erase(run_again, refs)
    assert any("the extracts still hold them" in line for line in said)
    run_zone(project, "encode", "", body=HOUSING)
    received = [each["facts"] for each in entries(run_again) if each["action"] == "received"]
    assert all("erased" in each["quarantined"] for each in received[-3:])  # type: ignore[index]
    assert (run_again / "exchange" / "tokens" / HOUSING / "manifest.json").read_bytes() != held
    erase(run_again, refs, lift=True)
    assert facts(run_again, "erasure_lifted")["body"] == HOUSING
    run_zone(project, "encode", "", body=HOUSING)
    assert (run_again / "exchange" / "tokens" / HOUSING / "manifest.json").read_bytes() == held


def test_an_older_bundle_or_an_older_list_lets_nobody_back_in(run_again: Path) -> None:
    project, zone = run_again / "project.toml", run_again / "bodies" / HOUSING
    bundle = run_again / "exchange" / "tokens" / HOUSING
    shutil.copytree(bundle, run_again / "kept_aside")
    one, other = chosen(run_again, 2)["client_ref"].to_list()
    erase(run_again, [one])
    shorter = (zone / "erasure.json").read_bytes()
    erase(run_again, [other])
    run_zone(project, "encode", "", body=HOUSING)
    shutil.rmtree(bundle)
    shutil.copytree(run_again / "kept_aside", bundle)
    with pytest.raises(BundleError, match="before clients of a body were erased"):
        run_zone(project, "link", "")
    whole = (zone / "erasure.json").read_bytes()
    for damaged in (shorter, whole.replace(b'"whole":false', b'"whole":true '), b"{}", None):
        (zone / "erasure.json").unlink()
        if damaged is not None:
            (zone / "erasure.json").write_bytes(damaged)
        with pytest.raises(ErasureError):
            run_zone(project, "encode", "", body=HOUSING)
        (zone / "erasure.json").write_bytes(whole)
    (zone / "record.key").rename(zone / "other.key")
    with pytest.raises(Exception, match="record"):
        run_zone(project, "encode", "", body=HOUSING)
    (zone / "other.key").rename(zone / "record.key")
    # Lifted and erased again, the list of the time between is not taken for a change that was broken off.
    erase(run_again, [one], lift=True)
    between = (zone / "erasure.json").read_bytes()
    erase(run_again, [one], unknown_too=True)
    (zone / "erasure.json").write_bytes(between)
    with pytest.raises(ErasureError, match="is not the last one"):
        erase(run_again, [other])
    # The list is lost for good: whoever was ever erased is named again.
    (zone / "erasure.json").unlink()
    erase(run_again, [one, other], anew=True, unknown_too=True)
    run_zone(project, "encode", "", body=HOUSING)


def test_unknown_references_erase_nobody_and_are_only_counted(run_again: Path) -> None:
    refs = chosen(run_again, 1)["client_ref"].to_list()
    before = (run_again / "bodies" / HOUSING / "map.parquet").read_bytes()
    with pytest.raises(ErasureError, match=r"\(known: 1; unknown: 1\)") as refused:
        erase(run_again, [*refs, "Zwartkopje"])
    assert "Zwartkopje" not in str(refused.value)
    assert (run_again / "bodies" / HOUSING / "map.parquet").read_bytes() == before
    with pytest.raises(ErasureError, match="nothing is lifted"):
        erase(run_again, refs, lift=True)
    assert "1 not" in erase(run_again, [*refs, "Zwartkopje"], unknown_too=True)[0]


def test_the_command_takes_references_from_a_private_file_or_a_pipe_alone(run_again: Path, tmp_path: Path) -> None:
    project, refs = run_again / "project.toml", tmp_path / "refs.txt"
    ref = chosen(run_again, 1)["client_ref"].item()
    refs.write_text(f"{ref}\n")
    refs.chmod(0o640)
    refused = command("erase", project, "--body", HOUSING, "--refs", refs, check=False)
    assert refused.returncode == 60
    assert "mode 600" in refused.stderr
    refs.chmod(0o600)
    done = command("erase", project, "--body", HOUSING, "--refs", refs)
    assert "1 erased now" in done.stdout
    assert "delete it now" in done.stdout
    assert ref not in done.stdout + done.stderr
    assert command("erase", project, "--body", HOUSING, check=False).returncode == 2


def without_body(project: Path, body: str) -> None:
    text = project.read_text()
    parts = re.split(r"(?m)^(?=\[)", text)
    parts = [re.sub(rf'\[[^\[\]]*"{body}"[^\[\]]*\],?', "", part) for part in parts]
    project.write_text(
        "".join(part for part in parts if not part.startswith((f"[bodies.{body}]", f"[bodies.{body}.")))
    )


def test_a_body_that_leaves_takes_all_that_it_had_here_with_it(run_again: Path) -> None:
    project, body = run_again / "project.toml", "revenues"
    erase_body(project, body, "")
    zone = run_again / "bodies" / body
    assert {each.name for each in zone.iterdir()} == {"anchor.json", "erasure.json", "extracts"}
    assert not [each for each in (run_again / "exchange").glob(f"*/{body}")]
    with pytest.raises(ErasureError, match=r"take \[bodies.revenues\] out of the project file"):
        run_zone(project, "encode", "", body=body)
    with pytest.raises(BundleError, match="is not there"):
        run_zone(project, "link", "")
    # Once more is as good as once.
    told = len([each for each in entries(run_again) if each["action"] == "erased"])
    erase_body(project, body, "")
    assert len([each for each in entries(run_again) if each["action"] == "erased"]) == told == 1
    whole = project.read_text()
    without_body(project, body)
    run_zone(project, "link", "")
    spine = pl.read_parquet(run_again / "exchange" / "spine" / "all" / "spine.parquet")
    assert body not in spine["body"].unique().to_list()
    persons = pl.read_parquet(run_again / "linkage" / "persons.parquet")
    assert not persons["person"].str.starts_with(f"{body}/").any()
    assert facts(run_again, "linked")["records_erased"] != f"<{K}"
    # It comes back as somebody new.
    project.write_text(whole)
    erase_body(project, body, "", lift=True)
    run_zone(project, "encode", "", body=body)
    assert (zone / "record.key").exists()
    with pytest.raises(ErasureError, match="nothing is lifted"):
        erase_body(project, body, "", lift=True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["erase", "lift", "all"])
def test_a_killed_erasure_is_completed_by_the_next(run_again: Path, tmp_path: Path, kind: str) -> None:
    """The process ends at every point where something is written; given again, all is as if it had not."""
    refs = chosen(run_again, 2, body="prison", linked=False)["client_ref"].to_list()
    assert len(refs) == 2
    if kind == "lift":
        erase_clients(run_again / "project.toml", Request("prison", tuple(refs)), "")
    (tmp_path / "refs.txt").write_text("\n".join(refs))
    template = tmp_path / "template"
    ignored = shutil.ignore_patterns("releases", "analysis", "truth", "linkage")
    shutil.copytree(run_again, template, ignore=ignored)
    done = killed_everywhere(template, tmp_path / "tries", kind, tmp_path / "refs.txt")
    assert done["points"] >= 6
    assert done["ends"] == 1, "killed runs end in different states"
    assert done["untold"] == 0, "an erasure that the log does not tell of"


def killed_everywhere(template: Path, folder: Path, kind: str, refs: Path) -> dict[str, int]:
    import subprocess
    import sys

    script = Path(__file__).parents[1] / "support" / "killed_erasures.py"
    ran = subprocess.run(
        [sys.executable, str(script), str(template), str(folder), kind, str(refs)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    found: dict[str, int] = json.loads(ran.stdout.splitlines()[-1])
    return found
