"""How far a log can be believed: whole, up to some entry, or not at all. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from config.errors import AuditError
from flows.audit.chain import Chain, Verified, verify
from flows.audit.checkpoint import PublicKeys
from flows.audit.entry import Entry, entry_of, read_entry, read_json
from flows.audit.held import OWN

OTHER_LOG: Final = "was signed for"
"""Stands in the verification's error where the signatures are good and the log is another one."""


class Agreement(StrEnum):
    """How a checkpoint stands to the log."""

    AGREES = "agrees"
    CONTRADICTS = "contradicts the log"
    COVERS_MORE = "covers entries that are missing"
    NOT_REACHED = "not reached, because of a fault before it"
    NOT_VALID = "not valid"


@dataclass(frozen=True)
class Sealed:
    """A checkpoint held against the log.

    Attributes:
        name: whose it is: `OWN`, or a body.
        size: entries that it covers; 0 where it is not valid.
        agreement: what came of it.
        problem: why it is not valid.
    """

    name: str
    size: int
    agreement: Agreement
    problem: str = ""


@dataclass(frozen=True)
class Proof:
    """What was found out about a log.

    Attributes:
        verified: the whole log, where it verifies; else None.
        fault: why it does not, in the words of the verification.
        broken: number of the first entry that is wrong in itself or in its place; None where there is none.
        why_broken: what is wrong with it.
        lines: how many lines the log has.
        entries: those before `broken`, each following the one before.
        proven: how many of them signatures cover that nothing contradicts. The rest proves nothing.
        sealed: every checkpoint.
    """

    verified: Verified | None
    fault: str
    broken: int | None
    why_broken: str
    lines: int
    entries: tuple[Entry, ...]
    proven: int
    sealed: tuple[Sealed, ...]


def prove(log: bytes, checkpoints: Mapping[str, bytes], keys: PublicKeys) -> Proof:
    """Verify a log; where it fails, find the first entry at fault and how far signatures still reach.

    Args:
        log: its bytes.
        checkpoints: `OWN` and bodies to checkpoint files.
        keys: public keys of the log and of the witness.
    """
    try:
        whole = verify(log, checkpoints, keys)
    except AuditError as fault:
        return _diagnosed(log, checkpoints, keys, str(fault))
    sealed = tuple(Sealed(name, size, Agreement.AGREES) for name, size in whole.checkpoints.items())
    count = len(whole.entries)
    return Proof(whole, "", None, "", count, whole.entries, count, sealed)


def unproven(log: bytes, fault: str) -> Proof:
    """What can be said of a log without the public keys: nothing but its length.

    Args:
        log: its bytes.
        fault: why no signature can be checked.
    """
    return Proof(None, fault, None, "", log.count(b"\n"), (), 0, ())


def _diagnosed(log: bytes, checkpoints: Mapping[str, bytes], keys: PublicKeys, fault: str) -> Proof:
    entries, lines, why = _followed(log)
    sealed = [_held_against(name, data, log, lines, len(entries), keys) for name, data in checkpoints.items()]
    # Beyond the first checkpoint that says otherwise nothing counts: whoever rewrote the log may have signed it.
    against = min((each.size for each in sealed if each.agreement is Agreement.CONTRADICTS), default=lines + 1)
    sizes = [each.size for each in sealed if each.agreement is Agreement.AGREES]
    if _is_cut_off(log, checkpoints.get(OWN, b""), keys):
        sizes.append(len(entries))
    return Proof(
        verified=None,
        fault=fault,
        broken=len(entries) + 1 if why else None,
        why_broken=why,
        lines=lines,
        entries=entries,
        proven=max((size for size in sizes if size < against), default=0),
        sealed=tuple(sorted(sealed, key=lambda each: (each.name != OWN, each.name))),
    )


def _followed(log: bytes) -> tuple[tuple[Entry, ...], int, str]:
    """Entries up to the first fault, how many lines there are, and the fault."""
    *lines, rest = log.split(b"\n")
    chain, why = Chain(), ""
    for line in lines:
        try:
            chain.add(read_entry(line), line)
        except AuditError as fault:
            why = str(fault)
            break
    if not why and rest:
        why = "the log ends in the middle of an entry"
    return tuple(chain.entries), len(lines) + bool(rest), why


def _held_against(name: str, data: bytes, log: bytes, lines: int, followed: int, keys: PublicKeys) -> Sealed:
    """A checkpoint against as much of the log as it covers, by the very verification of a whole log."""
    size = _said(data).get("size")
    if not isinstance(size, int) or size < 0:
        return Sealed(name, 0, Agreement.NOT_VALID, f"the checkpoint of '{name}' is malformed")
    if size > lines:
        return Sealed(name, size, Agreement.COVERS_MORE)
    if size > followed:
        return Sealed(name, size, Agreement.NOT_REACHED)
    covered = b"".join(log.splitlines(keepends=True)[:size])
    try:
        verify(covered, {name: data}, keys)
    except AuditError as fault:
        other = OTHER_LOG in str(fault)
        return Sealed(name, size, Agreement.CONTRADICTS if other else Agreement.NOT_VALID, str(fault))
    return Sealed(name, size, Agreement.AGREES)


def _is_cut_off(log: bytes, own: bytes, keys: PublicKeys) -> bool:
    """Whether the log is short by (a part of) the very entry that its checkpoint holds: all others are proven."""
    entry = _said(own).get("entry")
    whole, rest = log[: log.rfind(b"\n") + 1], log[log.rfind(b"\n") + 1 :]
    if not isinstance(entry, Mapping):
        return False
    try:
        line = entry_of(entry).to_bytes() + b"\n"
        return line.startswith(rest) and verify(whole + line, {OWN: own}, keys) is not None
    except AuditError:
        return False


def _said(checkpoint: bytes) -> Mapping[str, object]:
    """What a checkpoint says, believed or not; nothing where it is no checkpoint."""
    try:
        return read_json(checkpoint)
    except AuditError:
        return {}
