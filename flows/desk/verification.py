"""The sheets about verification: what was checked, and how to check it again."""

from collections.abc import Sequence
from importlib.resources import files

from flows.desk import grids
from flows.desk.contents import Check, Outcome, Story
from flows.desk.page import Part, Sheet
from flows.desk.party_checks import turns_of
from flows.desk.proof import Proof
from flows.desk.runs import NOT_CLOSED
from flows.desk.words import LIMITS


def verification(checks: Sequence[Check], proof: Proof, story: Story) -> Sheet:
    """The first page: what was checked, what came of it, and what that cannot show."""
    open_runs = sum(each.ended == NOT_CLOSED for each in story.works)
    failed = sum(each.ended.startswith("FAILED") for each in story.works)
    missing = sum(each.what.startswith("Anchor") and each.outcome is Outcome.NOT_DONE for each in checks)
    anchors = sum(each.what.startswith("Anchor") for each in checks)
    published = sum(each.state == "published" for each in story.releases)
    tiles = (
        ("Entries proven", f"{proof.proven:,}", f"of {proof.lines:,} lines of the log"),
        ("Anchors seen", f"{anchors - missing}", f"of {anchors} bodies; the more, the more the proof is worth"),
        ("Runs", f"{len(story.works):,}", f"{failed:,} failed, {open_runs:,} not closed"),
        ("Releases published", f"{published:,}", f"of {len(story.releases):,} that were staged"),
    )
    passed = turns_of(proof).all
    turns = (Part("turns", "Whose turn it was", grid=grids.turns(passed)),) if passed else ()
    return Sheet(
        "index",
        "Verification",
        (
            Part("short", "In short", tiles=tiles),
            Part("checked", "What was checked", grid=grids.checks(checks)),
            *turns,
            Part("limits", "What this cannot show", listed=LIMITS),
        ),
    )


def itself(checks: Sequence[Check], keys: tuple[str, str], log: str) -> Sheet:
    """How to check everything again, with the program and without it.

    Args:
        checks: that were made.
        keys: files of the public keys of the log and the witness, from the project file's folder.
        log: the log's folder, likewise.
    """
    said = files("flows.desk")
    anchors = "ANCHOR.json ... parties/PARTY.json ..."
    return Sheet(
        "check",
        "Check it yourself",
        (
            Part(
                "again",
                "With desirelines",
                (
                    "In the folder of the project file, on a machine and with a copy of the program that you "
                    "trust:",
                ),
                grid=grids.again(checks),
            ),
            Part(
                "without",
                "With nothing of desirelines: the log",
                (
                    "These lines need bash, sed, od, sha256sum and openssl (3 or later). Save them as "
                    "check-log.sh and "
                    f"call them as: bash check-log.sh {log} {keys[0]} {keys[1]} {anchors}",
                    "They prove both signatures of every checkpoint, under the keys of its own time, that each "
                    "entry follows the one before, that the log is the one that was signed, and, where parties "
                    "hand it on, that each signed its own turn and wrote of its own zones alone. They do not know "
                    "what each action may say or what may follow what: for that it takes desirelines, or a "
                    "reader. A log of 1,000 entries takes about fifteen seconds.",
                ),
                script=said.joinpath("check-log.sh").read_text(encoding="utf-8"),
            ),
            Part(
                "release",
                "With nothing of desirelines: a release",
                (),
                script=said.joinpath("check-release.sh").read_text(encoding="utf-8"),
            ),
            Part(
                "fingerprint",
                "With nothing of desirelines: a public key",
                (
                    "The first 32 digits are the public id. Ask the key custodian for it, by telephone or on "
                    "paper.",
                ),
                script=f"openssl pkey -pubin -in {keys[0]} -outform DER | tail -c 32 | sha256sum",
            ),
        ),
    )
