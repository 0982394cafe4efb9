"""Which signed entries may stand in a log: with every other sort the log is refused, written or read."""

from dataclasses import replace

import pytest

from config.errors import AuditError
from config.terms import Action
from flows.audit import facts, release_facts
from flows.audit.facts import Facts
from flows.audit.order import Order, replayed
from flows.audit.signed_words import Reviewed
from flows.audit.statement import holds, statement, statement_bytes
from flows.audit.words import Mode
from tests.support import audit_story as old
from tests.support.audit_story import RELEASE, Said, digest, opened, release_work, tell, written
from tests.support.signers import (
    CHECK,
    MANIFEST,
    approval,
    refuses,
    registers,
    revokes,
    said,
    signer,
    signs,
    withdraws,
)

ANN, BO, CY = signer("ann"), signer("bo"), signer("cy")
KEYS = [registers(each) for each in (ANN, BO, CY)]
PUBLISHED: Said = said(release_facts.published(release=RELEASE, manifest=MANIFEST), "bo")


def stages(approvers: int = 1, runner: str = "ann", run: str = "run-1", manifest: str = MANIFEST) -> list[Said]:
    work = release_work(manifest)[:-1]
    work.append(
        release_facts.staged(release=RELEASE, tables=digest("tables"), manifest=manifest, approvers=approvers)
    )
    return [
        (facts.run_opened(runner=runner, mode=Mode.DIRECT), runner, "project", run),
        *((each, runner, "project", run) for each in work),
        (facts.run_closed(), runner, "project", run),
    ]


def after(story: list[Said]) -> Order:
    _, checkpoints = written(story)
    return replayed(each.entry for each in checkpoints if each.entry is not None)


def altered(facts: Facts, **values: str) -> Facts:
    return replace(facts, values={**facts.values, **values})


ONE, TWO = [*KEYS, *stages()], [*KEYS, *stages(2)]
LOOK = {"verdict": "review", "reviewed": Reviewed.NO}
OTHER_BO = signer("bo", 2)
ABROAD = signer("bo", project="elsewhere")

