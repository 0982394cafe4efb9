"""Parties of a hand-over, made once and copied for each test."""

from pathlib import Path

import pytest

from tests.support.apart import Apart, apart, copied


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Apart:
    """The parties before their first hand-over."""
    return apart(tmp_path_factory.mktemp("begun"))


@pytest.fixture(scope="module")
def passed(begun: Apart, tmp_path_factory: pytest.TempPathFactory) -> Apart:
    """Both bodies have handed over; the linkage unit has not looked yet."""
    made = copied(begun, tmp_path_factory.mktemp("passed"))
    made.give("housing")
    made.take("benefits")
    made.give("benefits")
    return made


@pytest.fixture
def parties(begun: Apart, tmp_path: Path) -> Apart:
    return copied(begun, tmp_path)


@pytest.fixture
def arrived(passed: Apart, tmp_path: Path) -> Apart:
    return copied(passed, tmp_path)
