import hashlib
from pathlib import Path

import pytest

from config.errors import AuditError
from config.terms import Action, ProfileName
from flows.audit import facts, release_facts
from flows.audit.chain import Verified, verify
from flows.audit.entry import OUTSIDE_ANY_RUN
from flows.audit.explain import explain
from flows.audit.words import Verdict, WithdrawalReason
from flows.release.manifest import (
    MANIFEST,
    Attack,
    Facts,
    Linkage,
    ReleasedFile,
    Rules,
    Withheld,
    identified,
    manifest_bytes,
)
from tests.support.audit_story import KEYS, Said, digest, held, whole_story, withdrawn, written

FILES = {"journeys.csv": b"journey_type,people\nrepair,40\n", "methods.md": b"# Methods\n"}
SAID = Facts(
    project="demo", title="Demo", period="2026", synthetic=True, bodies={"housing": "Housing"}, tables=(),
    rules=Rules(
        least_people=10, least_bodies=1, protection=5, refused_pairs=(), link_probability=0.95, range_low=0.8,
        range_high=0.99,
    ),
    disclosure=Withheld(cells=0, withheld=0, withheld_percent=0.0),
    attack=Attack(attacked=0, recovered=0, inside_protection=0, certainly_below=0, verdict=Verdict.PASSED),
    linkage=Linkage(profile=ProfileName.STRICT, persons_below=1_600, quality_percent={}), inputs={},
    config_digest=digest("project.toml"), code_version="0.1.0",
)  # fmt: skip
RELEASED = identified(
    SAID,
    {
        name: ReleasedFile(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data), rows=None)
        for name, data in FILES.items()
    },
)
MANIFEST_DIGEST = hashlib.sha256(manifest_bytes(RELEASED)).hexdigest()
STORY = whole_story(release=RELEASED.id, manifest=MANIFEST_DIGEST)


def verified(story: list[Said]) -> Verified:
    log, checkpoints = written(story)
    return verify(log, held(checkpoints[-1]), KEYS)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / RELEASED.id
    folder.mkdir()
    for name, data in {**FILES, MANIFEST: manifest_bytes(RELEASED)}.items():
        (folder / name).write_bytes(data)
    return folder


def without(action: Action, body: str = "") -> list[Said]:
    return [
        each for each in STORY if each[0].action is not action or (body and each[0].values.get("body") != body)
    ]


