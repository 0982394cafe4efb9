"""A project of two bodies whose zones stand apart, each party in a folder of its own."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from config.bundles import EventManifest, TokenManifest
from config.load import load_project
from config.terms import ProfileName
from flows.audit.held import LOG_FILE
from flows.audit.release_facts import key_made
from flows.audit.signing import new_signing_key
from flows.bundles import write_bundle
from flows.context import OUTSIDE, context_of
from flows.hand_over.container import opened, seal
from flows.hand_over.give import hand_on_log
from flows.hand_over.keys import load_own, new_party
from flows.hand_over.routes import Due, Parties, parties_of
from flows.hand_over.turn import hand_over, take_over
from flows.layout import layout

EXAMPLE = Path(__file__).parents[2] / "config" / "example" / "project.toml"
RUNNER = "governance_runner"

BODIES = ("housing", "benefits")
PARTIES: Mapping[str, tuple[str, ...]] = {
    "housing": ("housing",),
    "benefits": ("benefits",),
    "linkage_unit": ("linkage",),
    "analysis_unit": ("analysis", "publication"),
}


def two_bodies(text: str) -> str:
    """The example's project file with two of its bodies."""
    parts = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    kept = [each for each in parts if not each.startswith("[bodies.") or each[8:].startswith(BODIES)]
    return "".join(kept).replace('refused_pairs = [["prison", "revenues"]]', "refused_pairs = []")


FIVE = {**PARTIES, "analysis_unit": ("analysis",), "publisher": ("publication",)}
"""The same with another party for publication."""


def section(
    drop: str, fingerprints: Mapping[str, str] = {}, parties: Mapping[str, tuple[str, ...]] = PARTIES
) -> str:
    """[hand_over] of the parties."""
    lines = ["", "[hand_over]", f'drop = "{drop}"', ""]
    for party, zones in parties.items():
        named = ", ".join(f'"{zone}"' for zone in zones)
        lines += [f"[hand_over.parties.{party}]", f"zones = [{named}]"]
        lines += [f'fingerprint = "{fingerprints[party]}"'] if party in fingerprints else []
        lines += [""]
    return "\n".join(lines)


@dataclass(frozen=True)
class Apart:
    """Four homes with keys, fingerprints compared and the log with the first party; bundles of a few rows."""

    root: Path

    def home(self, party: str) -> Path:
        """A party's folder."""
        return self.root / party

    def view(self, party: str) -> Parties:
        """What a party sees."""
        return parties_of(load_project(self.home(party) / "project.toml"), party)

    def due(self, sender: str, kind: str, of: str = "all") -> Due:
        """One bundle on its way."""
        (found,) = [
            due for due in self.view(sender).dues() if (due.sender, str(due.kind), due.of) == (sender, kind, of)
        ]
        return found

    def give(self, party: str, **to: str) -> list[str]:
        """Hand over as a person would."""
        return list(hand_over(self.home(party) / "project.toml", party, to.get("to", ""), RUNNER))

    def take(self, party: str) -> list[str]:
        """Take over as a person would."""
        return list(take_over(self.home(party) / "project.toml", party, RUNNER))

    def pass_log(self, sender: str, receiver: str) -> str:
        """Hand the log on, and nothing else."""
        return hand_on_log(self.view(sender), RUNNER, receiver)

    def forge(self, due: Due, signer: str = "", **other: object) -> None:
        """Put a sealed file in its place that its sender, or somebody else with a key, made in another way."""
        view = self.view(due.sender)
        path, name = view.path(due), view.named(due)
        with opened(path, name, view.most_bytes) as found:
            header = found.header.model_copy(update=other)
        who = signer or due.sender
        own = load_own(self.home(who) / "keys", self.home("housing") / "parties", who)
        seal(path, header, view.folder(due), own.signing, view.public(due.receiver).sealing)

    def encode(self, body: str, rows: int = 3) -> None:
        """Write a body's two bundles; of tokens and events in name only, which nobody reads here."""
        places = layout(load_project(self.home(body) / "project.toml"))
        frame = pl.DataFrame({"record_id": [f"r{row}" for row in range(rows)]})
        whose = {"format": 1, "project": "example", "period": "2025", "body": body}
        write_bundle(places.bundle("events", body), frame, EventManifest, kind="events", columns=(), **whose)
        write_bundle(
            places.bundle("tokens", body), frame, TokenManifest, kind="tokens", profile=ProfileName.STRICT,
            key_id="k", population=10_000, unique_clients=True, clients=rows, composites={}, agreement={},
            completeness={}, withheld={}, **whose,
        )  # fmt: skip


def apart(root: Path, parties: Mapping[str, tuple[str, ...]] = PARTIES) -> Apart:
    """The parties in one folder each, before their first hand-over."""
    made = Apart(root)
    text = two_bodies(EXAMPLE.read_text(encoding="utf-8"))
    prints = {}
    for party in parties:
        home = made.home(party)
        home.mkdir()
        (home / "project.toml").write_text(text + section(str(root / "drop"), parties=parties), encoding="utf-8")
        prints[party] = new_party(home / "keys", home / "parties", party).fingerprint
    first = made.home("housing")
    for name in ("example-log", "example-witness"):
        new_signing_key(first / "keys", name)
    for party in parties:
        home = made.home(party)
        (home / "project.toml").write_text(text + section(str(root / "drop"), prints, parties), encoding="utf-8")
        for other in parties:
            if other != party:
                shutil.copy(made.home(other) / "parties" / f"{other}.json", home / "parties")
            if home != first and other == party:
                for path in (first / "keys").glob("example-*"):
                    shutil.copy(path, home / "keys")
    with context_of(first / "project.toml", OUTSIDE, RUNNER) as context:
        context.note(key_made(key="example-log", key_id="0" * 32), "custody")
    for body in BODIES:
        made.encode(body)
    return made


def tokens(parties: Apart, party: str, body: str = "housing") -> Path:
    return parties.home(party) / "exchange" / "tokens" / body


def files(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def entries(parties: Apart, party: str) -> int:
    return (parties.home(party) / "log" / LOG_FILE).read_bytes().count(b"\n")


def write(parties: Apart, party: str) -> None:
    """Say something in a party's log."""
    with context_of(parties.home(party) / "project.toml", OUTSIDE, RUNNER) as context:
        context.note(key_made(key="example-witness", key_id="1" * 32), "custody")


def copied(made: Apart, root: Path) -> Apart:
    """The same parties in folders of their own; what they did before is not done again."""
    shutil.copytree(made.root, root, dirs_exist_ok=True)
    for project in root.glob("*/project.toml"):
        project.write_text(
            project.read_text(encoding="utf-8").replace(str(made.root), str(root)), encoding="utf-8"
        )
    return Apart(root)


def refused(parties: Apart, kind: type[Exception], match: str) -> None:
    """The linkage unit refuses what it is handed, and nothing of it is in its folder."""
    with pytest.raises(kind, match=match):
        parties.take("linkage_unit")
    exchange = parties.home("linkage_unit") / "exchange"
    assert not [each for each in exchange.rglob("*") if each.is_file() and "housing" in str(each)]
