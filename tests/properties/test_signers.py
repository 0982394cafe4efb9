"""What holds for every log whose keys change: each key signs in its own time, and none comes from nowhere."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import AuditError
from flows.audit.chain import Verified
from flows.audit.checkpoint import LOG, WITNESS, PublicKeys, signed_checkpoint
from flows.audit.facts import Facts
from flows.audit.key_words import Signer
from flows.audit.signers import OTHER, hexed, introduced, public_id
from tests.support.audit_story import digest
from tests.support.succession import Story, key, public

ROLES = st.sampled_from([LOG, WITNESS])


@st.composite
def stories(draw: st.DrawFn) -> tuple[Story, list[PublicKeys]]:
    """A log with changes of keys, and the keys that were in force at some time."""
    story, held = Story(), []
    story.something()
    held.append(public(story.keys))
    for _ in range(draw(st.integers(1, 4))):
        for _ in range(draw(st.integers(0, 2))):
            story.something()
        (story.lose if draw(st.integers(0, 3)) == 0 else story.rotate)(draw(ROLES))
        held.append(public(story.keys))
    return story, held


@settings(max_examples=25, deadline=None)
@given(drawn=stories())
def test_a_log_verifies_with_the_public_keys_of_any_time_and_all_its_old_anchors(
    drawn: tuple[Story, list[PublicKeys]],
) -> None:
    story, held = drawn
    for trusted in held:
        found = story.verified(trusted, *range(len(story.checkpoints)))
        assert len(found.entries) == len(story.checkpoints)
        assert ("was lost" in found.sentence) == any(turn.voucher for turn in found.turns)


@settings(max_examples=25, deadline=None)
@given(drawn=stories(), role=ROLES)
def test_a_retired_key_signs_no_newer_entries(drawn: tuple[Story, list[PublicKeys]], role: str) -> None:
    story, _ = drawn
    old = dict(story.keys)
    story.rotate(role)
    story.something()
    entry = story.checkpoints[-1].entry
    assert entry is not None
    forged = signed_checkpoint(entry, story.chain.tree.root(), old[LOG], old[WITNESS])
    for trusted in (public(old), public(story.keys)):
        story.verified(trusted)
        with pytest.raises(AuditError, match=f"not signed by the {role}'s key"):
            story.verified(trusted, last=forged)


@settings(max_examples=25, deadline=None)
@given(drawn=stories(), role=ROLES, data=st.data())
def test_no_forged_rotation_is_admitted(
    drawn: tuple[Story, list[PublicKeys]], role: str, data: st.DataObject
) -> None:
    story, _ = drawn
    stranger = key(9_999)
    size, root = story.chain.tree.size, story.chain.tree.root().hex()
    facts, new = story.rotation(role)
    said = facts.values
    before, after = str(said["previous_public_key"]), str(said["public_key"])
    by_stranger = introduced(stranger, role, size, root, before=before, after=after, lost=False)
    by_the_other = introduced(story.keys[OTHER[role]], role, size, root, before=before, after=after, lost=False)
    as_if_lost = introduced(story.keys[role], role, size, root, before=before, after=after, lost=True)
    theirs = hexed(stranger.public_key())
    change = data.draw(
        st.sampled_from(
            [
                {"signature": by_stranger},
                {"signature": by_the_other},
                {"signature": as_if_lost},
                {"signature": "0" * 128},
                {"size": size - 1},
                {"root": digest("another log")},
                {"use": Signer(OTHER[role])},
                {"public_key": theirs, "key_id": public_id(theirs)},
                {"previous_public_key": theirs, "previous_key_id": public_id(theirs), "signature": by_stranger},
                {"key_id": "0" * 32},
                {"public_key": before, "key_id": public_id(before)},
            ]
        )
    )
    forged = Facts(facts.action, {**said, **change})

    def as_if_it_held() -> Verified:
        story.say(forged)
        story.keys = {**story.keys, role: new}
        return story.verified(PublicKeys(key(1).public_key(), key(2).public_key()))

    with pytest.raises(AuditError):
        as_if_it_held()


def test_a_stranger_cannot_vouch_for_a_lost_key() -> None:
    story = Story()
    story.something()
    trusted = public(story.keys)
    facts, new = story.continuation(LOG, voucher=key(77))
    story.keys = {LOG: new, WITNESS: key(77)}
    story.say(facts)
    with pytest.raises(AuditError, match="not the witness's vouched"):
        story.verified(trusted)


def test_a_log_that_the_lost_key_never_signed_is_not_continued() -> None:
    story = Story()
    story.something()
    facts, _ = story.continuation(LOG)
    other = Story({LOG: key(5), WITNESS: key(2)})
    other.something()
    other.something()
    values = {**facts.values, "size": other.chain.tree.size, "root": other.chain.tree.root().hex()}
    with pytest.raises(AuditError, match="may not stand here"):
        other.say(replace(facts, values=values))


def test_a_key_that_was_brought_in_but_signed_nothing_proves_nothing() -> None:
    """Anybody can write a log that brings somebody else's public key in."""
    forged = Story({LOG: key(50), WITNESS: key(51)})
    forged.something()
    facts, _ = forged.rotation(LOG)
    victim = hexed(key(1).public_key())
    size, root = forged.chain.tree.size, forged.chain.tree.root().hex()
    before = str(facts.values["previous_public_key"])
    signature = introduced(key(50), LOG, size, root, before=before, after=victim, lost=False)
    forged.say(
        Facts(
            facts.action,
            {**facts.values, "public_key": victim, "key_id": public_id(victim), "signature": signature},
        )
    )
    with pytest.raises(AuditError, match="not signed by the log's key that you hold"):
        forged.verified(PublicKeys(key(1).public_key(), key(51).public_key()))


def test_history_that_a_retired_key_closed_cannot_be_written_anew_with_the_later_ones() -> None:
    story = Story()
    story.something()
    first = public(story.keys)
    story.rotate(LOG)
    story.rotate(WITNESS)
    rewritten = Story(dict(story.keys))
    rewritten.something()
    rewritten.something()
    with pytest.raises(AuditError):
        rewritten.verified(first)
