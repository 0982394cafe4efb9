"""From received files to a release, by digest; a step that the log lacks is a gap that shows."""

from collections.abc import Mapping, Sequence
from typing import Final

from config.terms import Action
from flows.audit.entry import Entry
from flows.audit.explain import WHAT_BUNDLES_HOLD
from flows.audit.kinds import Fact
from flows.desk.contents import Lineage, Node, Suppression

FILE, BUNDLE, SPINE, MEASURED, PROTECTED, RELEASE = range(6)
MADE: Final[Mapping[Action, str]] = {
    Action.RECEIVED: "file",
    Action.ENCODED: "bundle",
    Action.LINKED: "spine",
    Action.MEASURED: "output",
    Action.PROTECTED: "output",
    Action.ATTACKED: "tables",
}
"""The fact that holds the digest of what an action made, or looked at."""

Key = tuple[Action, str, str]


class Makers:
    """Which entries say that they made what has a digest."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Look through a log once."""
        self._by: dict[Key, list[Entry]] = {}
        for entry in entries:
            if entry.action in MADE:
                values = entry.facts.values
                key = entry.action, str(values.get("body", "")), str(values.get(MADE[entry.action]))
                self._by.setdefault(key, []).append(entry)

    def before(self, later: int, action: Action, digest: str, body: str = "", **facts: Fact) -> Entry | None:
        """The last entry before another one that made this; None where none did."""
        said = [
            entry
            for entry in self._by.get((action, body, digest), ())
            if entry.seq < later and all(entry.facts.values.get(name) == value for name, value in facts.items())
        ]
        return said[-1] if said else None


class _Way:
    """A lineage while it is walked."""

    def __init__(self, makers: Makers) -> None:
        self.makers = makers
        self.nodes: list[Node] = []
        self.edges: list[tuple[int, int]] = []
        self._places: dict[tuple[int, str, str], int] = {}

    def add(self, stage: int, name: str, digest: str, entry: Entry | None, to: int | None) -> int:
        key = stage, name, digest
        if key not in self._places:
            self._places[key] = len(self.nodes)
            self.nodes.append(Node(stage, name, digest, None if entry is None else entry.seq))
        place = self._places[key]
        if to is not None and (place, to) not in self.edges:
            self.edges.append((place, to))
        return place

    def bundles(self, step: Entry, kind: str, to: int) -> None:
        for body, bundle in _members(step):
            made = self.makers.before(step.seq, Action.ENCODED, bundle, body, bundle_kind=kind)
            place = self.add(BUNDLE, f"{body}: {kind}", bundle, made, to)
            for file in _listed(made):
                extract = WHAT_BUNDLES_HOLD[kind]
                received = self.makers.before(step.seq, Action.RECEIVED, file, body, extract=extract)
                self.add(FILE, f"{body}: {extract}", file, received, place)


def lineage_of(staged: Entry, makers: Makers) -> Lineage:
    """What stands behind a staged release.

    Args:
        staged: the entry that says so.
        makers: of the whole log.
    """
    way, said = _Way(makers), staged.facts.values
    last = way.add(RELEASE, "release", str(said["release"]), staged, None)
    tables = str(said["tables"])
    protected = makers.before(staged.seq, Action.PROTECTED, tables)
    at = way.add(PROTECTED, "protected tables", tables, protected, last)
    if protected is not None:
        cells = str(protected.facts.values["input"])
        measured = makers.before(protected.seq, Action.MEASURED, cells)
        at = way.add(MEASURED, "measured tables", cells, measured, at)
        if measured is not None:
            spine = str(measured.facts.values["spine"])
            linked = makers.before(measured.seq, Action.LINKED, spine)
            joined = way.add(SPINE, "spine", spine, linked, at)
            if linked is not None:
                way.bundles(linked, "tokens", joined)
            way.bundles(measured, "events", at)
    return Lineage(tuple(way.nodes), tuple(way.edges))


def suppression_of(staged: Entry, makers: Makers) -> Suppression:
    """What was withheld from a staged release, and how it stood the attack."""
    tables = str(staged.facts.values["tables"])
    return Suppression(
        protected=makers.before(staged.seq, Action.PROTECTED, tables),
        attacked=makers.before(staged.seq, Action.ATTACKED, tables),
    )


def _members(entry: Entry) -> list[tuple[str, str]]:
    found = entry.facts.values.get("inputs")
    return sorted((body, str(digest)) for body, digest in found.items()) if isinstance(found, Mapping) else []


def _listed(entry: Entry | None) -> tuple[str, ...]:
    found = None if entry is None else entry.facts.values.get("inputs")
    return found if isinstance(found, tuple) else ()