def test_a_release_is_walked_back_to_every_file_it_was_made_from(release: Path) -> None:
    found = explain(RELEASED.id, verified(STORY), release)
    assert [step.action.value for step in found.steps] == [
        "published", "approved", "staged", "attacked", "protected", "measured", "linked",
        *["encoded", "received"] * 4,
    ]  # fmt: skip
    assert [(step.facts.values["body"], step.facts.values["extract"], step.subject) for step in found.inputs] == [
        ("housing", "people", digest("housing people")),
        ("prison", "people", digest("prison people")),
        ("housing", "events", digest("housing events")),
        ("prison", "events", digest("prison events")),
    ]
    assert found.files == {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
    assert explain(MANIFEST_DIGEST, verified(STORY), release) == found
    text = found.to_text()
    assert f"release {RELEASED.id}, manifest {MANIFEST_DIGEST}" in text
    assert f"  {digest('prison events')}  prison, events (entry 7)" in text


@pytest.mark.parametrize(
    "action", [Action.RECEIVED, Action.ENCODED, Action.LINKED, Action.MEASURED, Action.PROTECTED]
)
def test_a_missing_step_fails(release: Path, action: Action) -> None:
    with pytest.raises(AuditError, match=f"nothing '{action}' stands behind"):
        explain(RELEASED.id, verified(without(action)), release)


@pytest.mark.parametrize("action", [Action.RECEIVED, Action.ENCODED])
def test_a_missing_step_of_one_body_fails(release: Path, action: Action) -> None:
    with pytest.raises(AuditError, match=f"nothing '{action}' stands behind"):
        explain(RELEASED.id, verified(without(action, "prison")), release)


def test_what_a_run_did_that_was_never_closed_does_not_count(release: Path) -> None:
    earlier = {Action.RECEIVED, Action.ENCODED}
    moved = [(said, actor, zone, "run-0" if said.action in earlier else run) for said, actor, zone, run in STORY]
    story = [(STORY[0][0], "ann", "project", "run-0"), *moved]
    with pytest.raises(AuditError, match="'encoded' stands in a run that is not closed"):
        explain(RELEASED.id, verified(story), release)
    closed = [*story, (facts.run_closed(), "ann", "project", "run-0")]
    assert len(explain(RELEASED.id, verified(closed), release).inputs) == 4


def test_of_two_runs_that_did_the_same_the_closed_one_counts(release: Path) -> None:
    again = [(said, actor, zone, "run-0") for said, actor, zone, _ in STORY[: STORY.index(STORY[-3])]]
    story = [*STORY[:-2], *again, *STORY[-2:]]
    found = explain(RELEASED.id, verified(story), release)
    assert {step.run for step in found.steps} == {"run-1", OUTSIDE_ANY_RUN}


def test_tables_that_another_run_attacked_with_success_fail(release: Path) -> None:
    beaten = release_facts.attacked(
        tables=digest("tables"), cells=9, recovered=1, inside_protection=0, certainly_below=0,
        verdict=Verdict.FAILED,
    )  # fmt: skip
    other = [
        (STORY[0][0], "ann", "project", "run-2"),
        (beaten, "ann", "project", "run-2"),
        (facts.run_closed(), "ann", "project", "run-2"),
    ]
    with pytest.raises(AuditError, match="the attack on the tables was not passed"):
        explain(RELEASED.id, verified([*STORY[:-4], *other, *STORY[-4:]]), release)


def test_a_release_that_is_not_published_is_not_explained(release: Path) -> None:
    with pytest.raises(AuditError, match="no release of this id or digest was published"):
        explain(RELEASED.id, verified(STORY[:-1]), release)
    with pytest.raises(AuditError, match="no release of this id or digest was published"):
        explain("ffff", verified(STORY), release)


def test_a_withdrawn_release_is_not_explained(release: Path) -> None:
    said = withdrawn(RELEASED.id, MANIFEST_DIGEST, WithdrawalReason.SUPERSEDED)
    with pytest.raises(AuditError, match=r"was withdrawn \(entry 18\)"):
        explain(RELEASED.id, verified([*STORY, (said, "bo", "publication", OUTSIDE_ANY_RUN)]), release)


@pytest.mark.parametrize("change", ["altered", "lost", "surplus", "link", "manifest"])
def test_a_folder_that_is_not_what_was_approved_fails(release: Path, change: str) -> None:
    path = release / "journeys.csv"
    if change == "altered":
        path.write_bytes(FILES["journeys.csv"].replace(b"40", b"41"))
    elif change == "lost":
        path.unlink()
    elif change == "surplus":
        (release / "people.csv").write_bytes(b"")
    elif change == "link":
        path.rename(release.parent / "elsewhere")
        path.symlink_to(release.parent / "elsewhere")
    else:
        (release / MANIFEST).write_bytes(manifest_bytes(RELEASED) + b"\n")
    with pytest.raises(AuditError, match="the published output does not verify"):
        explain(RELEASED.id, verified(STORY), release)


def test_a_sound_folder_of_another_manifest_fails(release: Path) -> None:
    other = whole_story(release=RELEASED.id, manifest=digest("another"))
    with pytest.raises(AuditError, match="not the one that was approved"):
        explain(RELEASED.id, verified(other), release)


def test_a_folder_that_is_not_there_fails(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="the published output does not verify"):
        explain(RELEASED.id, verified(STORY), tmp_path / RELEASED.id)
