"""The log on disk: one writer at a time, every entry witnessed before it stands, no kill leaves it in between."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.errors import AuditError
from flows.audit import clock
from flows.audit.behind import Behind
from flows.audit.chain import Chain, cut_off, follow, read_chain, read_checkpoints
from flows.audit.checkpoint import LOG, WITNESS, Checkpoint, PublicKeys, read_checkpoint, signed_checkpoint
from flows.audit.entry import MOST_BYTES, OUTSIDE_ANY_RUN, Entry
from flows.audit.facts import Facts
from flows.audit.held import ANCHOR_FILE, CHECKPOINT_FILE, LOG_FILE, OWN, bytes_of, locked, read_files, unusable
from flows.audit.order import Order
from flows.audit.signers import hexed
from flows.stores import FILE_MODE, folder, sweep, sweep_beside, sync, write_bytes


class AuditLog:
    """Appends entries. Any number of these may be open on one log, in any thread or process.

    An append signs and writes the checkpoint first, which holds the new entry, then the entry's line, then the
    anchors. A kill in between leaves a log that is short by (a part of) the line its checkpoint holds, and the
    next opening or append writes the rest. So no complete entry is ever lost, and none that lacks both
    signatures is ever taken over.
    """

    def __init__(
        self,
        log_folder: Path,
        *,
        log_key: Ed25519PrivateKey,
        witness_key: Ed25519PrivateKey,
        anchors: Mapping[str, Path],
        code: str,
        config: str,
        trusted: PublicKeys | None = None,
    ) -> None:
        """Open a log, or begin one, and finish what a kill cut off.

        Args:
            log_folder: where it lies.
            log_key: signs for the log.
            witness_key: signs for the witness.
            anchors: each body that is to hold the last checkpoint, and its folder.
            code: version of desirelines.
            config: SHA-256 of the project file.
            trusted: what the log is verified with, where it is not the public halves of the two keys: while a new
                key takes over, the one before it.

        Raises:
            AuditError: what is there does not verify, or cannot be read or written.
        """
        self._folder, self._anchors = log_folder, dict(anchors)
        self._log_key, self._witness_key = log_key, witness_key
        self._keys = trusted or PublicKeys(log_key.public_key(), witness_key.public_key())
        self._code, self._config = code, config
        self._chain = Chain()
        self._seen: tuple[bytes, int] | None = None
        with self._writing():
            sweep(self._folder)
            for body_folder in self._anchors.values():
                sweep_beside(body_folder / ANCHOR_FILE)
            self._take_up()

    def append(self, facts: Facts, *, at: datetime, actor: str, zone: str, run: str = OUTSIDE_ANY_RUN) -> Entry:
        """Say something, signed, witnessed and on disk when this returns.

        Args:
            facts: the action, and what may be said of it.
            at: now. If it lies before the last entry, the last entry's time is taken; and if by more than the
                clocks of two machines may differ, an entry of its own says so first.
            actor: a key of [people].
            zone: a zone's or a body's name.
            run: id of the run.

        Raises:
            AuditError: the entry may not stand here, the log does not verify, or it cannot be written.
        """
        with self._writing():
            if self._seen != self._on_disk():
                self._take_up()
            behind = clock.seconds_behind(self._chain.last, at)
            if behind > clock.TOLERANCE:
                self._chain.order.examine(self._next(facts, at, actor, zone, run))
                self._say(clock.clock_turned_back(seconds=behind), at, actor, zone, run)
            return self._say(facts, clock.not_before(self._chain.last, at), actor, zone, run)

    def _say(self, facts: Facts, at: datetime, actor: str, zone: str, run: str) -> Entry:
        entry = self._next(facts, at, actor, zone, run)
        line = entry.to_bytes()
        if len(line) > MOST_BYTES:
            raise AuditError("an entry is longer than any may be", entry=entry.seq)
        self._seen = None
        self._chain.add(entry, line)
        self._may_sign(entry.seq)
        checkpoint = signed_checkpoint(entry, self._chain.tree.root(), self._log_key, self._witness_key)
        write_bytes(self._folder / CHECKPOINT_FILE, checkpoint.to_bytes(with_entry=True))
        self._write(line + b"\n")
        self._hand_out(checkpoint)
        self._seen = self._on_disk()
        return entry

    def _next(self, facts: Facts, at: datetime, actor: str, zone: str, run: str) -> Entry:
        return follow(
            self._chain.last, at=at, actor=actor, zone=zone, run=run, facts=facts,
            code=self._code, config=self._config,
        )  # fmt: skip

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries as of the last look at the log."""
        return tuple(self._chain.entries)

    def runner_of(self, release: str) -> str:
        """Who ran the last run that staged a release, as of the last look at the log; empty where none did."""
        return self._chain.order.runner_of(release)

    @property
    def order(self) -> Order:
        """What the entries so far allow, as of the last look at the log."""
        return self._chain.order

    @property
    def behind(self) -> Behind:
        """What stands behind each release, as of the last look at the log."""
        return self._chain.order.behind

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self._chain.tree.size

    @property
    def root(self) -> str:
        """Merkle root of all entries, in hex."""
        return self._chain.tree.root().hex()

    @property
    def last_signatures(self) -> Mapping[str, str]:
        """The signatures of the log's own checkpoint."""
        data = bytes_of(self._folder / CHECKPOINT_FILE)
        return {} if data is None else read_checkpoint(OWN, data).signatures

    def signer(self, role: str) -> str:
        """Public key, in hex, that must sign the next entry as `log` or as `witness`."""
        key = self._keys.log if role == LOG else self._keys.witness
        return hexed(self._chain.signers.at(role, self.size + 1, key))

    @property
    def public_keys(self) -> PublicKeys:
        """What others verify the log with."""
        return self._keys

    def _take_up(self) -> None:
        """Read and verify what is on disk, once it is finished."""
        held = read_files(self._folder, self._anchors)
        if not held.log and not held.checkpoints:
            self._chain = Chain()
        else:
            signed = read_checkpoints(held.checkpoints)
            if OWN not in signed:
                raise AuditError("the log's own checkpoint is missing")
            rest = cut_off(held.log, signed[OWN])
            self._chain = read_chain(held.log + rest, signed, self._keys)
            if rest:
                self._write(rest)
            self._hand_out(signed[OWN])
        self._seen = self._on_disk()

    def _may_sign(self, size: int) -> None:
        """Refuse to sign with a key that another one has taken over from."""
        for role, key, trusted in (
            (LOG, self._log_key, self._keys.log),
            (WITNESS, self._witness_key, self._keys.witness),
        ):
            if hexed(key.public_key()) != hexed(self._chain.signers.at(role, size, trusted)):
                raise AuditError(
                    f"the {role}'s key was rotated and the one on this machine may sign no longer; take over the "
                    "new key files from the custodian, or give 'keys rotate' again if it was interrupted"
                )

    def _hand_out(self, checkpoint: Checkpoint) -> None:
        anchor = checkpoint.to_bytes(with_entry=False)
        for body_folder in self._anchors.values():
            path = body_folder / ANCHOR_FILE
            if bytes_of(path) != anchor:
                write_bytes(path, anchor)

    def _write(self, data: bytes) -> None:
        path = self._folder / LOG_FILE
        is_new = not path.exists()
        descriptor = os.open(
            path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE
        )
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(descriptor)
        if is_new:
            path.chmod(FILE_MODE)
            sync(self._folder)

    def _on_disk(self) -> tuple[bytes, int]:
        """Enough to tell whether somebody else has written since."""
        path = self._folder / LOG_FILE
        size = path.stat().st_size if path.exists() else 0
        return bytes_of(self._folder / CHECKPOINT_FILE) or b"", size

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            folder(self._folder)
            with locked(self._folder, fcntl.LOCK_EX):
                yield
        except OSError as fault:
            raise AuditError(unusable(fault)) from None
