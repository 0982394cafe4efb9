"""The page on lost keys names a test for every row, and each of them exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_row_on_lost_keys_is_shown_by_a_test() -> None:
    page = (ROOT / "docs" / "how-to" / "lose-a-key.md").read_text(encoding="utf-8")
    tests = (ROOT / "tests" / "acceptance" / "test_keys.py").read_text(encoding="utf-8")
    rows = [
        line
        for line in page.splitlines()
        if line.startswith("| ") and "shown by" not in line and "---" not in line
    ]
    named = [re.findall(r"`(test_\w+)`", row) for row in rows]
    assert len(rows) > 5
    assert all(named)
    assert not [test for tests_named in named for test in tests_named if f"def {test}(" not in tests]
