"""Hostile audit logs, checkpoints, anchors and ledgers: of somebody with a text editor, or with the keys."""

import json
from collections.abc import Callable

from config.errors import AuditError
from tests.hostile import made
from tests.hostile.case import CANARY, Accepted, Case, Refused
from tests.hostile.made import story

NOT_JSON = "is not JSON in UTF-8"


def lines() -> list[bytes]:
    return story()[0].splitlines(keepends=True)


def with_line(place: int, change: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    """The log with one line changed; places count from 0."""

    def log() -> bytes:
        changed = lines()
        changed[place] = change(changed[place])
        return b"".join(changed)

    return log


def said(line: bytes, **other: object) -> bytes:
    """An entry that says something else, in canonical form."""
    return json.dumps({**json.loads(line), **other}, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def checkpoint(**other: object) -> Callable[[], bytes]:
    return lambda: said(story()[1], **other)


LOGS: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "nothing": (b"", "entries are missing|cut off"),
    "no JSON": (CANARY.encode() + b"\n", NOT_JSON),
    "bytes that are no UTF-8": (b"\xff\xfe\n", NOT_JSON),
    "lists in lists without end": (b"[" * 100_000 + b"\n", NOT_JSON),
    "tables in tables without end": (b'{"a":' * 40_000 + b"\n", NOT_JSON),
    "a line without end": (lambda: b'{"a":"' + b"x" * 300_000 + b'"}\n', "longer than any entry"),
    "a number of endless digits": (lambda: b'{"seq":' + b"9" * 5_000 + b"}\n", NOT_JSON),
    "a list": (b"[]\n", "not one JSON object"),
    "a field of nobody's": (with_line(2, lambda line: said(line, **{CANARY: 1})), "missing or surplus fields"),
    "a field missing": (
        with_line(2, lambda line: line.replace(b'"zone"', b'"home"')),
        "missing or surplus fields",
    ),
    "an action of nobody's": (with_line(2, lambda line: said(line, action=CANARY)), "unknown action"),
    "an action that is a list": (with_line(2, lambda line: said(line, action=[CANARY])), "unknown action"),
    "facts that are text": (with_line(2, lambda line: said(line, facts=CANARY)), "no facts"),
    "a name that is a value": (with_line(2, lambda line: said(line, actor=f"{CANARY} Smith")), "'actor'"),
    "a number that is text": (with_line(2, lambda line: said(line, seq="3")), "'seq'"),
    "a number that is true": (with_line(0, lambda line: said(line, seq=True)), "'seq'"),
    "a number that JSON cannot hold": (with_line(2, lambda line: said(line, seq=10**20)), "'seq'"),
    "a number that is not whole": (with_line(2, lambda line: said(line, seq=3.5)), "'seq'"),
    "half a character": (with_line(2, lambda line: line.replace(b'"ann"', b'"\\ud800"')), "'actor'"),
    "a day that no calendar has": (with_line(2, lambda line: said(line, at="2026-02-30T09:30:00Z")), "'at'"),
    "spaces": (with_line(2, lambda line: line.replace(b":", b": ", 1)), "canonical form"),
    "the same field twice": (with_line(2, lambda line: line.replace(b"{", b'{"seq":3,', 1)), "canonical form"),
    "lines of another system": (lambda: story()[0].replace(b"\n", b"\r\n"), "canonical form"),
    "a byte order mark": (lambda: b"\xef\xbb\xbf" + story()[0], NOT_JSON),
    "two lines swapped": (
        lambda: b"".join([*lines()[:2], lines()[3], lines()[2], *lines()[4:]]),
        "not the next one",
    ),
    "a line taken out": (lambda: b"".join([*lines()[:2], *lines()[3:]]), "not the next one"),
    "a line twice": (lambda: b"".join([*lines()[:3], *lines()[2:]]), "not the next one"),
    "the last lines taken out": (lambda: b"".join(lines()[:-2]), "entries are missing"),
    "cut inside a line": (lambda: story()[0][:-30], "cut off"),
    "a digit changed": (
        with_line(2, lambda line: line.replace(b'"rows_in":1000', b'"rows_in":1010')),
        "does not follow|kind|subject|not the one|may not",
    ),
    "a line more that nobody witnessed": (lambda: story()[0] + lines()[-1], "not the next one"),
    "another log under the same keys": (lambda: made.other_story()[0], "not the one that the checkpoint"),
}

CHECKPOINTS: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "nothing": (b"", NOT_JSON),
    "no JSON": (CANARY.encode(), NOT_JSON),
    "a list": (b"[]\n", "not one JSON object"),
    "a field of nobody's": (checkpoint(**{CANARY: 1}), "missing or surplus fields"),
    "half a character in a signature": (
        lambda: story()[1].replace(b'"log":"', b'"log":"\\ud800', 1),
        "canonical form",
    ),
    "a size that is true": (checkpoint(size=True), "malformed"),
    "a size that JSON cannot hold": (checkpoint(size=10**20), "malformed"),
    "a size below none": (checkpoint(size=-1), "malformed"),
    "a root that is a value": (checkpoint(root=CANARY), "malformed"),
    "a third to sign": (checkpoint(signatures={"log": "", "witness": "", CANARY: ""}), "malformed"),
    "signatures of nothing": (checkpoint(signatures={"log": "", "witness": ""}), "not signed by"),
    "signatures in capitals": (lambda: made.upper_signatures(story()[1]), "not signed by"),
    "each other's signatures": (lambda: made.swapped_signatures(story()[1]), "not signed by"),
    "a larger size": (checkpoint(size=99), "entries are missing|another entry"),
    "an entry that is text": (checkpoint(entry=CANARY), "surplus fields"),
    "another entry": (lambda: said(story()[1], entry=json.loads(lines()[1])), "another entry"),
    "a checkpoint of another log": (lambda: made.other_story()[1], "another entry|not the one"),
    "spaces": (lambda: story()[1].replace(b":", b": ", 1), "canonical form"),
}

ANCHORS: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "of another log": (lambda: made.other_anchor(), "not the one that the checkpoint of 'housing'"),
    "of entries to come": (lambda: said(made.earlier_checkpoint(), size=99), "entries are missing"),
    "signed by nobody": (
        lambda: said(made.earlier_checkpoint(), signatures={"log": "00", "witness": "00"}),
        "not signed by",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(99), NOT_JSON),
}

LEDGERS: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "no JSON": (CANARY.encode(), "malformed line"),
    "a number that JSON cannot hold": (lambda: made.budget_line(seq=10**17), "does not verify"),
    "a budget without end": (
        lambda: made.budget_line().replace(b"0.5", b"1e999"),
        "malformed line|does not verify",
    ),
    "a budget that is no number": (
        lambda: made.budget_line().replace(b"0.5", b"NaN"),
        "malformed line|does not verify",
    ),
    "a budget below nothing": (lambda: made.budget_line(epsilon=-1), "malformed line"),
    "a line taken out": (lambda: made.budget_line(seq=2), "does not verify"),
}


def of(reader: str, cases: dict[str, tuple[bytes | Callable[[], bytes], str]]) -> list[Case]:
    return [
        Case(f"{reader}: {name}", reader, data, Refused(AuditError, 40, said))
        for name, (data, said) in cases.items()
    ]


CASES = [
    *of("log", LOGS),
    *of("checkpoint", CHECKPOINTS),
    *of("anchor", ANCHORS),
    *of("budget", LEDGERS),
    Case(
        "anchor: an older one of the same log",
        "anchor",
        made.earlier_checkpoint,
        Accepted({"the log": 13, "housing": 3}),
    ),
]
