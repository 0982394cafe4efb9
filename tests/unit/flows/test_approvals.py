"""`approvals.json`: what an analyst verifies a release with, from bytes to approvals or an error of ours."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ReleaseError
from flows.audit.chain import follow
from flows.audit.register import PersonKey
from flows.audit.signed_words import Reviewed
from flows.release.approvals import approvals_bytes, read_approvals, verify_approvals
from tests.support.audit_story import START, digest
from tests.support.check import staging
from tests.support.contents import contents, layout
from tests.support.signers import approval, signer

BO, CY = signer("bo"), signer("cy")
REGISTERED = {
    each.fingerprint: PersonKey(each.person, each.fingerprint, each.public.hex(), "2026-01-01T00:00:00Z")
    for each in (BO, CY)
}


def file_of(*facts) -> bytes:
    """The file of these approvals, in the order in which the log has them."""
    entries = [
        follow(
            None, at=START, actor=str(each.values["approver"]), zone="publication", facts=each, code="0.1.0",
            config=digest("project.toml"),
        )
        for each in facts
    ]  # fmt: skip
    return approvals_bytes(entries, REGISTERED)


BOTH = file_of(approval(BO), approval(CY))


def test_what_is_written_is_read_and_says_the_same_whoever_was_first() -> None:
    assert [each.approver for each in read_approvals(BOTH)] == ["bo", "cy"]
    assert file_of(approval(CY), approval(BO)) == BOTH
    assert [each.key for each in read_approvals(BOTH)] == [BO.fingerprint, CY.fingerprint]


def test_no_byte_can_be_changed_without_notice() -> None:
    for place in range(len(BOTH)):
        for flip in (1, 32):
            changed = BOTH[:place] + bytes([BOTH[place] ^ flip]) + BOTH[place + 1 :]
            try:
                found = read_approvals(changed)
            except ReleaseError:
                continue
            # What is left is a file in which another key would have to have signed the very statement.
            raise AssertionError((place, flip, found))


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["format", "approvals", "statement", "signature", "public_key", "x"]), inner
    ),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_whatever_is_read_gives_approvals_or_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(ReleaseError, match=r"approvals\.json"):
        read_approvals(data)


@pytest.fixture
def released(tmp_path: Path):
    return staging(layout(tmp_path), contents())


def of(who, released, **changes: object):
    about = {"release": released.id, "manifest": released.manifest_digest, "reviewed": Reviewed.YES}
    return approval(who, **{**about, **changes})  # type: ignore[arg-type]


def test_a_release_is_verified_with_nothing_but_its_folder_and_fingerprints(released) -> None:
    (released.folder / "approvals.json").write_bytes(loose(of(BO, released), of(CY, released)))
    trusted = {"bo": BO.fingerprint, "cy": CY.fingerprint}
    assert [each.approver for each in verify_approvals(released.folder, trusted)] == ["bo", "cy"]


def loose(*facts) -> bytes:
    """The file of approvals that need not stand in one log."""
    told = [
        {
            "statement": {**{k: v for k, v in each.values.items() if k != "signature"},
                          "format": "desirelines statement 1", "decision": each.action.value},
            "signature": each.values["signature"],
            "public_key": REGISTERED[str(each.values["key"])].public,
        }
        for each in facts
    ]  # fmt: skip
    whole = {"format": "desirelines approvals 1", "approvals": told}
    return json.dumps(whole, sort_keys=True, separators=(",", ":")).encode() + b"\n"


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("missing", "has no approvals.json"),
        ("none", "has no signed approval"),
        ("release", "of another release"),
        ("manifest", "of another release"),
        ("project", "of another release"),
        ("refusal", "of another release"),
        ("unknown", "not the one expected"),
        ("other", "not the one expected"),
        ("twice", "two approvals of one person"),
        ("altered", "has been altered"),
        ("link", "a link in place"),
    ],
)
def test_anything_else_is_not_taken_for_approved(released, tmp_path: Path, case: str, why: str) -> None:
    path = released.folder / "approvals.json"
    trusted = {"bo": BO.fingerprint}
    told = {
        "none": [],
        "release": [of(BO, released, release="ffff")],
        "manifest": [of(BO, released, manifest="f" * 64)],
        "project": [of(signer("bo", project="elsewhere"), released)],
        "twice": [of(BO, released), of(BO, released)],
    }.get(case, [of(BO, released)])
    path.write_bytes(loose(*told))
    if case == "missing":
        path.unlink()
    elif case == "refusal":
        path.write_bytes(path.read_bytes().replace(b'"decision":"approved"', b'"decision":"refused"'))
        why = "a signature in"
    elif case == "unknown":
        trusted = {}
    elif case == "other":
        trusted = {"bo": CY.fingerprint}
    elif case == "altered":
        (released.folder / "journeys.csv").write_bytes(b"")
    elif case == "link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ReleaseError, match=why):
        verify_approvals(released.folder, trusted)
