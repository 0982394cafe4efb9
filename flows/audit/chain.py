"""How entries follow one another, and the proof that a log is whole, unchanged and witnessed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from config.errors import AuditError
from config.terms import Action
from flows.audit import clock
from flows.audit.checkpoint import LOG, WITNESS, Checkpoint, PublicKeys, check_signatures, read_checkpoint
from flows.audit.entry import BEFORE_THE_FIRST, OUTSIDE_ANY_RUN, Entry, entry_digest, in_utc, read_entry
from flows.audit.facts import Facts
from flows.audit.merkle import EMPTY_ROOT, Frontier
from flows.audit.order import Ended, Order, Run
from flows.audit.signers import OTHER, Signers, Turn, turn_of
from flows.audit.turns import Turns, turns_told


@dataclass(frozen=True)
class Verified:
    """A log that was proved whole.

    Attributes:
        entries: all of them, in order.
        root: Merkle root over their bytes, in hex.
        head: digest of the last entry; worth publishing.
        checkpoints: name of each checkpoint that holds, to its size.
        runs: every run and how it ended.
        turns: every time that another key took over from the log's or the witness's.
        passed: which party wrote which entries.
    """

    entries: tuple[Entry, ...]
    root: str
    head: str
    checkpoints: Mapping[str, int]
    runs: Mapping[str, Run]
    turns: tuple[Turn, ...] = ()
    passed: Turns = field(default_factory=Turns)

    @property
    def not_closed(self) -> tuple[Run, ...]:
        """Runs that are under way, or were killed."""
        return tuple(run for run in self.runs.values() if run.ended is Ended.NOT)

    @property
    def clock_turned_back(self) -> int:
        """How often the log says that a machine's clock was turned back."""
        return sum(entry.action is Action.CLOCK_TURNED_BACK for entry in self.entries)

    @property
    def sentence(self) -> str:
        """The result in one line."""
        unclosed, back = len(self.not_closed), self.clock_turned_back
        turned = f"a clock turned back {_counted(back, 'time', 'times')}, " if back else ""
        lost = "".join(
            f" The {turn.role}'s key was lost; at entry {turn.entry:,} the {OTHER[turn.role]}'s key alone vouched "
            "for its successor, so hold the log against the bodies' anchors of that time."
            for turn in self.turns
            if turn.voucher
        )
        return (
            f"The log verifies: {_counted(len(self.entries), 'entry', 'entries')}, "
            f"{_counted(len(self.checkpoints), 'checkpoint', 'checkpoints')} signed by the log and its witness, "
            f"{_counted(unclosed, 'run', 'runs')} not closed, {turned}head {self.head}.{lost}"
            f"{turns_told(self.passed)}"
        )


def follow(
    last: Entry | None,
    *,
    at: datetime,
    actor: str,
    zone: str,
    facts: Facts,
    code: str,
    config: str,
    run: str = OUTSIDE_ANY_RUN,
) -> Entry:
    """The entry after `last`.

    Raises:
        AuditError: a field is not what its pattern says.
    """
    return Entry(
        seq=1 if last is None else last.seq + 1,
        previous=BEFORE_THE_FIRST if last is None else last.digest(),
        at=in_utc(at),
        actor=actor,
        zone=zone,
        run=run,
        subject=facts.subject(run),
        facts=facts,
        code=code,
        config=config,
    )


class Chain:
    """A log while it is read or written: what the next entry is checked against.

    Attributes:
        entries: those taken so far.
        head: digest of the last one.
        tree: over their bytes.
        order: which entry may come next.
        signers: whose signatures it carries at which length.
    """

    def __init__(self) -> None:
        """No entry yet."""
        self.entries: list[Entry] = []
        self.head = BEFORE_THE_FIRST
        self.tree = Frontier()
        self.order = Order()
        self.signers = Signers()

    @property
    def last(self) -> Entry | None:
        """The last entry."""
        return self.entries[-1] if self.entries else None

    def add(self, entry: Entry, line: bytes) -> None:
        """Take the next entry, of which `line` is the bytes.

        Raises:
            AuditError: it does not follow the one before, lies before it in time and does not say so, or may not
                stand here; nothing is changed.
        """
        if entry.seq != self.tree.size + 1:
            raise AuditError("the entry's number is not the next one", entry=self.tree.size + 1)
        if entry.previous != self.head:
            raise AuditError("the entry does not follow the one before it", entry=entry.seq)
        clock.admit(self.last, entry)
        if entry.action is Action.TURN_SIGNED and entry.facts.values["root"] != self.tree.root().hex():
            raise AuditError("the party signed its turn for another log", entry=entry.seq)
        self.order.admit(entry)
        if turn_of(entry) is not None:
            self.signers.admit(entry, self.tree.root().hex())
        self.entries.append(entry)
        self.head = entry_digest(line)
        self.tree.add(line)


