"""What holds for every log and project file: the desk believes no more than is proven, and does not break."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.audit import facts
from flows.audit.held import OWN
from flows.audit.words import Mode
from flows.desk.contents import Verdict
from flows.desk.proof import prove
from flows.desk.site import desk_of
from tests.support.audit_story import KEYS, held, whole_story, written
from tests.support.contents import project
from tests.support.desk import evidence
from tests.support.page import Page

LOG, CHECKPOINTS = written(whole_story())
ORIGINAL = prove(LOG, held(CHECKPOINTS[-1]), KEYS).entries
TAGS = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "div", "p", "aside", "strong",
    "main", "h1", "h2", "nav", "ol", "ul", "li", "section", "table", "caption", "span", "thead",
    "tbody", "tr", "th", "td", "code", "pre", "figure", "figcaption", "svg", "desc", "rect", "line",
    "text", "path", "footer", "time",
}  # fmt: skip
MARKUP = ["<script>", "</style>", '"', "'", "&", "<!--", "]]>", "{{", "{%", "\u202e", "javascript:", "x" * 40]
HOSTILE = st.text(min_size=1, max_size=120) | st.lists(st.sampled_from(MARKUP), min_size=1, max_size=3).map(
    "".join
)


def pages(log: bytes, checkpoints: dict[str, bytes]) -> dict[str, str]:
    made = desk_of(evidence(log, checkpoints))
    assert made.verdict is Verdict.FAIL
    return {name: data.decode() for name, data in made.pages.items()}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_of_a_damaged_log_nothing_is_believed_but_what_was_written(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(LOG)))
    end = data.draw(st.integers(start, min(len(LOG), start + 2_000)))
    changed = LOG[:start] + data.draw(st.binary(max_size=60)) + LOG[end:]
    size = data.draw(st.integers(1, len(CHECKPOINTS)))
    checkpoints = {**held(CHECKPOINTS[-1]), "housing": CHECKPOINTS[size - 1].to_bytes(with_entry=False)}
    if changed == LOG:
        return
    proof = prove(changed, checkpoints, KEYS)
    assert proof.verified is None
    assert proof.entries[: proof.proven] == ORIGINAL[: proof.proven]
    assert all("DOES NOT VERIFY" in text for text in pages(changed, checkpoints).values())


@settings(max_examples=60, deadline=None)
@example(log=LOG, own=b'{"root":"\\ud800","signatures":{"log":"\\ud800","witness":"a"},"size":1}\n')
@example(log=b'{"a":' * 5_000 + b"\n", own=CHECKPOINTS[-1].to_bytes(with_entry=True))
@given(log=st.binary(max_size=300), own=st.binary(max_size=300))
def test_no_bytes_whatever_break_the_desk(log: bytes, own: bytes) -> None:
    for text in pages(log, {OWN: own, "housing": own}).values():
        Page(text)


@settings(max_examples=15, deadline=None)
@given(title=HOSTILE, body=HOSTILE)
def test_no_name_in_a_project_file_becomes_markup(title: str, body: str) -> None:
    housing = {**project().bodies["housing"].model_dump(), "title": body}
    named = project(project={"title": title}, bodies={"housing": housing})
    for data in desk_of(evidence(LOG, held(CHECKPOINTS[-1]), named=named)).pages.values():
        page = Page(data.decode())
        assert {tag for tag, _ in page.elements} <= TAGS
        assert not [each for _, each in page.elements for name in each if name.startswith("on") or name == "style"]
        assert {each["href"].split("#")[0].rsplit(".", 1)[-1] for each in page.all("a")} <= {"html", ""}


@settings(max_examples=25, deadline=None)
@given(
    runner=st.from_regex(r"[a-z][a-z0-9_-]{0,59}", fullmatch=True),
    run=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", fullmatch=True),
)
@example(runner="a" * 60, run="A" + "." * 79)
def test_the_longest_and_oddest_names_of_a_log_are_told(runner: str, run: str) -> None:
    story = [(facts.run_opened(runner=runner, mode=Mode.DIRECT), runner, runner, run)]
    log, checkpoints = written(story)
    made = desk_of(evidence(log, held(checkpoints[-1])))
    assert made.verdict is Verdict.REVIEW
    told = [text for _, text in Page(made.pages["run-1.html"].decode()).texts]
    assert {run, runner} <= {each.removeprefix("Run ") for each in told}


@pytest.mark.parametrize("nth", range(1, len(CHECKPOINTS)))
def test_every_shortened_log_is_found_out(nth: int) -> None:
    short = b"".join(LOG.splitlines(keepends=True)[:nth])
    assert pages(short, held(CHECKPOINTS[-1]))
