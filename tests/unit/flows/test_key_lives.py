"""Which key serves when, as the log tells it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import AuditError, KeyFileError
from flows.audit import key_facts, release_facts
from flows.audit.chain import Chain, follow
from flows.audit.facts import Facts
from flows.audit.key_words import Original, RevocationReason
from flows.keys.lives import Lives, Status, lives, serving, status, successor_of
from flows.keys.register import parse_register, register_bytes
from tests.support.audit_story import START, digest, whole_story, written

MADE = release_facts.key_made(key="linkage", key_id="k1")


def rotated(key_id: str, before: str, from_period: str = "") -> Facts:
    return key_facts.secret_rotated(key="linkage", key_id=key_id, previous_key_id=before, from_period=from_period)


def told(said: Sequence[Facts]) -> Lives:
    chain = Chain()
    for facts in said:
        entry = follow(
            chain.last, at=START + timedelta(days=chain.tree.size), actor="ann", zone="custody", facts=facts,
            code="0.1.0", config=digest("project.toml"),
        )  # fmt: skip
        chain.add(entry, entry.to_bytes())
    return lives(chain.entries)


def serves(said: Sequence[Facts], *periods: str) -> list[str]:
    known = told(said)
    found = [serving(known, "linkage", period) for period in periods]
    return [each.key_id if each else "none" for each in found]


def test_each_key_serves_from_its_period_on() -> None:
    story = [MADE, rotated("k2", "k1", "2026-Q3"), rotated("k3", "k2", "2028")]
    assert serves(story, "2025", "2026-Q2", "2026-06", "2026-Q3", "2026-07", "2027", "2028-01") == [
        "k1", "k1", "k1", "k2", "k2", "k2", "k3",
    ]  # fmt: skip


def test_a_year_that_a_key_takes_over_in_is_served_by_the_key_of_its_beginning() -> None:
    assert serves([MADE, rotated("k2", "k1", "2026-Q3")], "2026") == ["k1"]


def test_a_rotation_at_once_replaces_the_key_that_serves_and_no_planned_one() -> None:
    story = [MADE, rotated("k2", "k1", "2026"), rotated("k3", "k1")]
    assert serves(story, "2025", "2026") == ["k3", "k2"]
    assert serves([*story, rotated("k4", "k2", "2026")], "2025", "2026", "2027") == ["k3", "k4", "k4"]


def test_a_key_of_another_name_never_serves() -> None:
    assert serves([release_facts.key_made(key="spine", key_id="s1")], "2025") == ["none"]


def test_the_status_of_a_key_depends_on_the_period_until_it_is_ended() -> None:
    story = [MADE, rotated("k2", "k1", "2026")]
    known = told(story)
    assert [status(known, known["k1"], period) for period in ("2025", "2026")] == [
        Status.ACTIVE, Status.SUPERSEDED
    ]  # fmt: skip
    assert [status(known, known["k2"], period) for period in ("2025", "2026")] == [Status.PLANNED, Status.ACTIVE]
    assert successor_of(known, known["k1"]) == known["k2"]
    assert successor_of(known, known["k2"]) is None
    story.append(key_facts.key_revoked(key="linkage", key_id="k1", reason=RevocationReason.LEAKED))
    assert status(told(story), told(story)["k1"], "2025") is Status.REVOKED
    story.append(key_facts.key_destroyed(key="linkage", key_id="k1", period="2025"))
    assert status(told(story), told(story)["k1"], "2025") is Status.DESTROYED


def test_dates_and_custody_come_from_the_log() -> None:
    known = told(
        [
            MADE,
            key_facts.key_split(key="linkage", key_id="k1", threshold=3, shares=5, original=Original.KEPT),
            rotated("k2", "k1"),
        ]
    )
    assert (known["k1"].made, known["k1"].superseded, known["k1"].custody) == (
        "2026-03-01",
        "2026-03-03",
        "3 of 5",
    )
    assert known["k2"].custody == "not split"


def test_a_release_is_not_approved_once_a_key_behind_it_is_revoked() -> None:
    revoked = key_facts.key_revoked(key="linkage", key_id="k-1a2b", reason=RevocationReason.LEAKED)
    story = whole_story()
    place = next(number for number, (facts, *_) in enumerate(story) if facts.action == "approved")
    elsewhere = key_facts.key_revoked(key="linkage", key_id="k-other", reason=RevocationReason.LEAKED)
    written([*story[:place], (elsewhere, "bo", "custody", "none"), *story[place:]])
    with pytest.raises(AuditError, match="rests on tokens that were made with a key revoked since"):
        written([*story[:place], (revoked, "bo", "custody", "none"), *story[place:]])
    written([*story, (revoked, "bo", "custody", "none")])


def test_the_register_reads_back_and_only_as_it_was_written() -> None:
    known = told([MADE, rotated("k2", "k1", "2026-Q3")])
    data = register_bytes("area", known)
    assert parse_register(data, "area") == known
    with pytest.raises(KeyFileError, match="another project"):
        parse_register(data, "elsewhere")
    for wrong in (b"", data[:-1], data + b"\n", data.replace(b"k2", b"k1"), b"[]", b"\xff"):
        with pytest.raises(KeyFileError, match="not as it was written"):
            parse_register(wrong, "area")


@given(raw=st.binary(max_size=200))
def test_no_bytes_of_a_register_end_in_another_error(raw: bytes) -> None:
    with pytest.raises(KeyFileError):
        parse_register(raw, "area")


def test_what_either_says_against_a_key_holds() -> None:
    clean = told([MADE])
    against = told([MADE, key_facts.key_revoked(key="linkage", key_id="k1", reason=RevocationReason.LOST)])
    assert lives((), against)["k1"].reason == "lost"
    chain = Chain()
    entry = follow(
        None, at=START, actor="ann", zone="custody", facts=MADE, code="0.1.0", config=digest("project.toml")
    )
    chain.add(entry, entry.to_bytes())
    assert lives(chain.entries, against)["k1"].reason == "lost"
    assert lives(chain.entries, clean)["k1"].reason == ""
