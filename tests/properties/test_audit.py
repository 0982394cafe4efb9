"""What holds for every log: it verifies as it was written, and as nothing else."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import AuditError
from flows.audit import facts, keeping_facts, release_facts
from flows.audit.chain import verify
from flows.audit.entry import read_entry
from flows.audit.facts import Facts, people
from flows.audit.words import Extract, Mode
from tests.support.audit_story import KEYS, Said, held, written

names = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
counts = st.integers(0, 10**9)
least = st.integers(5, 50)
work: st.SearchStrategy[Facts] = st.one_of(
    st.builds(
        facts.received, body=names, extract=st.sampled_from(Extract), file=digests, rows_in=counts,
        rows_out=counts, quarantined=st.dictionaries(names, counts, max_size=4), least_people=least,
    ),
    st.builds(
        facts.validated, body=names, extract=st.sampled_from(Extract), rules_passed=counts, rules_failed=counts
    ),
    st.builds(
        facts.encoded_events, body=names, inputs=st.lists(digests, min_size=1, max_size=3), rows=counts,
        bundle=digests, least_people=least,
    ),
    st.builds(release_facts.key_made, key=names, key_id=digests),
    st.builds(release_facts.erased, body=names, records=counts, marks=digests, least_people=least),
    st.builds(keeping_facts.erasure_lifted, body=names, records=counts, marks=digests, least_people=least),
    st.builds(keeping_facts.expired, kind=names, files=counts, size=counts),
)  # fmt: skip


@st.composite
def stories(draw: Callable[[st.SearchStrategy], object]) -> list[Said]:
    said = draw(st.lists(work, min_size=1, max_size=6))
    ends = [facts.run_closed()] if draw(st.booleans()) else []
    runner, run = draw(names), draw(names)
    opening = facts.run_opened(runner=runner, mode=draw(st.sampled_from(Mode)))
    return [(each, runner, draw(names), run) for each in (opening, *said, *ends)]


@settings(max_examples=20, deadline=None)
@given(story=stories())
def test_what_was_written_verifies_and_reads_back(story: list[Said]) -> None:
    log, checkpoints = written(story)
    anchors = {f"body{place}": each.to_bytes(with_entry=False) for place, each in enumerate(checkpoints)}
    found = verify(log, {**held(checkpoints[-1]), **anchors}, KEYS)
    assert [entry.facts for entry in found.entries] == [said for said, *_ in story]
    assert b"".join(entry.to_bytes() + b"\n" for entry in found.entries) == log
    assert (found.not_closed == ()) == (story[-1][0] == facts.run_closed())


@settings(max_examples=80, deadline=None)
@given(story=stories(), data=st.data())
def test_no_other_bytes_verify(story: list[Said], data: st.DataObject) -> None:
    log, checkpoints = written(story)
    start = data.draw(st.integers(0, len(log)))
    end = data.draw(st.integers(start, min(len(log), start + 400)))
    changed = log[:start] + data.draw(st.binary(max_size=40)) + log[end:]
    if changed != log:
        with pytest.raises(AuditError):
            verify(changed, held(checkpoints[-1]), KEYS)


@settings(max_examples=20, deadline=None)
@given(story=stories(), data=st.data())
def test_no_other_order_or_choice_of_lines_verifies(story: list[Said], data: st.DataObject) -> None:
    log, checkpoints = written(story)
    lines = log.splitlines(keepends=True)
    chosen = data.draw(st.lists(st.sampled_from(lines), max_size=len(lines) + 2))
    if chosen != lines:
        with pytest.raises(AuditError):
            verify(b"".join(chosen), held(checkpoints[-1]), KEYS)


@settings(max_examples=20, deadline=None)
@given(story=stories(), other=stories())
def test_no_checkpoint_of_another_log_fits(story: list[Said], other: list[Said]) -> None:
    (log, _), (another, checkpoints) = written(story), written(other)
    if log != another:
        with pytest.raises(AuditError):
            verify(log, held(checkpoints[-1]), KEYS)


@given(raw=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8"))))
def test_no_bytes_whatever_end_in_another_error(raw: bytes) -> None:
    with pytest.raises(AuditError):
        read_entry(raw)


@given(before=st.integers(0, 10**6), lost=st.integers(1, 9), least_people=st.integers(10, 50))
def test_rounded_numbers_leave_a_small_difference_uncertain(before: int, lost: int, least_people: int) -> None:
    """Whatever two numbers the log shows, at least `least_people` differences between them stay possible."""
    shown = (people(before + lost, least_people), people(before, least_people))
    possible = {
        difference
        for after in range(max(before - least_people, 0), before + least_people + 1)
        if people(after, least_people) == shown[1]
        for difference in range(3 * least_people)
        if people(after + difference, least_people) == shown[0]
    }
    assert lost in possible
    assert len(possible) >= least_people
