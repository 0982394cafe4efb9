"""Sheets of what the log tells: runs, releases, decisions, keys, linkages, and all entries."""

from collections.abc import Sequence

from flows.audit.entry import Entry
from flows.desk import grids
from flows.desk.contents import Check, Story, Told, Work
from flows.desk.drawings import key_periods, thresholds
from flows.desk.graph import graph_of
from flows.desk.links import Addresses
from flows.desk.page import Part, Sheet
from flows.desk.proof import Proof
from flows.desk.release_checks import outcome_of
from flows.desk.story import DECISIONS, ERASURES, KEYS, OTHERS
from flows.release.manifest import ReleasedFile

NONE_YET = "No proven entry tells of one."


def runs(story: Story, at: Addresses) -> Sheet:
    """All runs."""
    lines = () if story.works else (NONE_YET,)
    return Sheet(
        "runs",
        "Runs",
        (
            Part(
                "runs", "Every run", lines, grid=grids.runs(story.works, at),
                note="A run that is not closed is under way or was killed. Nothing that it made can be released.",
            ),
        ),
    )  # fmt: skip


def run(work: Work, proven: int, at: Addresses) -> Sheet:
    """One run with its entries."""
    pairs = (
        ("How it ended", work.ended),
        ("Who", work.runner),
        ("Mode", work.mode or "not told"),
        ("First entry", work.opened),
        ("Ended", work.closed or "not told"),
        ("Zones", ", ".join(work.zones)),
        ("Code", ", ".join(work.codes)),
        ("Project file (SHA-256)", ", ".join(work.configs)),
    )
    return Sheet(
        f"run-{work.number}",
        f"Run {work.run}",
        (
            Part("about", "About the run", grid=grids.facts(pairs, "about", "Run", "The run, by its own entries")),
            Part(
                "entries",
                "Its entries",
                grid=grids.listed(work.entries, proven, at, "entries", "Every entry of the run"),
            ),
        ),
    )


def releases(story: Story, checks: Sequence[Check], at: Addresses) -> Sheet:
    """All releases."""
    lines = () if story.releases else (NONE_YET,)
    return Sheet(
        "releases",
        "Releases",
        (Part("releases", "Every release", lines, grid=grids.releases(story.releases, checks, at)),),
    )


def release(
    told: Told, checks: Sequence[Check], files_here: dict[str, ReleasedFile], proven: int, at: Addresses
) -> Sheet:
    """One release: what it was made from, what was withheld, who decided, and its files.

    Args:
        told: by the log.
        checks: that were made.
        files_here: its files, where they are here and agree with their manifest.
        proven: how many entries are.
        at: pages.
    """
    about = (
        ("State", told.state),
        ("Manifest (SHA-256)", told.manifest),
        ("Files here", grids.outcome(outcome_of(told.release, checks))),
    )
    suppressed = [each for each in (told.suppression.protected, told.suppression.attacked) if each is not None]
    parts = [
        Part("about", "About the release", grid=grids.facts(about, "about", "Release", "The release")),
        Part(
            "way",
            "What it was made from",
            graph=graph_of(told.lineage, told.release) if told.lineage.nodes else None,
            grid=grids.steps(told),
        ),
        Part(
            "withheld",
            "What was withheld, and how it stood the attack",
            grid=grids.acts(suppressed, at, "withheld", "Suppression", "What protection and attack said"),
        ),
        Part(
            "decided",
            "Who decided what",
            grid=grids.listed(told.acts, proven, at, "decided", "Staging, decisions, publication and withdrawal"),
        ),
    ]
    if files_here:
        pairs = [(name, each.sha256) for name, each in sorted(files_here.items())]
        parts.append(
            Part("files", "Its files", grid=grids.facts(pairs, "files", "Files", "SHA-256 of each file here"))
        )
    return Sheet(f"release-{told.number}", f"Release {told.release}", tuple(parts))


def decisions(story: Story, at: Addresses) -> Sheet:
    """Approvals, refusals, publications, withdrawals and erasures."""
    decided, erased = story.groups.get(DECISIONS, ()), story.groups.get(ERASURES, ())
    return Sheet(
        "decisions",
        "Decisions, withdrawals and erasures",
        (
            Part(
                "decisions", "Releases: who decided what, and over which digest", () if decided else (NONE_YET,),
                grid=grids.acts(decided, at, "decisions", "Decisions", "Staged, decided, published, withdrawn"),
            ),
            Part(
                "erasures", "Erasures", () if erased else (NONE_YET,),
                grid=grids.acts(erased, at, "erasures", "Erasures", "That records were erased; never whose"),
            ),
        ),
    )  # fmt: skip


def keys(story: Story, last: str, at: Addresses) -> Sheet:
    """Keys over time, and what was made with each."""
    said = story.groups.get(KEYS, ())
    lines = () if said else (NONE_YET,)
    return Sheet(
        "keys",
        "Keys",
        (
            Part(
                "keys", "Keys over time", lines, drawing=key_periods(story.keys, last), grid=grids.keys(story.keys)
            ),
            Part("uses", "What was made with which key", grid=grids.uses(story.uses, story.keys)),
            Part(
                "acts",
                "Everything that happened to keys",
                grid=grids.acts(said, at, "acts", "Keys", "Entries about keys"),
            ),
        ),
        lead="Public ids and times; the log holds no key.",
    )


def linkage(story: Story, at: Addresses) -> Sheet:
    """Thresholds and settings over time."""
    lines = () if story.linkages else (NONE_YET,)
    return Sheet(
        "linkage",
        "Linkage thresholds",
        (
            Part(
                "linkages", "Thresholds over time", lines, drawing=thresholds(story.linkages),
                grid=grids.linkages(story.linkages, at),
                note="Numbers of people below the project's least number stand as '<' and that number, and larger "
                "ones are rounded down, as the log has them.",
            ),
        ),
    )  # fmt: skip


def others(story: Story, proven: int, at: Addresses) -> Sheet:
    """Entries of which no other page makes a section of its own."""
    said = story.groups.get(OTHERS, ())
    lines = ("Entries of kinds that have no page of their own. Nothing that the log says is left out.",)
    return Sheet(
        "others",
        "Everything else",
        (
            Part(
                "others", "Other entries", lines if said else (*lines, NONE_YET),
                grid=grids.listed(said, proven, at, "others", "Entries of other kinds"),
            ),
        ),
    )  # fmt: skip


def every_entry(proof: Proof, at: Addresses) -> Sheet:
    """The log itself; what is not proven is marked, what follows a bad entry is not shown."""
    lines = []
    if proof.proven < len(proof.entries):
        lines.append(
            f"Entries {proof.proven + 1:,} to {len(proof.entries):,} follow the ones before them, but no "
            "signatures prove "
            "them, or other signatures contradict them. They are marked, and no other page counts them."
        )
    if len(proof.entries) < proof.lines:
        lines.append(
            f"From entry {len(proof.entries) + 1:,} on nothing is shown: it is bad, or nothing proves it."
        )
    shown: Sequence[Entry] = proof.entries
    return Sheet(
        "entries",
        "All entries",
        (
            Part(
                "entries", "Every entry", tuple(lines),
                grid=grids.listed(shown, proof.proven, at, "entries", "Every entry of the log", home=True),
                note="Of a list of numbers by name, those that are too small to show are counted and not named.",
            ),
        ),
    )  # fmt: skip
