"""How far a log can be believed: whole, up to some entry, or not at all. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from config.errors import AuditError
from flows.audit.chain import Chain, Verified, cut_off, verify
from flows.audit.checkpoint import Checkpoint, PublicKeys, read_checkpoint
from flows.audit.entry import Entry, read_entry
from flows.audit.log import OWN


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
    signed, sealed = _signed(checkpoints, keys)
    chain, roots, lines, why = _followed(log, signed)
    sealed += [_held_against(name, each, roots, lines, why) for name, each in signed.items()]
    # Beyond the first checkpoint that says otherwise nothing counts: whoever rewrote the log may have signed it.
    against = min((each.size for each in sealed if each.agreement is Agreement.CONTRADICTS), default=len(log) + 1)
    sizes = [each.size for each in sealed if each.agreement is Agreement.AGREES]
    if _finished(log, chain, signed.get(OWN)):
        sizes.append(len(chain.entries))
    proven = max((size for size in sizes if size < against), default=0)
    entries = tuple(chain.entries)
    return Proof(
        verified=None,
        fault=fault,
        broken=len(entries) + 1 if why else None,
        why_broken=why,
        lines=lines,
        entries=entries,
        proven=proven,
        sealed=tuple(sorted(sealed, key=lambda each: (each.name != OWN, each.name))),
    )


def _signed(checkpoints: Mapping[str, bytes], keys: PublicKeys) -> tuple[dict[str, Checkpoint], list[Sealed]]:
    """The checkpoints whose signatures hold, and the others."""
    signed, others = {}, []
    for name, data in checkpoints.items():
        try:
            signed[name] = read_checkpoint(name, data, keys)
        except AuditError as fault:
            others.append(Sealed(name, 0, Agreement.NOT_VALID, str(fault)))
    return signed, others


def _followed(log: bytes, signed: Mapping[str, Checkpoint]) -> tuple[Chain, dict[int, str], int, str]:
    """Entries up to the first fault, the root at each size that a checkpoint covers, lines, and the fault."""
    *lines, rest = log.split(b"\n")
    wanted = {each.size for each in signed.values()}
    chain, roots, why = Chain(), {0: Chain().tree.root().hex()}, ""
    for line in lines:
        try:
            chain.add(read_entry(line), line)
        except AuditError as fault:
            why = str(fault)
            break
        if chain.tree.size in wanted:
            roots[chain.tree.size] = chain.tree.root().hex()
    if not why and rest:
        why = "the log ends in the middle of an entry"
    return chain, roots, len(lines) + bool(rest), why


def _finished(log: bytes, chain: Chain, own: Checkpoint | None) -> bool:
    """Whether the log is short by the very entry that its checkpoint holds, so that all others are proven."""
    if own is None or own.entry is None or not cut_off(log, own) or chain.tree.size != own.size - 1:
        return False
    chain.tree.add(own.entry.to_bytes())
    return chain.tree.root().hex() == own.root


def _held_against(name: str, each: Checkpoint, roots: Mapping[int, str], lines: int, why: str) -> Sealed:
    root = roots.get(each.size)
    if root is not None:
        agreement = Agreement.AGREES if root == each.root else Agreement.CONTRADICTS
    else:
        agreement = Agreement.NOT_REACHED if why and each.size <= lines else Agreement.COVERS_MORE
    return Sealed(name, each.size, agreement)