def verify(log: bytes, checkpoints: Mapping[str, bytes], keys: PublicKeys) -> Verified:
    """Prove that a log is whole, unchanged and witnessed. Pure: an outsider can run it on copies.

    Every line must be the canonical form of its entry and follow the one before; every checkpoint must carry both
    signatures and the Merkle root of that many entries; the longest must cover the last entry. An entry without a
    checkpoint is refused and not excused: checkpoints are written first, so that no kill leaves one.

    Args:
        log: the log's bytes.
        checkpoints: whose it is to a checkpoint file's bytes: the log's own, and those that bodies keep as
            anchors. The more come from elsewhere, the more the proof is worth: whoever holds both keys can sign
            a shorter log, but cannot take an anchor back.
        keys: the public keys of the log and of the witness, as they are or were at any time: who signed at which
            length stands in the log, and hangs on these.

    Raises:
        AuditError: saying what does not hold and, where known, at which entry.
    """
    signed = read_checkpoints(checkpoints)
    if rest := next((rest for each in signed.values() if (rest := cut_off(log, each))), b""):
        # A log from which another line was taken is one short too: only one that is whole with it was cut off.
        read_chain(log + rest, signed, keys)
        raise AuditError(
            "the last entry was cut off by a kill; its checkpoint holds it and the next start writes it"
        )
    chain = read_chain(log, signed, keys)
    return Verified(
        entries=tuple(chain.entries),
        root=chain.tree.root().hex(),
        head=chain.head,
        checkpoints={name: checkpoint.size for name, checkpoint in signed.items()},
        runs=chain.order.runs,
        turns=chain.signers.turns,
        passed=chain.order.turns,
    )


def read_checkpoints(checkpoints: Mapping[str, bytes]) -> dict[str, Checkpoint]:
    """Every checkpoint; `read_chain` verifies its signatures, since which keys sign stands in the log.

    Raises:
        AuditError: there is none, or one is malformed.
    """
    if not checkpoints:
        raise AuditError("there is no checkpoint to verify the log against")
    return {name: read_checkpoint(name, data) for name, data in sorted(checkpoints.items())}


def read_chain(log: bytes, signed: Mapping[str, Checkpoint], keys: PublicKeys) -> Chain:
    """The chain of a log that agrees with every checkpoint and is covered by the longest; see `verify`.

    Args:
        log: its bytes.
        signed: the checkpoints.
        keys: those that are trusted.

    Raises:
        AuditError: saying what does not hold and, where known, at which entry.
    """
    lines, chain = _lines(log), Chain()
    roots = {0: EMPTY_ROOT.hex()}
    wanted = {checkpoint.size for checkpoint in signed.values()}
    for place, line in enumerate(lines, 1):
        chain.add(_read(line, place), line)
        if place in wanted:
            roots[place] = chain.tree.root().hex()
    for name, checkpoint in signed.items():
        if checkpoint.size > len(lines):
            raise AuditError(
                f"entries are missing: the checkpoint of '{name}' covers {checkpoint.size:,}, "
                f"the log has {len(lines):,}"
            )
        if roots[checkpoint.size] != checkpoint.root:
            raise AuditError(f"the log is not the one that the checkpoint of '{name}' was signed for")
        if checkpoint.entry is not None and checkpoint.entry != chain.entries[checkpoint.size - 1]:
            raise AuditError(f"the checkpoint of '{name}' holds another entry than the log")
    covered = max(wanted)
    _check_all(signed, chain.signers, keys, covered)
    if covered < len(lines):
        raise AuditError("no checkpoint covers the entry, so nobody witnessed it", entry=covered + 1)
    return chain


def _check_all(signed: Mapping[str, Checkpoint], signers: Signers, keys: PublicKeys, covered: int) -> None:
    """Hold every checkpoint against the keys that signed at its length of the log."""
    signers.settle(keys, covered)
    for name, checkpoint in signed.items():
        at_its_length = PublicKeys(
            signers.at(LOG, checkpoint.size, keys.log), signers.at(WITNESS, checkpoint.size, keys.witness)
        )
        check_signatures(name, checkpoint, at_its_length)


def cut_off(log: bytes, last: Checkpoint) -> bytes:
    """What a kill left unwritten of the last entry; empty where the log is whole, or where no kill explains it.

    A checkpoint is written before its entry's line and holds the entry, so a kill leaves the log exactly one line
    short, or with a part of that line.
    """
    lines, rest = log[: log.rfind(b"\n") + 1], log[log.rfind(b"\n") + 1 :]
    if last.entry is None or lines.count(b"\n") != last.size - 1:
        return b""
    line = last.entry.to_bytes() + b"\n"
    return line[len(rest) :] if line.startswith(rest) else b""


def _lines(log: bytes) -> list[bytes]:
    *lines, rest = log.split(b"\n")
    if rest:
        raise AuditError("the log ends in the middle of an entry", entry=len(lines) + 1)
    return lines


def _read(line: bytes, place: int) -> Entry:
    try:
        return read_entry(line)
    except AuditError as fault:
        raise AuditError(str(fault), entry=place) from None


def _counted(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"
