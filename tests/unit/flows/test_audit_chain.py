"""The mutant corpus: no change of a log or a checkpoint is accepted."""

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.errors import AuditError
from config.terms import Action
from flows.audit.chain import verify
from flows.audit.checkpoint import PublicKeys, read_checkpoint, signed_checkpoint
from flows.audit.held import OWN
from tests.support.audit_story import KEYS, LOG_KEY, WITNESS_KEY, held, whole_story, written

LEFT_OUT = {Action.ENCODED, Action.MEASURED, Action.PROTECTED}
STORY = [
    each
    for each in whole_story(bodies=("housing",))
    if each[0].action not in LEFT_OUT and each[0].values.get("extract") != "events"
]
LOG, CHECKPOINTS = written(STORY)
LINES = LOG.splitlines(keepends=True)
OWN_CHECKPOINT = held(CHECKPOINTS[-1])


def accepted(log: bytes, checkpoints: dict[str, bytes]) -> bool:
    try:
        verify(log, checkpoints, KEYS)
    except AuditError:
        return False
    return True


def flipped(data: bytes) -> Iterator[bytes]:
    """Each byte with one bit changed, a different bit from byte to byte."""
    for place in range(len(data)):
        yield data[:place] + bytes([data[place] ^ (1 << place % 8)]) + data[place + 1 :]


def lines_moved() -> Iterator[bytes]:
    for place in range(len(LINES)):
        yield b"".join(LINES[:place] + LINES[place + 1 :])
        yield b"".join([*LINES[: place + 1], *LINES[place:]])
        for other in range(place):
            swapped = LINES.copy()
            swapped[place], swapped[other] = swapped[other], swapped[place]
            yield b"".join(swapped)
        for lost in ({place, place + 1}, {place, place + 2}):
            yield b"".join(line for number, line in enumerate(LINES) if number not in lost)


def respelled() -> Iterator[bytes]:
    for place, line in enumerate(LINES):
        said, body = json.loads(line), line.rstrip(b"\n")
        for other in (
            json.dumps(said, sort_keys=True).encode(),
            json.dumps(dict(reversed(said.items())), separators=(",", ":")).encode(),
            body + b" ",
            body + b"\r",
            body + b"\n",
            body.replace(b'"seq":', b'"seq":0', 1),
            body.replace(b"ann", b"\\u0061nn", 1) if b"ann" in body else body + b"\t",
        ):
            yield b"".join([*LINES[:place], other + b"\n", *LINES[place + 1 :]])
    yield LOG.replace(b"\n", b"\r\n")
    yield b"\xef\xbb\xbf" + LOG
    yield LOG + b"\n"
    yield LOG + b"\x00"


def test_the_log_itself_verifies() -> None:
    found = verify(LOG, OWN_CHECKPOINT, KEYS)
    assert [entry.action for entry in found.entries] == [said.action for said, *_ in STORY]
    assert found.sentence == (
        f"The log verifies: {len(STORY)} entries, 1 checkpoint signed by the log and its witness, "
        f"0 runs not closed, head {found.head}."
    )
    assert found.root == CHECKPOINTS[-1].root


def test_no_flipped_byte_of_the_log_is_accepted() -> None:
    assert sum(accepted(log, OWN_CHECKPOINT) for log in flipped(LOG)) == 0


def test_no_log_with_lines_dropped_doubled_or_swapped_is_accepted() -> None:
    assert sum(accepted(log, OWN_CHECKPOINT) for log in lines_moved()) == 0


def test_no_truncated_log_is_accepted() -> None:
    assert sum(accepted(LOG[:length], OWN_CHECKPOINT) for length in range(len(LOG))) == 0
    assert sum(accepted(LOG[length:], OWN_CHECKPOINT) for length in range(1, len(LOG) + 1)) == 0


def test_no_respelled_log_is_accepted() -> None:
    assert sum(accepted(log, OWN_CHECKPOINT) for log in respelled()) == 0


def test_no_flipped_byte_of_a_checkpoint_is_accepted() -> None:
    anchor = CHECKPOINTS[-1].to_bytes(with_entry=False)
    assert accepted(LOG, {"housing": anchor})
    assert sum(accepted(LOG, {"housing": each}) for each in flipped(anchor)) == 0
    assert sum(accepted(LOG, {OWN: each}) for each in flipped(OWN_CHECKPOINT[OWN])) == 0


