"""Parties that write a log in turns, with keys that are the same in every test."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.audit.chain import Chain, follow
from flows.audit.checkpoint import Checkpoint, signed_checkpoint
from flows.audit.facts import Facts, run_opened
from flows.audit.passing import log_taken_over
from flows.audit.turns import party_registered, turn_signed
from flows.audit.words import Mode
from tests.support.audit_story import LOG_KEY, START, WITNESS_KEY, digest

Step = Callable[[Chain], tuple[Facts, str]]
"""From the log so far to the facts of the next entry, and its zone."""
BEGUN = run_opened(runner="ann", mode=Mode.DIRECT)


def key(party: str) -> Ed25519PrivateKey:
    """A party's own key."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(party.encode()).digest())


def says(facts: Facts, zone: str) -> Step:
    """An entry that hangs on nothing before it."""
    return lambda _: (facts, zone)


def registers(party: str, *zones: str, by: str = "") -> Step:
    """A party comes in, with its own key or with another's."""
    facts = party_registered(project="example", party=party, zones=zones, key=key(by or party))
    return says(facts, zones[0])


def signs(
    party: str, receiver: str, zone: str, *, first: int, by: str = "", root: str = "", size: int = 0
) -> Step:
    """A party signs its turn; what is not given is as it should be."""

    def step(chain: Chain) -> tuple[Facts, str]:
        return turn_signed(
            project="example", party=party, receiver=receiver, first=first, size=size or chain.tree.size,
            root=root or chain.tree.root().hex(), key=key(by or party),
        ), zone  # fmt: skip

    return step


def takes(sender: str, receiver: str, zone: str) -> Step:
    """A party takes the log over."""
    return lambda chain: (
        log_taken_over(sender=sender, receiver=receiver, number=chain.tree.size, container=digest("log")), zone
    )  # fmt: skip


def chained(steps: Iterable[Step], chain: Chain | None = None) -> Chain:
    """The log that the steps write one after another, into a chain that is given or one that checks."""
    chain = chain or Chain()
    for place, step in enumerate(steps):
        facts, zone = step(chain)
        entry = follow(
            chain.last, at=START + timedelta(minutes=place), actor="ann", zone=zone, run="run-1", facts=facts,
            code="0.1.0", config=digest("project.toml"),
        )  # fmt: skip
        chain.add(entry, entry.to_bytes())
    return chain


def written(chain: Chain) -> tuple[bytes, Checkpoint]:
    """A log's bytes and its checkpoint, as whoever holds the log's keys signs them."""
    last = chain.entries[-1]
    signed = signed_checkpoint(last, chain.tree.root(), LOG_KEY, WITNESS_KEY)
    return b"".join(each.to_bytes() + b"\n" for each in chain.entries), signed
