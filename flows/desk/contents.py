"""What the desk tells, before it is a page: plain values with nothing of layout in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.audit.entry import Entry


class Outcome(StrEnum):
    """What came of one check."""

    HOLDS = "holds"
    FAILS = "FAILS"
    NOT_DONE = "not checked"


class Verdict(StrEnum):
    """What came of all of them."""

    PASS = "pass"  # noqa: S105 - a verdict
    REVIEW = "review"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """One thing that was checked.

    Attributes:
        what: was checked.
        outcome: what came of it.
        found: in words: how much was checked, or what is wrong.
        again: the command that checks it again; empty where none of ours does.
    """

    what: str
    outcome: Outcome
    found: str
    again: str = ""


def sentence(text: str) -> str:
    """A reason as a sentence."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


@dataclass(frozen=True)
class Work:
    """A run.

    Attributes:
        number: counted from 1, in the order of the log.
        run: its id.
        runner: who ran it.
        mode: what drove it; of the last time it was opened.
        opened: time of its first entry.
        closed: time of the entry that ended it; empty where none did.
        ended: how it ended, in words.
        zones: in which its entries were made.
        codes: versions of desirelines.
        configs: digests of the project file.
        entries: all of it.
    """

    number: int
    run: str
    runner: str
    mode: str
    opened: str
    closed: str
    ended: str
    zones: tuple[str, ...]
    codes: tuple[str, ...]
    configs: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Node:
    """Something with a digest on its way to a release.

    Attributes:
        stage: its place on the way, from 0 (a body's file) to 5 (the release).
        name: what it is.
        digest: or the release's id; empty where the log has nothing.
        entry: that tells of it; None where none does.
    """

    stage: int
    name: str
    digest: str
    entry: int | None


@dataclass(frozen=True)
class Lineage:
    """The way from received files to a release, as the log tells it.

    Attributes:
        nodes: each once.
        edges: from which node to which, by their places in `nodes`.
    """

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int], ...]

    @property
    def whole(self) -> bool:
        """Whether an entry stands behind every step."""
        return all(node.entry is not None for node in self.nodes)


@dataclass(frozen=True)
class Suppression:
    """What was withheld from a release, and how it stood the attack.

    Attributes:
        protected: the entry; None where there is none.
        attacked: likewise.
    """

    protected: Entry | None
    attacked: Entry | None


@dataclass(frozen=True)
class Told:
    """A release, as the log tells it.

    Attributes:
        number: counted from 1, in the order of the log.
        release: its id.
        manifest: digest of the manifest that was staged last.
        state: where its last entry leaves it.
        acts: entries that are about it.
        lineage: what it was made from.
        suppression: of the tables that were staged last.
    """

    number: int
    release: str
    manifest: str
    state: str
    acts: tuple[Entry, ...]
    lineage: Lineage
    suppression: Suppression


@dataclass(frozen=True)
class KeyPeriod:
    """One key, from its making to its end.

    Attributes:
        name: of its file.
        key_id: its public id.
        begun: the entry that made it, or put it in the place of another.
        ended: the entry that put another in its place, revoked or destroyed it; None where none did.
    """

    name: str
    key_id: str
    begun: Entry
    ended: Entry | None


@dataclass(frozen=True)
class Use:
    """What was made under one public id.

    Attributes:
        key_id: as bundles of tokens name it.
        entries: the bundles.
    """

    key_id: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Linkage:
    """One linkage.

    Attributes:
        entry: that tells of it.
        changes: facts of its settings that are not those of the linkage before; empty for the first.
    """

    entry: Entry
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """Everything that proven entries tell.

    Attributes:
        works: runs.
        releases: every release that was staged.
        keys: keys and their periods.
        uses: bundles by the key that they were made with.
        linkages: in order.
        groups: entries by the section that tells of them, those of unknown actions among them.
    """

    works: tuple[Work, ...]
    releases: tuple[Told, ...]
    keys: tuple[KeyPeriod, ...]
    uses: tuple[Use, ...]
    linkages: tuple[Linkage, ...]
    groups: Mapping[str, tuple[Entry, ...]]
