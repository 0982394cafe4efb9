"""A short life of a project, as the audit log tells it, and the keys that sign it."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.terms import Action, Manner, ProfileName
from flows.audit import facts, release_facts
from flows.audit.chain import Chain, follow
from flows.audit.checkpoint import Checkpoint, PublicKeys, signed_checkpoint
from flows.audit.entry import OUTSIDE_ANY_RUN
from flows.audit.facts import Facts
from flows.audit.held import OWN
from flows.audit.log import AuditLog
from flows.audit.words import ApprovalReason, Extract, Mode, RefusalReason, Verdict, WithdrawalReason

LOG_KEY = Ed25519PrivateKey.from_private_bytes(b"l" * 32)
WITNESS_KEY = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
KEYS = PublicKeys(LOG_KEY.public_key(), WITNESS_KEY.public_key())
START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
RELEASE = "0123456789abcdef"
Said = tuple[Facts, str, str, str]
"""Facts, actor, zone and run. The story is one of before people signed: its sign-offs have no signature."""


def digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def staged(release: str, manifest: str) -> Facts:
    return Facts(Action.STAGED, {"release": release, "tables": digest("tables"), "manifest": manifest})


def approved(release: str, manifest: str, approver: str) -> Facts:
    said = {"release": release, "manifest": manifest, "approver": approver}
    return Facts(Action.APPROVED, {**said, "reason": ApprovalReason.CHECKED})


def refused(release: str, manifest: str, approver: str) -> Facts:
    said = {"release": release, "manifest": manifest, "approver": approver}
    return Facts(Action.REFUSED, {**said, "reason": RefusalReason.WRONG_PERIOD})


def withdrawn(release: str, manifest: str, reason: WithdrawalReason = WithdrawalReason.ERROR_FOUND) -> Facts:
    return Facts(Action.WITHDRAWN, {"release": release, "manifest": manifest, "reason": reason})


def encoding(body: str) -> list[Facts]:
    return [
        *(
            facts.received(
                body=body, extract=extract, file=digest(f"{body} {extract}"), rows_in=1_003, rows_out=1_001,
                quarantined={"impossible date": 2, "duplicate id": 0}, least_people=10,
            )
            for extract in Extract
        ),
        facts.encoded_tokens(
            body=body, inputs=[digest(f"{body} people")], key_id="k-1a2b", profile=ProfileName.STRICT, rows=1_001,
            clients=990, withheld={"c01": 3, "c02": 40}, bundle=digest(f"{body} tokens"), least_people=10,
        ),
        facts.encoded_events(
            body=body, inputs=[digest(f"{body} events")], rows=1_001, bundle=digest(f"{body} bundle"),
            least_people=10,
        ),
    ]  # fmt: skip


def linkage(bodies: tuple[str, ...]) -> list[Facts]:
    return [
        facts.linked(
            settings=digest("settings"), thresholds=(0.8, 0.95, 0.99), candidates=5_000, candidates_left_out=7,
            links={("prison", "housing"): 412}, persons=1_600, merges=4, splits=0,
            manner=Manner.INCREMENTAL, new=40, changed=12, erased=3, persons_erased=0,
            inputs={body: digest(f"{body} tokens") for body in bodies}, spine=digest("spine"), least_people=10,
        ),
        facts.measured(
            tables=3, journeys=900, persons=800, events=4_000, open_journeys=60,
            events_without_person=0, events_after_period=12, events_without_consent=None, spine=digest("spine"),
            inputs={body: digest(f"{body} bundle") for body in bodies}, output=digest("cells"), least_people=10,
        ),
    ]  # fmt: skip


def release_work(manifest: str, *, verdict: Verdict = Verdict.PASSED) -> list[Facts]:
    return [
        release_facts.protected(
            input_digest=digest("cells"), cells=120, withheld={"few people": 9}, output=digest("tables")
        ),
        release_facts.attacked(
            tables=digest("tables"), cells=9, recovered=0, inside_protection=0, certainly_below=0, verdict=verdict
        ),
        staged(RELEASE, manifest),
    ]


def whole_story(
    bodies: tuple[str, ...] = ("housing", "prison"), release: str = RELEASE, manifest: str = ""
) -> list[Said]:
    """A run from reception to staging, its approval and its publication; facts, actor, zone and run of each."""
    manifest = manifest or digest("manifest")
    work = [*(each for body in bodies for each in encoding(body)), *linkage(bodies)]
    work += [*release_work(manifest)[:-1], staged(release, manifest)]
    approval = approved(release, manifest, "bo")
    return [
        (facts.run_opened(runner="ann", mode=Mode.DIRECT), "ann", "project", "run-1"),
        *((each, "ann", "project", "run-1") for each in work),
        (facts.run_closed(), "ann", "project", "run-1"),
        (approval, "bo", "publication", OUTSIDE_ANY_RUN),
        (release_facts.published(release=release, manifest=manifest), "bo", "publication", OUTSIDE_ANY_RUN),
    ]


def written(story: list[Said]) -> tuple[bytes, list[Checkpoint]]:
    """The story's bytes, and the checkpoint after each entry."""
    chain, checkpoints, log = Chain(), [], b""
    for place, (said, actor, zone, run) in enumerate(story):
        entry = follow(
            chain.last, at=START + timedelta(minutes=place), actor=actor, zone=zone, run=run, facts=said,
            code="0.1.0", config=digest("project.toml"),
        )  # fmt: skip
        chain.add(entry, entry.to_bytes())
        checkpoints.append(signed_checkpoint(entry, chain.tree.root(), LOG_KEY, WITNESS_KEY))
        log += entry.to_bytes() + b"\n"
    return log, checkpoints


def held(checkpoint: Checkpoint) -> dict[str, bytes]:
    return {OWN: checkpoint.to_bytes(with_entry=True)}


def opened(folder: Path, anchors: Mapping[str, Path] | None = None) -> AuditLog:
    return AuditLog(
        folder / "log", log_key=LOG_KEY, witness_key=WITNESS_KEY, anchors=anchors or {}, code="0.1.0",
        config=digest("project.toml"),
    )  # fmt: skip


def tell(log: AuditLog, story: list[Said], after: int = 0) -> None:
    for place, (said, actor, zone, run) in enumerate(story, after):
        log.append(said, at=START + timedelta(minutes=place), actor=actor, zone=zone, run=run)
