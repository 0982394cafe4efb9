"""How far a log is believed: never further than two signatures reach that nothing contradicts."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from flows.audit.chain import Chain
from flows.audit.checkpoint import Checkpoint, PublicKeys, signed_checkpoint
from flows.audit.entry import read_entry
from flows.audit.held import OWN
from flows.desk.proof import Agreement, Proof, prove, unproven
from tests.support.audit_story import KEYS, LOG_KEY, WITNESS_KEY, held, whole_story, written

LOG, CHECKPOINTS = written(whole_story())
ENTRIES = len(CHECKPOINTS)
LINES = LOG.splitlines(keepends=True)


def anchor(size: int) -> bytes:
    return CHECKPOINTS[size - 1].to_bytes(with_entry=False)


def agreements(proof: Proof) -> Mapping[str, Agreement]:
    return {each.name: each.agreement for each in proof.sealed}


def rewritten(nth: int) -> tuple[bytes, Checkpoint]:
    """Another history from an entry on, signed by both keys."""
    chain = Chain()
    for place, line in enumerate(LINES, 1):
        entry = replace(read_entry(line.rstrip(b"\n")), previous=chain.head)
        entry = replace(entry, code="0.0.1") if place == nth else entry
        chain.add(entry, entry.to_bytes())
    log = b"".join(entry.to_bytes() + b"\n" for entry in chain.entries)
    return log, signed_checkpoint(chain.entries[-1], chain.tree.root(), LOG_KEY, WITNESS_KEY)


def test_a_whole_log_is_proven_to_its_end() -> None:
    proof = prove(LOG, {**held(CHECKPOINTS[-1]), "housing": anchor(5)}, KEYS)
    assert proof.verified is not None
    assert (proof.fault, proof.broken, proof.lines, proof.proven) == ("", None, ENTRIES, ENTRIES)
    assert set(agreements(proof).values()) == {Agreement.AGREES}


def test_a_changed_entry_is_named_and_what_an_older_anchor_covers_stays_proven() -> None:
    changed = b"".join([*LINES[:8], LINES[8].replace(b'"rows":1000', b'"rows":1010'), *LINES[9:]])
    proof = prove(changed, {**held(CHECKPOINTS[-1]), "housing": anchor(5), "prison": anchor(12)}, KEYS)
    # The entry is one that could be; that it is not the one that was written shows in the next.
    assert (proof.broken, proof.why_broken) == (10, "the entry does not follow the one before it (entry 10)")
    assert proof.proven == 5
    assert len(proof.entries) == 9
    assert agreements(proof) == {
        OWN: Agreement.NOT_REACHED, "housing": Agreement.AGREES, "prison": Agreement.NOT_REACHED
    }  # fmt: skip


def test_a_line_that_is_no_entry_is_the_first_bad_one() -> None:
    proof = prove(b"".join([*LINES[:3], b"{}\n", *LINES[4:]]), held(CHECKPOINTS[-1]), KEYS)
    assert (proof.broken, proof.proven, proof.lines) == (4, 0, ENTRIES)
    assert "missing or surplus fields" in proof.why_broken


def test_an_entry_that_a_kill_cut_off_leaves_the_others_proven() -> None:
    proof = prove(b"".join(LINES[:-1]), {**held(CHECKPOINTS[-1]), "housing": anchor(ENTRIES)}, KEYS)
    assert "cut off by a kill" in proof.fault
    assert (proof.broken, proof.proven, proof.lines) == (None, ENTRIES - 1, ENTRIES - 1)
    assert set(agreements(proof).values()) == {Agreement.COVERS_MORE}


def test_half_an_entry_at_the_end_is_a_bad_one() -> None:
    proof = prove(LOG[:-40], held(CHECKPOINTS[-1]), KEYS)
    assert (proof.broken, proof.lines, proof.proven) == (ENTRIES, ENTRIES, ENTRIES - 1)


def test_of_a_log_that_is_two_entries_short_nothing_is_proven_but_what_an_anchor_covers() -> None:
    short = b"".join(LINES[:-2])
    assert prove(short, held(CHECKPOINTS[-1]), KEYS).proven == 0
    proof = prove(short, {**held(CHECKPOINTS[-1]), "housing": anchor(7)}, KEYS)
    assert (proof.proven, proof.broken) == (7, None)
    assert agreements(proof)[OWN] is Agreement.COVERS_MORE


def test_what_was_written_anew_and_signed_again_is_proven_up_to_the_last_anchor_before_it() -> None:
    log, signed = rewritten(9)
    assert prove(log, held(signed), KEYS).verified is not None, "nothing but an anchor can tell"
    proof = prove(log, {**held(signed), "housing": anchor(5), "prison": anchor(12)}, KEYS)
    assert proof.verified is None
    assert (proof.proven, proof.broken) == (5, None)
    assert agreements(proof) == {
        OWN: Agreement.AGREES, "housing": Agreement.AGREES, "prison": Agreement.CONTRADICTS
    }  # fmt: skip
    assert prove(log, {**held(signed), "prison": anchor(12)}, KEYS).proven == 0


def test_entries_that_nobody_signed_are_not_proven() -> None:
    proof = prove(LOG, held(CHECKPOINTS[9]), KEYS)
    assert (proof.proven, proof.lines, len(proof.entries)) == (10, ENTRIES, ENTRIES)
    assert "nobody witnessed it" in proof.fault


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff", CHECKPOINTS[-1].to_bytes(with_entry=False)[:-3]])
def test_a_broken_checkpoint_proves_nothing(damage: bytes) -> None:
    proof = prove(LOG, {OWN: damage}, KEYS)
    assert proof.proven == 0
    assert agreements(proof) == {OWN: Agreement.NOT_VALID}


def test_a_forged_anchor_takes_nothing_from_what_good_ones_prove() -> None:
    forged = anchor(5).replace(b'"log":"', b'"log":"00')[:-4]
    root = bytes.fromhex(CHECKPOINTS[4].root)
    badly_signed = signed_checkpoint(read_entry(LINES[4].rstrip()), root, WITNESS_KEY, LOG_KEY)
    bad = badly_signed.to_bytes(with_entry=False)
    proof = prove(LOG, {**held(CHECKPOINTS[-1]), "housing": forged, "prison": bad, "revenues": anchor(5)}, KEYS)
    assert (proof.verified, proof.proven) == (None, ENTRIES)
    assert agreements(proof) == {
        OWN: Agreement.AGREES, "housing": Agreement.NOT_VALID, "prison": Agreement.NOT_VALID,
        "revenues": Agreement.AGREES,
    }  # fmt: skip
    assert {each.name: each.size for each in proof.sealed}["prison"] == 5


def test_a_checkpoint_of_other_keys_proves_nothing() -> None:
    proof = prove(LOG, held(CHECKPOINTS[-1]), PublicKeys(WITNESS_KEY.public_key(), LOG_KEY.public_key()))
    assert (proof.proven, agreements(proof)) == (0, {OWN: Agreement.NOT_VALID})


def test_without_keys_or_without_a_checkpoint_nothing_is_proven() -> None:
    assert unproven(LOG, "key 'log': its file log.pub is missing").lines == ENTRIES
    proof = prove(LOG, {}, KEYS)
    assert (proof.proven, proof.sealed) == (0, ())
    assert "no checkpoint" in proof.fault
