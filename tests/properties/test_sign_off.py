"""Whatever people try in whatever order, a release is published just when enough of them signed that it may be."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from config.errors import AuditError
from config.terms import Action
from flows.audit import facts, release_facts
from flows.audit.chain import follow
from flows.audit.entry import Entry
from flows.audit.order import Order
from flows.audit.people_facts import Signer
from flows.audit.words import Mode
from tests.support.audit_story import RELEASE, START, Said, digest, release_work
from tests.support.signers import (
    MANIFEST,
    refuses,
    registers,
    revokes,
    said,
    signer,
    signs,
    withdraws,
)

PEOPLE = ("ann", "bo", "cy")
person = st.sampled_from(PEOPLE)
keys = st.builds(signer, person, st.integers(1, 2))
checks = st.sampled_from([digest("check"), digest("another check")])


def stages(runner: str, approvers: int, run: str) -> list[Said]:
    staged = release_facts.staged(release=RELEASE, tables=digest("tables"), manifest=MANIFEST, approvers=approvers)
    opened, closed = facts.run_opened(runner=runner, mode=Mode.DIRECT), facts.run_closed()
    return [(each, runner, "project", run) for each in (opened, *release_work(MANIFEST)[:-1], staged, closed)]


def in_the_name_of(who: Signer, name: str) -> Said:
    """Signed by one, claimed by another."""
    told = signs(who)[0]
    return said(replace(told, values={**told.values, "approver": name}), name)


runs = st.uuids().map(lambda each: f"r{each}")
STAGING = st.builds(stages, st.sampled_from(["ann", "dee"]), st.integers(1, 2), runs)
ONE = st.one_of(
    st.builds(registers, keys),
    st.builds(lambda who: signs(who), keys),
    st.builds(lambda who, check: signs(who, check=check), keys, checks),
    st.builds(in_the_name_of, keys, person),
    st.builds(revokes, keys),
    st.builds(refuses, keys),
    st.builds(withdraws, keys),
    st.just(said(release_facts.published(release=RELEASE, manifest=MANIFEST), "bo")),
)
STORIES = st.lists(st.one_of(ONE.map(lambda each: [each]), STAGING), max_size=25)


def is_enough(history: Iterable[Entry]) -> bool:
    """The rule again, told by going through the history once, without any of the log's own means."""
    runners: set[str] = set()
    needed, signed = None, {}
    valid: dict[str, str] = {}
    for entry in history:
        values = entry.facts.values
        match entry.action:
            case Action.PERSON_KEY_REGISTERED:
                valid[str(values["key"])] = str(values["person"])
            case Action.PERSON_KEY_REVOKED:
                del valid[str(values["key"])]
            case Action.RUN_OPENED:
                runners.add(str(values["runner"]))
            case Action.STAGED:
                needed = values["approvers"]
            case Action.APPROVED:
                assert valid[str(values["key"])] == values["approver"]
                signed.setdefault(values["check"], set()).add(values["approver"])
            case Action.REFUSED | Action.WITHDRAWN:
                assert valid[str(values["key"])] == values["approver"]
                signed = {}
    return needed is not None and any(len(by - runners) >= needed for by in signed.values())


@given(STAGING, STORIES)
def test_a_release_is_published_just_when_enough_others_signed(
    staging: list[Said], stories: list[list[Said]]
) -> None:
    order, history = Order(), []
    start = [registers(signer(each)) for each in PEOPLE] + staging
    for told, actor, zone, run in (each for story in (start, *stories) for each in story):
        last = history[-1] if history else None
        entry = follow(
            last,
            at=START,
            actor=actor,
            zone=zone,
            run=run,
            facts=told,
            code="0.1.0",
            config=digest("project.toml"),
        )
        try:
            order.admit(entry)
        except AuditError:
            assert entry.action is not Action.PUBLISHED or not is_enough(history)
            continue
        assert entry.action is not Action.PUBLISHED or is_enough(history)
        history.append(entry)
