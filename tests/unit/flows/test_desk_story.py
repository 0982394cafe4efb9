"""What the desk gathers from entries."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from config.errors import ContractError
from config.terms import Action
from flows.audit import facts
from flows.audit.chain import follow
from flows.audit.entry import OUTSIDE_ANY_RUN, Entry
from flows.audit.words import Mode
from flows.desk.drawings import key_periods, thresholds
from flows.desk.graph import graph_of
from flows.desk.lineage import BUNDLE, FILE, RELEASE, SPINE
from flows.desk.runs import NOT_CLOSED
from flows.desk.story import DECISIONS, ERASURES, KEYS, OTHERS, section_of, story_of
from tests.support.audit_story import RELEASE as ID
from tests.support.audit_story import START, Said, digest, linkage, whole_story
from tests.support.desk import facts_of


def entries_of(story: Sequence[Said]) -> list[Entry]:
    """The story's entries; what may follow what is the log's affair."""
    entries: list[Entry] = []
    for place, (said, actor, zone, run) in enumerate(story):
        entries.append(
            follow(
                entries[-1] if entries else None, at=START + timedelta(minutes=place), actor=actor, zone=zone,
                run=run, facts=said, code="0.1.0", config=digest("project.toml"),
            )
        )  # fmt: skip
    return entries


def outside(said: facts.Facts, actor: str = "cy") -> Said:
    return said, actor, "custody", OUTSIDE_ANY_RUN


def test_a_run_tells_who_when_how_and_how_it_ended() -> None:
    (run,) = story_of(entries_of(whole_story())).works
    assert (run.run, run.runner, run.mode, run.ended) == ("run-1", "ann", "direct", "closed")
    assert (run.opened, run.closed) == ("2026-03-01T09:30:00Z", "2026-03-01T09:44:00Z")
    assert (run.zones, run.codes, run.configs) == (("project",), ("0.1.0",), (digest("project.toml"),))
    assert len(run.entries) == 15


def test_open_failed_and_reopened_runs_are_told_apart() -> None:
    opening = facts.run_opened(runner="ann", mode=Mode.PREFECT)
    failing = facts.run_failed(stage="link", error=ContractError("pairs", {}))
    story = [
        (opening, "ann", "project", "a"),
        (opening, "ann", "project", "b"),
        (failing, "ann", "project", "b"),
        (opening, "ann", "project", "c"),
        (failing, "ann", "project", "c"),
        (opening, "ann", "project", "c"),
    ]
    opened, failed, again = story_of(entries_of(story)).works
    assert (opened.ended, opened.closed) == (NOT_CLOSED, "")
    assert failed.ended == "FAILED in 'link': ContractError, exit code 20"
    assert again.ended == NOT_CLOSED


def test_a_release_leads_back_to_every_file() -> None:
    (told,) = story_of(entries_of(whole_story())).releases
    assert (told.release, told.state, told.manifest) == (ID, "published", digest("manifest"))
    assert told.lineage.whole
    by_stage = [sum(node.stage == stage for node in told.lineage.nodes) for stage in range(6)]
    assert by_stage == [4, 4, 1, 1, 1, 1]
    (last,) = [place for place, node in enumerate(told.lineage.nodes) if node.stage == RELEASE]
    reached = {last}
    while True:
        more = reached | {here for here, there in told.lineage.edges if there in reached}
        if more == reached:
            break
        reached = more
    assert len(reached) == len(told.lineage.nodes)
    assert told.suppression.protected is not None
    assert told.suppression.attacked is not None


def test_a_step_that_the_log_lacks_is_a_gap() -> None:
    story = [said for said in whole_story() if said[0].values.get("body") != "prison"]
    (told,) = story_of(entries_of(story)).releases
    gaps = {(node.stage, node.name) for node in told.lineage.nodes if node.entry is None}
    assert gaps == {(BUNDLE, "prison: tokens"), (BUNDLE, "prison: events")}
    assert not told.lineage.whole
    graph = graph_of(told.lineage, told.release)
    assert sum(box.gap for box in graph.boxes) == 2
    assert "For 2 of them the log has no entry" in graph.description


def test_no_line_of_the_figure_passes_behind_the_spine() -> None:
    bodies = tuple(f"body-{nth}" for nth in range(7))
    (told,) = story_of(entries_of(whole_story(bodies))).releases
    graph = graph_of(told.lineage, told.release)
    (spine,) = [box for box in graph.boxes if box.name == "spine"]
    levels = [int(path.split(",")[1].split(" ")[0]) for path in graph.paths if f" H{spine.x + 144} " in path]
    assert len(levels) == 8, "seven bundles of events pass it, and its own line begins there"
    assert sum(spine.y <= level <= spine.y + 44 for level in levels) == 1
    assert len({(box.x, box.y) for box in graph.boxes}) == len(graph.boxes)
    assert {node.stage for node in told.lineage.nodes} == {FILE, BUNDLE, SPINE, 3, 4, RELEASE}


def test_a_withdrawn_release_is_told_as_such() -> None:
    said = facts_of(Action.WITHDRAWN, release=ID, manifest=digest("manifest"))
    (told,) = story_of(entries_of([*whole_story(), outside(said)])).releases
    assert told.state == "withdrawn"
    assert [entry.action for entry in told.acts] == [
        Action.STAGED, Action.APPROVED, Action.PUBLISHED, Action.WITHDRAWN
    ]  # fmt: skip


def test_keys_last_from_making_to_rotation() -> None:
    said = [
        facts_of(Action.KEY_MADE, key="linkage", key_id="k-1"),
        facts_of(Action.KEY_MADE, key="spine", key_id="s-1"),
        facts_of(Action.KEY_ROTATED, key="linkage", key_id="k-2", previous_key_id="k-1"),
    ]
    story = story_of(entries_of([outside(each) for each in said]))
    periods = {each.key_id: (each.begun.seq, each.ended and each.ended.seq) for each in story.keys}
    assert periods == {"k-1": (1, 3), "s-1": (2, None), "k-2": (3, None)}
    drawn = key_periods(story.keys, "2026-03-01T09:40:00Z")
    assert drawn is not None
    assert [(box.look, box.x, box.width) for box in drawn.boxes] == [
        ("three", 0.0, 20.0), ("one", 10.0, 90.0), ("one", 20.0, 80.0)
    ]  # fmt: skip


def test_bundles_are_told_by_the_key_that_they_were_made_with() -> None:
    (use,) = story_of(entries_of(whole_story())).uses
    assert use.key_id == "k-1a2b"
    assert [entry.facts.values["body"] for entry in use.entries] == ["housing", "prison"]


def test_a_changed_threshold_is_marked() -> None:
    first, *_ = linkage(("housing",))
    values = {**first.values, "least_probability": 960_000}
    second = facts.Facts(Action.LINKED, values)
    found = story_of(entries_of([(each, "ann", "linkage", "r") for each in (first, first, second)])).linkages
    assert [each.changes for each in found] == [(), (), ("least_probability",)]
    drawn = thresholds(found)
    assert drawn is not None
    assert [mark.x for mark in drawn.marks] == [72.0, 72.0, 73.6]
    assert "changed: least_probability" in drawn.texts[-2].text


def test_nothing_is_drawn_of_nothing() -> None:
    story = story_of([])
    assert (key_periods(story.keys, ""), thresholds(story.linkages)) == (None, None)


@pytest.mark.parametrize("action", list(Action))
def test_every_action_has_a_section(action: Action) -> None:
    section = section_of(action)
    if action.value.startswith("key_"):
        assert section == KEYS
    if action in {Action.APPROVED, Action.REFUSED, Action.WITHDRAWN}:
        assert section == DECISIONS
    if action is Action.ERASED:
        assert section == ERASURES
    if action is Action.EXTRACTED:
        assert section == OTHERS
