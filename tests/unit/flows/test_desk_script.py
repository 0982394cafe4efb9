"""The script that checks a log with nothing of ours: it finds what the verification finds."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from config.errors import AuditError
from flows.audit.chain import verify
from flows.audit.checkpoint import LOG, WITNESS, Checkpoint, PublicKeys, signed_checkpoint
from flows.audit.facts import Facts
from flows.audit.key_words import Signer
from flows.audit.signers import OTHER, hexed, introduced, public_id
from flows.hand_over.keys import new_party
from tests.support.audit_story import KEYS, digest, held
from tests.support.succession import Story, Unchecked, key, public
from tests.support.turn_stories import BACK, BODY, ERASED, FIRST, REFUSED, START, UNIT
from tests.support.turns import Step, chained, says, signs, written

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "openssl", "sha256sum", "sed", "od"))), reason="needs bash and openssl"
)
NOT_CHECKED = ("a key that was replaced", "zones that stand apart")
"""What the script leaves to the verification."""


def by_hand(
    folder: Path, log: bytes, own: Checkpoint, keys: PublicKeys, *more: Path, anchors: tuple[Checkpoint, ...] = ()
) -> tuple[int, str]:
    """How the script ends, and its last line."""
    (folder / "audit.jsonl").write_bytes(log)
    (folder / "checkpoint.json").write_bytes(own.to_bytes(with_entry=True))
    for role, each in ((LOG, keys.log), (WITNESS, keys.witness)):
        (folder / f"{role}.pub").write_bytes(each.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    paths = [folder / f"anchor-{place}.json" for place in range(len(anchors))]
    for path, each in zip(paths, anchors, strict=True):
        path.write_bytes(each.to_bytes(with_entry=False))
    script = str(files("flows.desk").joinpath("check-log.sh"))
    given = [folder, folder / "log.pub", folder / "witness.pub", *paths, *more]
    done = subprocess.run(
        ["bash", script, *map(str, given)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def both(folder: Path, story: Story, keys: PublicKeys, *anchors: int, last: Checkpoint | None = None) -> str:
    """What script and verification agree on: what the script says."""
    own = last or story.checkpoints[-1]
    code, said = by_hand(folder, story.log, own, keys, anchors=tuple(story.checkpoints[each] for each in anchors))
    try:
        story.verified(keys, *anchors, last=own)
    except AuditError:
        assert (code, said[:7]) == (1, "FAILS: "), said
    else:
        assert (code, said.splitlines()[-1][:7]) == (0, "holds: "), said
    return said


@pytest.fixture
def rotated() -> Story:
    """A log whose two keys were each rotated, and one of them lost after that."""
    story = Story()
    story.something()
    for role in (LOG, WITNESS, LOG):
        story.rotate(role)
    story.lose(WITNESS)
    story.something()
    return story


def test_a_log_whose_keys_were_rotated_holds_with_the_public_keys_and_anchors_of_any_time(
    rotated: Story, tmp_path: Path
) -> None:
    anchors = (0, 1, 2, 5, 7)
    for keys in (public(Story().keys), public(rotated.keys)):
        said = both(tmp_path, rotated, keys, *anchors)
        assert "note: the witness's key was lost; at entry 8 the log's key alone vouched" in said
        assert said.splitlines()[-1] == f"holds: 9 entries, head {rotated.chain.head}"
    stranger = PublicKeys(key(99).public_key(), key(2).public_key())
    assert "not signed by the log's key that you hold" in both(tmp_path, rotated, stranger)


def test_a_key_that_another_took_over_from_signs_no_longer(rotated: Story, tmp_path: Path) -> None:
    entry = rotated.checkpoints[-1].entry
    assert entry is not None
    for role in (LOG, WITNESS):
        signing = {**rotated.keys, role: Story().keys[role]}
        forged = signed_checkpoint(entry, rotated.chain.tree.root(), signing[LOG], signing[WITNESS])
        assert f"is not signed by the {role}'s key" in both(tmp_path, rotated, public(Story().keys), last=forged)


def test_a_public_key_that_was_brought_in_but_signed_nothing_proves_nothing(tmp_path: Path) -> None:
    forged = Story({LOG: key(50), WITNESS: key(51)})
    forged.something()
    facts, new = forged.rotation(LOG)
    forged.say(facts)
    said = both(tmp_path, forged, PublicKeys(new.public_key(), key(51).public_key()))
    assert "not signed by the log's key that you hold" in said


THEIRS = hexed(key(77).public_key())
FORGED: dict[str, Callable[[Story], dict[str, object]]] = {
    "signed by a stranger": lambda story: {"signature": _introduced(story, by=key(77))},
    "signed by the witness": lambda story: {"signature": _introduced(story, by=story.keys[WITNESS])},
    "signed as if lost": lambda story: {"signature": _introduced(story, by=story.keys[LOG], lost=True)},
    "of another length": lambda _: {"size": 0},
    "of another log": lambda _: {"root": digest("another log")},
    "signed for another log": lambda story: {
        "root": digest("another log"),
        "signature": _introduced(story, by=story.keys[LOG], root=digest("another log")),
    },
    "of the witness's key": lambda _: {"use": Signer.WITNESS},
    "another key": lambda _: {"public_key": THEIRS, "key_id": public_id(THEIRS)},
    "another id": lambda _: {"key_id": "0" * 32},
}


def _introduced(story: Story, *, by: object, lost: bool = False, root: str = "") -> str:
    said = story.rotation(LOG)[0].values
    story.fresh -= 1
    before, after = str(said["previous_public_key"]), str(said["public_key"])
    size, root = story.chain.tree.size, root or story.chain.tree.root().hex()
    return introduced(by, LOG, size, root, before=before, after=after, lost=lost)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_succession_fails(name: str, tmp_path: Path) -> None:
    story = Story(chain=Unchecked())
    story.something()
    changes = FORGED[name](story)
    facts, new = story.rotation(LOG)
    story.say(Facts(facts.action, {**facts.values, **changes}))  # type: ignore[dict-item]
    story.keys = {**story.keys, LOG: new}
    story.something()
    assert both(tmp_path, story, public(Story().keys)).startswith("FAILS: entry 2")


def test_a_key_that_another_took_over_from_brings_no_other_in(tmp_path: Path) -> None:
    story = Story(chain=Unchecked())
    story.something()
    story.rotate(LOG)
    story.keys = {**story.keys, LOG: Story().keys[LOG]}
    story.rotate(LOG)
    assert "the key before is not the one that signs by now" in both(tmp_path, story, public(Story().keys))


@pytest.mark.parametrize("name", ["a stranger vouches", "the lost key never signed", "a key comes back"])
def test_a_forged_word_for_a_lost_key_fails(name: str, tmp_path: Path) -> None:
    story = Story(chain=Unchecked())
    story.something()
    facts, new = story.continuation(LOG, voucher=key(77) if name == "a stranger vouches" else None)
    if name == "the lost key never signed":
        facts = replace(facts, values={**facts.values, "last_signature": "0" * 128})
    story.say(facts, {**story.keys, LOG: new})
    story.keys = {**story.keys, LOG: new}
    if name == "a key comes back":
        old, size, root = key(1), story.chain.tree.size, story.chain.tree.root().hex()
        before, after = hexed(new.public_key()), hexed(old.public_key())
        again = story.rotation(LOG)[0].values
        signature = introduced(new, LOG, size, root, before=before, after=after, lost=False)
        said = {**again, "public_key": after, "key_id": public_id(after), "signature": signature}
        story.say(Facts(story.rotation(LOG)[0].action, said))
        story.keys = {**story.keys, LOG: old}
    story.something()
    assert "FAILS: " in both(tmp_path, story, public(Story().keys))
    assert OTHER[LOG] == WITNESS


def turns(folder: Path, steps: list[Step], *parties: Path) -> tuple[int, str]:
    """The script on a log of parties, which whoever holds the log's keys signed."""
    log, own = written(chained(steps, Unchecked()))
    return by_hand(folder, log, own, KEYS, *parties)