def test_no_truncated_or_respelled_checkpoint_is_accepted() -> None:
    own = OWN_CHECKPOINT[OWN]
    said = json.loads(own)
    others = [own[:length] for length in range(len(own))]
    others += [json.dumps(said).encode(), own + b"\n", own.replace(b"\n", b"\r\n"), json.dumps([said]).encode()]
    for name in said:
        if name != "entry":
            others.append(json.dumps({key: value for key, value in said.items() if key != name}).encode())
    others.append(own.replace(said["signatures"]["log"].encode(), said["signatures"]["log"].upper().encode()))
    assert sum(accepted(LOG, {OWN: each}) for each in others) == 0


def test_without_any_checkpoint_nothing_verifies() -> None:
    with pytest.raises(AuditError, match="there is no checkpoint"):
        verify(LOG, {}, KEYS)
    with pytest.raises(AuditError, match="there is no checkpoint"):
        verify(b"", {}, KEYS)


def test_a_rollback_by_whoever_holds_both_keys_is_caught_by_an_anchor() -> None:
    rolled_back, earlier = b"".join(LINES[:5]), CHECKPOINTS[4]
    assert accepted(rolled_back, held(earlier))
    anchor = {"housing": CHECKPOINTS[6].to_bytes(with_entry=False)}
    with pytest.raises(AuditError, match="the checkpoint of 'housing' covers 7, the log has 5"):
        verify(rolled_back, {**held(earlier), **anchor}, KEYS)


def test_a_rewritten_history_of_the_same_length_is_caught_by_an_anchor() -> None:
    said, _, zone, run = STORY[0]
    rewritten, checkpoints = written([(said, "zoe", zone, run), *STORY[1:]])
    anchor = {"housing": CHECKPOINTS[6].to_bytes(with_entry=False)}
    assert accepted(rewritten, held(checkpoints[-1]))
    with pytest.raises(AuditError, match="not the one that the checkpoint of 'housing' was signed for"):
        verify(rewritten, {**held(checkpoints[-1]), **anchor}, KEYS)


def test_an_older_anchor_agrees_with_a_log_that_has_grown() -> None:
    anchors = {f"body{place}": each.to_bytes(with_entry=False) for place, each in enumerate(CHECKPOINTS)}
    assert verify(LOG, {**OWN_CHECKPOINT, **anchors}, KEYS).checkpoints["body3"] == 4


def test_an_entry_that_nobody_witnessed_is_refused() -> None:
    with pytest.raises(AuditError, match=rf"no checkpoint covers the entry.*\(entry {len(LINES)}\)"):
        verify(LOG, held(CHECKPOINTS[-2]), KEYS)


def test_a_cut_off_entry_is_named_as_such() -> None:
    for rest in (b"", LINES[-1][:10], LINES[-1][:-1]):
        with pytest.raises(AuditError, match="cut off by a kill"):
            verify(b"".join(LINES[:-1]) + rest, OWN_CHECKPOINT, KEYS)


def test_a_log_that_lost_another_entry_was_not_cut_off() -> None:
    for place in (1, len(LINES) // 2):
        with pytest.raises(AuditError, match=rf"the entry's number is not the next one \(entry {place + 1}\)"):
            verify(b"".join(LINES[:place] + LINES[place + 1 :]), OWN_CHECKPOINT, KEYS)


def test_both_signatures_are_needed_and_from_the_right_keys() -> None:
    entry, root = CHECKPOINTS[-1].entry, bytes.fromhex(CHECKPOINTS[-1].root)
    stranger = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
    for log_key, witness_key, missing in (
        (stranger, WITNESS_KEY, "log"),
        (LOG_KEY, stranger, "witness"),
        (LOG_KEY, LOG_KEY, "witness"),
        (WITNESS_KEY, LOG_KEY, "log"),
    ):
        forged = signed_checkpoint(entry, root, log_key, witness_key)  # type: ignore[arg-type] # it holds its entry
        with pytest.raises(AuditError, match=f"not signed by the {missing}'s key"):
            verify(LOG, held(forged), KEYS)


def test_a_log_is_not_its_own_witness() -> None:
    with pytest.raises(AuditError, match="are the same"):
        PublicKeys(LOG_KEY.public_key(), LOG_KEY.public_key())


def test_a_checkpoint_holds_its_own_last_entry_and_no_other() -> None:
    said = json.loads(OWN_CHECKPOINT[OWN])
    for other in (CHECKPOINTS[-2].entry, None):
        said["entry"] = None if other is None else json.loads(other.to_bytes())
        data = json.dumps(said, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        with pytest.raises(AuditError, match="checkpoint"):
            read_checkpoint(OWN, data)


def test_each_entry_follows_the_one_before() -> None:
    entries = verify(LOG, OWN_CHECKPOINT, KEYS).entries
    assert all(later.previous == earlier.digest() for earlier, later in pairwise(entries))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
