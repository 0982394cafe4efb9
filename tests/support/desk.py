"""What an auditor is handed, whole and tampered with; and an entry of every action there is."""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from enum import EnumMeta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from config import terms
from config.load import Loaded
from config.settings import Project
from config.terms import Action
from flows import audit
from flows.audit.chain import Chain, follow
from flows.audit.checkpoint import signed_checkpoint
from flows.audit.entry import Entry, read_entry
from flows.audit.facts import Facts
from flows.audit.held import Held
from flows.audit.kinds import Fact, Kind
from flows.audit.signing import load_signing_key
from flows.audit.vocabulary import SCHEMAS
from flows.desk.evidence import Evidence, PublicKey
from flows.desk.proof import Proof
from tests.support.audit_story import KEYS, START
from tests.support.contents import project

DIGEST = "ab" * 32
MODULES = [
    terms,
    *(import_module(f"flows.audit.{each.name}") for each in iter_modules(audit.__path__) if not each.ispkg),
]
WORDS = [
    str(word)
    for module in MODULES
    for words in vars(module).values()
    if isinstance(words, EnumMeta | tuple)
    for word in words
    if isinstance(word, str)
]
"""Every word of a closed list that the log's vocabulary could draw on."""
CANDIDATES: list[Fact] = [
    "some-name", 3, 2, 1, 10, "<10", DIGEST, (DIGEST,), {"some_rule": 3}, {"some_rule": "<10"},
    {"housing": DIGEST}, "tokens", "events", "SomeError", "2026-11-26T09:00:00Z", "2026-11", "ab" * 64,
    ("some-name",), "log", *WORDS,
]  # fmt: skip


def auditors_copy(root: Path, folder: Path) -> Path:
    """What an auditor asks for, and nothing else: no private key, no extract, no token."""
    (folder / "keys").mkdir(parents=True)
    shutil.copy(root / "project.toml", folder)
    shutil.copytree(root / "log", folder / "log")
    shutil.copytree(root / "releases" / "published", folder / "releases" / "published")
    for key in (root / "keys").glob("*.pub"):
        shutil.copy(key, folder / "keys")
    for anchor in root.glob("bodies/*/anchor.json"):
        (folder / "bodies" / anchor.parent.name).mkdir(parents=True)
        shutil.copy(anchor, folder / "bodies" / anchor.parent.name)
    return folder


def flip_a_byte(folder: Path) -> int:
    """Change one byte of one entry; gives its number."""
    log = folder / "log" / "audit.jsonl"
    lines = log.read_bytes().split(b"\n")
    nth = next(nth for nth, line in enumerate(lines, 1) if b'"action":"encoded"' in line)
    line = bytearray(lines[nth - 1])
    place = line.index(b'"bundle":"') + 10
    line[place] = ord("0") if line[place] != ord("0") else ord("1")
    lines[nth - 1] = bytes(line)
    log.write_bytes(b"\n".join(lines))
    return nth


def drop_the_last(folder: Path, count: int = 1) -> int:
    """Take entries away from the end; gives the number of the first that is gone."""
    log = folder / "log" / "audit.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:-count]))
    return len(lines) - count + 1


def rewrite_and_sign(folder: Path, root: Path, *, kept: Iterable[str]) -> None:
    """What somebody who holds both keys can do: another history, signed again, and most anchors replaced.

    Args:
        folder: the auditor's copy.
        root: the project, with its private keys.
        kept: bodies whose anchors are out of reach.
    """
    names = {key.stem for key in (root / "keys").glob("*.pub")}
    log_key, witness_key = (
        load_signing_key(root / "keys", next(name for name in names if name.endswith(role)))
        for role in ("log", "witness")
    )
    log, chain = folder / "log" / "audit.jsonl", Chain()
    for line in log.read_bytes().splitlines():
        entry = read_entry(line)
        if entry.action is Action.RECEIVED:
            entry = replace(entry, code="0.0.1")
        entry = replace(entry, previous=chain.head)
        chain.add(entry, entry.to_bytes())
    log.write_bytes(b"".join(entry.to_bytes() + b"\n" for entry in chain.entries))
    signed = signed_checkpoint(chain.entries[-1], chain.tree.root(), log_key, witness_key)
    (folder / "log" / "checkpoint.json").write_bytes(signed.to_bytes(with_entry=True))
    for anchor in folder.glob("bodies/*/anchor.json"):
        if anchor.parent.name not in kept:
            anchor.write_bytes(signed.to_bytes(with_entry=False))


def alter_a_file(folder: Path) -> str:
    """Change a published number; gives the release's id."""
    (release,) = (folder / "releases" / "published").iterdir()
    table = release / "journeys.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("0", "1"), encoding="utf-8")
    return release.name


def value_of(kind: Kind) -> Fact:
    """Something that is of this kind of fact."""
    found = next((each for each in CANDIDATES if kind.holds(each, 10)), None)
    assert found is not None, f"CANDIDATES holds nothing of the kind '{kind.name}'"
    return found


def one_of_each() -> list[Entry]:
    """An entry for each set of facts of each action, in one run, whatever may follow what."""
    said = [facts for action in Action for facts in every_set(action)]
    entries: list[Entry] = []
    for nth, facts in enumerate(said):
        entries.append(
            follow(
                entries[-1] if entries else None, at=START + timedelta(minutes=nth), actor="ann", zone="project",
                run="run-1", facts=facts, code="0.1.0", config=DIGEST,
            )
        )  # fmt: skip
    return entries


def facts_of(action: Action, **given: Fact) -> Facts:
    """Facts of an action with some of them given, whatever others it has."""
    facts = next(each for each in every_set(action) if set(given) <= set(each.values))
    return Facts(action, {**facts.values, **given})


def every_set(action: Action) -> Iterable[Facts]:
    for schema in SCHEMAS[action]:
        values = {name: 10 if name == "least_people" else value_of(kind) for name, kind in schema.items()}
        yield Facts(action, values)


def believed(entries: list[Entry]) -> Proof:
    """As if all of it had been proven."""
    return Proof(None, "", None, "", len(entries), tuple(entries), len(entries), ())


def evidence(
    log: bytes = b"", checkpoints: Mapping[str, bytes] | None = None, *, named: Project | None = None
) -> Evidence:
    """As if a log, its checkpoints and the keys of the short story had been read."""
    return Evidence(
        loaded=Loaded(named or project(), Path(), "project.toml", b""),
        held=Held(log, checkpoints or {}),
        unreadable=(),
        log_key=PublicKey("k-log", KEYS.log),
        witness_key=PublicKey("k-witness", KEYS.witness),
        folders=(),
    )


NOBODY = 65_534
AS_NOBODY = """
import os, sys, tempfile
from pathlib import Path
from flows.desk.export import export_desk
project, folder = map(Path, sys.argv[1:3])
with tempfile.TemporaryDirectory() as trial:  # loads every module while they may still be read
    export_desk(project, Path(trial) / "desk")
os.setgroups([])
os.setgid({nobody})
os.setuid({nobody})
print(export_desk(project, folder))
"""


def export_as_nobody(project_file: Path, folder: Path) -> str:
    """What the command says to a user who owns nothing, in a process of its own: a threaded one must not fork."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", AS_NOBODY.format(nobody=NOBODY), str(project_file), str(folder)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