def test_the_script_tells_whose_turn_each_entry_was_and_who_signed_for_it(tmp_path: Path) -> None:
    code, said = turns(tmp_path, [*BACK, says(ERASED, BODY)])
    assert code == 0
    assert said.splitlines()[:3] == [
        "turn of housing: entries 2 to 4, signed with its own key",
        "turn of linkage_unit: entries 5 to 7, signed with its own key",
        "turn of housing: entries 8 to 9, not signed yet",
    ]
    assert "key of housing: not compared; give this script parties/housing.json" in said


@pytest.mark.parametrize("name", [each for each in REFUSED if each not in NOT_CHECKED])
def test_the_script_fails_where_a_party_wrote_in_anothers_turn(name: str, tmp_path: Path) -> None:
    steps, _ = REFUSED[name]
    code, said = turns(tmp_path, steps)
    assert (code, said[: len("FAILS: entry")]) == (1, "FAILS: entry"), said
    log, own = written(chained(steps, Unchecked()))
    with pytest.raises(AuditError):
        verify(log, held(own), KEYS)


def test_the_script_fails_where_a_signed_turn_was_written_anew(tmp_path: Path) -> None:
    changed = says(Facts(ERASED.action, {**ERASED.values, "records": 20}), BODY)
    signature = says(*FIRST[-1](chained(FIRST[:-1])))
    assert "signed its turn for another log" in turns(tmp_path, [*START, changed, signature])[1]
    assert (
        "not signed with the party's own key"
        in turns(tmp_path, [*START, signs(BODY, UNIT, BODY, first=2, by="x")])[1]
    )


def test_a_partys_public_half_is_held_against_the_key_that_signed_its_turns(tmp_path: Path) -> None:
    fingerprint = new_party(tmp_path, tmp_path, BODY).fingerprint
    half = tmp_path / f"{BODY}.json"
    assert "the turns of housing are not signed with the key of" in turns(tmp_path, FIRST, half)[1]
    said = json.loads(half.read_bytes())
    signing = chained(FIRST).order.turns.parties[BODY].public
    half.write_bytes(half.read_bytes().replace(said["signing"].encode(), signing.encode()))
    code, told = turns(tmp_path, FIRST, half)
    assert code == 0
    assert "key of housing: compare its fingerprint by telephone: " in told
    assert fingerprint not in told
