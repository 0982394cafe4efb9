"""Logs whose signing keys change, and logs that nobody kept from saying what they may not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.audit import key_facts, release_facts
from flows.audit.chain import Chain, Verified, follow, verify
from flows.audit.checkpoint import LOG, WITNESS, Checkpoint, PublicKeys, signed_checkpoint
from flows.audit.entry import Entry, entry_digest
from flows.audit.facts import Facts
from flows.audit.key_words import Signer
from flows.audit.signers import OTHER, hexed, introduced, public_id
from tests.support.audit_story import START, digest


class Unchecked(Chain):
    """A chain that takes whatever follows, as whoever writes a program of their own can."""

    def add(self, entry: Entry, line: bytes) -> None:
        """Take the next entry, whatever it says."""
        self.order.turns.take(entry)
        self.entries.append(entry)
        self.head = entry_digest(line)
        self.tree.add(line)


def key(seed: int) -> Ed25519PrivateKey:
    """One of any number of keys."""
    return Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32, "big"))


@dataclass
class Story:
    """A log that is written by keys that change."""

    keys: dict[str, Ed25519PrivateKey] = field(default_factory=lambda: {LOG: key(1), WITNESS: key(2)})
    chain: Chain = field(default_factory=Chain)
    log: bytes = b""
    checkpoints: list[Checkpoint] = field(default_factory=list)
    fresh: int = 10

    def say(self, facts: Facts, signing: Mapping[str, Ed25519PrivateKey] | None = None) -> None:
        entry = follow(
            self.chain.last, at=START + timedelta(minutes=len(self.checkpoints)), actor="ann", zone="custody",
            facts=facts, code="0.1.0", config=digest("project.toml"),
        )  # fmt: skip
        self.chain.add(entry, entry.to_bytes())
        signing = signing or self.keys
        self.checkpoints.append(signed_checkpoint(entry, self.chain.tree.root(), signing[LOG], signing[WITNESS]))
        self.log += entry.to_bytes() + b"\n"

    def something(self) -> None:
        """An entry, whatever it says."""
        self.say(release_facts.key_made(key="linkage", key_id=f"k-{len(self.checkpoints)}"))

    def rotation(self, role: str, **other: object) -> tuple[Facts, Ed25519PrivateKey]:
        self.fresh += 1
        old, new = self.keys[role], key(self.fresh)
        size, root = self.chain.tree.size, self.chain.tree.root().hex()
        before, after = hexed(old.public_key()), hexed(new.public_key())
        said = {
            "key": role, "key_id": public_id(after), "previous_key_id": public_id(before), "use": Signer(role),
            "public_key": after, "previous_public_key": before, "size": size, "root": root,
            "signature": introduced(old, role, size, root, before=before, after=after, lost=False), **other,
        }  # fmt: skip
        return key_facts.signer_rotated(**said), new  # type: ignore[arg-type] # drawn

    def rotate(self, role: str) -> None:
        """A new key takes over, and signs."""
        facts, new = self.rotation(role)
        self.say(facts)
        self.keys = {**self.keys, role: new}
        self.something()

    def continuation(self, role: str, voucher: Ed25519PrivateKey | None = None) -> tuple[Facts, Ed25519PrivateKey]:
        self.fresh += 1
        old, new = self.keys[role], key(self.fresh)
        voucher = voucher or self.keys[OTHER[role]]
        size, root = self.chain.tree.size, self.chain.tree.root().hex()
        before, after = hexed(old.public_key()), hexed(new.public_key())
        facts = key_facts.log_continued(
            key=role, key_id=public_id(after), previous_key_id=public_id(before), use=Signer(role),
            public_key=after, previous_public_key=before, size=size, root=root,
            last_signature=self.checkpoints[-1].signatures[role], voucher=hexed(voucher.public_key()),
            signature=introduced(voucher, role, size, root, before=before, after=after, lost=True),
        )  # fmt: skip
        return facts, new

    def lose(self, role: str) -> None:
        """One key is lost, and the other vouches for the next."""
        facts, new = self.continuation(role)
        self.keys = {**self.keys, role: new}
        self.say(facts)

    def verified(
        self, trusted: PublicKeys | None = None, *anchors: int, last: Checkpoint | None = None
    ) -> Verified:
        held = {"the log": (last or self.checkpoints[-1]).to_bytes(with_entry=True)}
        held |= {f"b{each}": self.checkpoints[each].to_bytes(with_entry=False) for each in anchors}
        return verify(self.log, held, trusted or public(self.keys))


def public(keys: Mapping[str, Ed25519PrivateKey]) -> PublicKeys:
    return PublicKeys(keys[LOG].public_key(), keys[WITNESS].public_key())
