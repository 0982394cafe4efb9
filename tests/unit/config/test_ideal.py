"""Ideal paths in the project file: what may be written, and what is said of what may not."""

import json

import pytest
from pydantic import TypeAdapter, ValidationError

from config.ideal import IdealPath, linear_paths, steps_of

ADAPTER = TypeAdapter(IdealPath)


def test_a_path_of_steps_is_one_way() -> None:
    path = ADAPTER.validate_json('["report", "visit", "report"]')
    assert path == ("report", "visit", "report")
    assert linear_paths(path) == (("report", "visit", "report"),)
    assert steps_of(path) == ("report", "visit")


def test_optional_steps_and_alternatives_are_several_ways() -> None:
    path = ADAPTER.validate_json('["report", ["diagnose", ["inspect", "quote?"], "?"], "visit?", "close"]')
    assert linear_paths(path)[:3] == (
        ("report", "diagnose", "visit", "close"),
        ("report", "diagnose", "close"),
        ("report", "inspect", "quote", "visit", "close"),
    )
    assert len(linear_paths(path)) == 8
    assert steps_of(path) == ("report", "diagnose", "inspect", "quote", "visit", "close")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (["Report"], "entry 1 is something else"),
        (["report", ["visit"]], "two or more ways on in each inner list"),
        (["report", ["visit?", "close"]], "entry 2 is something else"),
        (["report", [["visit", ["close"]], "close"]], "entry 2 is something else"),
        (["report?", ["visit", "?"]], "at least one step on every way"),
        (["report", *["visit?"] * 9], "at most 256 ways"),
        (["report", [["visit?"] * 60, "close"]], "at most 256 ways"),
        ([], "at least 1 item"),
    ],
)
def test_what_is_no_ideal_path_is_refused_in_words(path, said) -> None:
    with pytest.raises(ValidationError, match=said):
        ADAPTER.validate_json(json.dumps(path))


def test_256_ways_are_allowed() -> None:
    path = ADAPTER.validate_json(json.dumps(["report", *[f"visit{number}?" for number in range(8)]]))
    assert len(linear_paths(path)) == 256