REFUSED = {
    "a key that is not registered": ([*ONE, signs(OTHER_BO)], "not registered"),
    "a key that was revoked": ([*ONE, revokes(BO), signs(BO)], "was revoked"),
    "the key before the one that is valid": (
        [*ONE, revokes(BO), registers(OTHER_BO), signs(BO)], "was revoked",
    ),
    "another's key": ([*ONE, said(altered(approval(CY), approver="bo"), "bo")], "another's key"),
    "the entry is another's": ([*ONE, said(approval(BO), "cy")], "another's key"),
    "another reason": ([*ONE, said(altered(approval(BO), reason="correction"), "bo")], "altered"),
    "another check": ([*ONE, said(altered(approval(BO), check=digest("x")), "bo")], "altered"),
    "another verdict": ([*ONE, said(altered(approval(BO, **LOOK), verdict="pass"), "bo")], "altered"),
    "a look that was not said": ([*ONE, said(altered(approval(BO, **LOOK), reviewed="yes"), "bo")], "altered"),
    "another signature": (
        [*ONE, said(altered(approval(BO), signature=str(approval(CY).values["signature"])), "bo")], "altered",
    ),
    "a refusal's signature": (
        [*ONE, said(altered(approval(BO), signature=str(refuses(BO)[0].values["signature"])), "bo")], "altered",
    ),
    "another manifest": ([*ONE, signs(BO, manifest=digest("x"))], "another manifest"),
    "another release": ([*ONE, signs(BO, release="ffff")], "not staged"),
    "another project": ([*ONE, signs(ABROAD)], "another project"),
    "the runner": ([*ONE, signs(ANN)], "by its runner"),
    "no look where the check calls for one": ([*ONE, signs(BO, **LOOK)], "calls for a look"),
    "the same person twice": ([*TWO, signs(BO), signs(BO)], "approved it before"),
    "the same person with a second key": (
        [*TWO, signs(BO), revokes(BO), registers(OTHER_BO), signs(OTHER_BO)], "approved it before",
    ),
    "published after one of two": ([*TWO, signs(BO), PUBLISHED], "not by as many"),
    "published after two by different checks": (
        [*TWO, signs(BO), signs(CY, check=digest("x")), PUBLISHED], "not by as many",
    ),
    "published after an approver staged it": (
        [*ONE, signs(BO), *stages(runner="bo", run="run-2"), PUBLISHED], "not by as many",
    ),
    "no signature": ([*ONE, said(old.approved(RELEASE, MANIFEST, "bo"), "bo")], "not signed"),
    "no signature, before any key, of what needs one": (
        [*stages(), said(old.approved(RELEASE, MANIFEST, "bo"), "bo")], "not signed",
    ),
    "a refusal without a signature": ([*ONE, said(old.refused(RELEASE, MANIFEST, "bo"), "bo")], "not signed"),
    "a withdrawal without a signature": (
        [*ONE, signs(BO), PUBLISHED, said(old.withdrawn(RELEASE, MANIFEST), "bo")], "not signed",
    ),
    "a refusal by a revoked key": ([*ONE, revokes(BO), refuses(BO)], "was revoked"),
    "a withdrawal by an unknown key": ([*ONE, signs(BO), PUBLISHED, withdraws(OTHER_BO)], "not registered"),
    "a key of somebody with a valid one": ([*KEYS, registers(OTHER_BO)], "not revoked"),
    "a key twice": ([*KEYS, revokes(BO), registers(BO)], "registered before"),
    "one key for two people": (
        [KEYS[1], registers(replace(BO, person="cy"))], "registered before",
    ),
    "a key by another": ([said(registers(BO)[0], "ann")], "registered by another"),
    "a key without its private half": (
        [said(altered(registers(BO)[0], signature=str(registers(CY)[0].values["signature"])), "bo")], "altered",
    ),
    "a key under another fingerprint": (
        [said(altered(registers(BO)[0], key=CY.fingerprint), "bo")], "not that of the public key",
    ),
    "a key of another project": ([KEYS[0], registers(ABROAD)], "another project"),
    "revoking what is not there": ([revokes(BO)], "no such key"),
    "revoking another's": ([*KEYS, said(altered(revokes(BO)[0], person="cy"), "ann")], "no such key"),
    "revoking twice": ([*KEYS, revokes(BO), revokes(BO)], "revoked before"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_an_entry_may_not_stand_there_and_the_log_says_why(case: str) -> None:
    story, why = REFUSED[case]
    after(story[:-1])
    with pytest.raises(AuditError, match=why) as caught:
        after(story)
    assert f"(entry {len(story)})" in str(caught.value)


ALLOWED = {
    "one approval": [*ONE, signs(BO), PUBLISHED],
    "two approvals": [*TWO, signs(BO), signs(CY), PUBLISHED],
    "a look that was taken": [*ONE, signs(BO, verdict="review", reviewed=Reviewed.YES), PUBLISHED],
    "a new key after the old one": [*ONE, revokes(BO), registers(OTHER_BO), signs(OTHER_BO), PUBLISHED],
    "a key revoked after it signed": [*ONE, signs(BO), revokes(BO), PUBLISHED],
    "the same bytes staged again": [*ONE, signs(BO), *stages(run="run-2"), PUBLISHED],
    "refused by its runner": [*ONE, refuses(ANN)],
    "withdrawn by its runner": [*ONE, signs(BO), PUBLISHED, withdraws(ANN)],
    "again by another check": [*TWO, signs(BO, check=digest("x")), signs(BO), signs(CY), PUBLISHED],
}


@pytest.mark.parametrize("case", ALLOWED)
def test_an_entry_may_stand_there(case: str) -> None:
    after(ALLOWED[case])


def test_what_is_refused_when_read_cannot_be_written_either(tmp_path) -> None:
    log = opened(tmp_path)
    tell(log, ONE)
    before = (tmp_path / "log" / "audit.jsonl").read_bytes()
    for story, _ in (REFUSED["a key that is not registered"], REFUSED["the runner"]):
        with pytest.raises(AuditError):
            tell(log, story[-1:], after=len(ONE))
    assert (tmp_path / "log" / "audit.jsonl").read_bytes() == before


def test_a_log_from_before_signatures_verifies_and_goes_on_with_signatures() -> None:
    story = old.whole_story()
    after([*story, *KEYS, *stages(run="run-2", manifest=digest("next")), signs(BO, manifest=digest("next"))])
    with pytest.raises(AuditError, match="not signed"):
        after([*story, *KEYS, said(old.withdrawn(RELEASE, MANIFEST), "bo")])


def test_who_approved_and_how_many_must_is_known() -> None:
    order = after([*TWO, signs(BO)])
    assert order.approvers_needed(RELEASE) == 2
    assert [each.facts.values["approver"] for each in order.approvals(RELEASE)] == ["bo"]
    assert [each.facts.values["approver"] for each in order.approvals(RELEASE, CHECK)] == ["bo"]
    assert order.approvals(RELEASE, digest("x")) == ()
    assert after([*TWO, signs(BO), refuses(CY)]).approvals(RELEASE) == ()


def test_which_key_was_valid_when_is_known() -> None:
    register = after([*ONE, revokes(BO), registers(OTHER_BO)]).register
    keys = {key.fingerprint: key for key in register.keys.values() if key.person == "bo"}
    assert (keys[BO.fingerprint].valid, keys[OTHER_BO.fingerprint].valid) == (False, True)
    assert keys[BO.fingerprint].registered < keys[BO.fingerprint].revoked <= keys[OTHER_BO.fingerprint].registered
    assert register.valid_key("bo") == keys[OTHER_BO.fingerprint]
    assert register.valid_key("nobody") is None


def test_the_statement_is_canonical_and_every_word_of_it_is_signed() -> None:
    facts_ = approval(BO)
    told = statement(Action.APPROVED, facts_.values)
    assert set(told) == {*facts_.values, "format", "decision"} - {"signature"}
    signature, public = str(facts_.values["signature"]), BO.public.hex()
    assert holds(told, signature, public)
    for name in told:
        assert not holds({**told, name: "x"}, signature, public)
        assert not holds({each: value for each, value in told.items() if each != name}, signature, public)
    assert not holds({**told, "more": "x"}, signature, public)
    assert not holds({**told, "more": 1.5e400}, signature, public)
    assert not holds(told, signature, CY.public.hex())
    assert not holds(told, "zz", public)
    assert statement_bytes(told).startswith(b'{"approver":"bo","check":"')


def test_a_signer_does_not_show_its_key() -> None:
    assert repr(BO) == "Signer(bo)"
