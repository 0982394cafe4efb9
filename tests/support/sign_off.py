"""A small project on disk whose release is staged, with people who have keys: no flow has to run for it."""

import json
from collections.abc import Mapping
from pathlib import Path

from config.load import load_project
from flows.audit import facts, release_facts
from flows.audit.words import Mode
from flows.context import OUTSIDE, context_of
from flows.custody import make_keys
from flows.layout import Layout, layout
from flows.people import new_key
from flows.release.stage import Staged
from flows.sign_off import approve_release
from tests.support.audit_story import digest, release_work
from tests.support.check import staging
from tests.support.contents import SETTINGS, contents

PEOPLE = {
    "runner": {"name": "Runner", "roles": ["runner", "custodian"]},
    "checker": {"name": "Checker", "roles": ["output_checker"], "key": "checker"},
    "second": {"name": "Second checker", "roles": ["output_checker"], "key": "second"},
    "both": {"name": "Both", "roles": ["runner", "output_checker"], "key": "both"},
    "reader": {"name": "Auditor", "roles": ["auditor"]},
}


def toml(settings: Mapping[str, object]) -> str:
    """Settings as the text of a project file."""
    return "".join(f"{json.dumps(name)} = {_value(value)}\n" for name, value in settings.items())


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(name)} = {_value(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)


def project_file(root: Path, *, approvers: int = 1, synthetic: bool = True, people: Mapping = PEOPLE) -> Path:
    """The project file of made-up contents, with its keys made; no person has one yet."""
    root.mkdir(parents=True, exist_ok=True)
    path = root / "project.toml"
    write_settings(path, approvers=approvers, synthetic=synthetic, people=people)
    if not (root / "keys").exists():
        make_keys(path, "", "")
    return path


def write_settings(path: Path, *, approvers: int = 1, synthetic: bool = True, people: Mapping = PEOPLE) -> None:
    about = {**SETTINGS["project"], "synthetic": synthetic}
    settings = {**SETTINGS, "project": about, "people": people, "sign_off": {"approvers": approvers}}
    path.write_text(toml(settings), encoding="utf-8")


def key_of(project: Path, person: str) -> Path:
    """Where the tests keep a person's private key: beside the project, never in it."""
    return project.parent.parent / "private" / f"{person}.key"


def with_keys(project: Path, *people: str) -> None:
    for person in people:
        new_key(project, person, key_of(project, person))


def staged(project: Path, runner: str = "runner", run: str = "run-1", **changes: object) -> Staged:
    """A release that waits, as the log says."""
    loaded = load_project(project)
    made = staging(layout(loaded), contents(project=loaded.project, **changes))
    approvers = loaded.project.sign_off.approvers
    with context_of(project, run, runner) as context:
        context.note(facts.run_opened(runner=runner, mode=Mode.DIRECT), "project")
        for each in release_work(made.manifest_digest)[:-1]:
            context.note(each, "publication")
        context.note(
            release_facts.staged(
                release=made.id, tables=digest("tables"), manifest=made.manifest_digest, approvers=approvers
            ),
            "publication",
        )
        context.note(facts.run_closed(), "project")
    return made


def ready(root: Path, *, approvers: int = 1) -> tuple[Path, Layout, str]:
    """The project file, its places and the id of a release that waits for its approvers, who have keys."""
    project = project_file(root / "project", approvers=approvers)
    with_keys(project, "checker", "second", "both")
    return project, layout(load_project(project)), staged(project).id


def approve_reviewed(project: Path, release: str, person: str, key: Path) -> None:
    """Approve, having looked."""
    approve_release(project, release, person, key, reviewed=True)


def actions(project: Path) -> list[str]:
    """What the log says was done, in order."""
    with context_of(project, OUTSIDE, "checker") as context:
        return [entry.action.value for entry in context.log.entries]
