"""The ledger of what is spent, and noise that is drawn once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from anonymise.disclosure.public import NOTHING_BESIDE
from config.disclosure import DisclosureSettings
from config.errors import AuditError, DisclosureError
from config.protection import DifferentialPrivacySettings, RoundingSettings
from config.terms import Method
from flows.audit.chain import follow
from flows.audit.entry import Entry
from flows.audit.release_facts import protected
from flows.release.budget import LEDGER, ledger, protected_tables, spent_so_far, whole_ledger
from tests.support.contents import layout, project
from tests.support.disclosure import counted, dimension

THINGS = pl.DataFrame({"person": range(60), "segment": ["young_adult", "older", "older"] * 20})
TABLE = replace(counted(THINGS, (dimension("segment"),)), most_things=1)


def settings(epsilon: float, total: float = 2.0) -> DisclosureSettings:
    return DisclosureSettings(
        least_people=10,
        least_bodies=1,
        protection=5,
        refused_pairs=(),
        method=Method.DIFFERENTIAL_PRIVACY,
        differential_privacy=DifferentialPrivacySettings(
            epsilon=epsilon, total_epsilon=total, most_cells_per_person=1
        ),
    )


def context(root: Path, said: DisclosureSettings, entries: Sequence[Entry] = ()) -> SimpleNamespace:
    return SimpleNamespace(
        places=layout(root),
        project=project().model_copy(update={"disclosure": said}),
        log=SimpleNamespace(entries=entries),
    )


def drawn(
    root: Path, said: DisclosureSettings, measured: str = "a" * 64, entries: Sequence[Entry] = ()
) -> pl.DataFrame:
    made = protected_tables(context(root, said, entries), [TABLE], measured, NOTHING_BESIDE, ())
    return made.tables[0].published


def told(root: Path, said: DisclosureSettings, before: list[Entry]) -> list[Entry]:
    """The log, once it says how far the ledger goes."""
    facts = protected(
        input_digest="a" * 64, cells=2, withheld={}, output="b" * 64, spent=spent_so_far(context(root, said))
    )
    made = follow(
        before[-1] if before else None, at=datetime(2026, 1, 1, tzinfo=UTC), actor="bo", zone="publication",
        run="run-1", facts=facts, code="0.1.0", config="c" * 64,
    )  # fmt: skip
    return [*before, made]


def test_the_same_tables_get_the_same_noise_and_spend_once(tmp_path) -> None:
    pytest.importorskip("opendp")
    first = drawn(tmp_path, settings(1.0))
    again = drawn(tmp_path, settings(1.0))
    assert again.equals(first)
    (line,) = ledger(tmp_path / "releases" / LEDGER)
    assert (line.seq, line.epsilon, line.period) == (1, pytest.approx(1.0), "2025-Q2")


def test_other_tables_spend_again_until_the_budget_is_spent(tmp_path) -> None:
    pytest.importorskip("opendp")
    for nth in range(2):
        drawn(tmp_path, settings(1.0), str(nth) * 64)
    before = (tmp_path / "releases" / LEDGER).read_bytes()
    with pytest.raises(DisclosureError, match="budget of differential privacy of this period is spent"):
        drawn(tmp_path, settings(1.0), "c" * 64)
    assert (tmp_path / "releases" / LEDGER).read_bytes() == before
    assert len(list((tmp_path / "analysis" / "drawn").iterdir())) == 2
    # What was paid for can be made again.
    drawn(tmp_path, settings(1.0), "1" * 64)


def test_numbers_that_were_kept_before_a_run_was_killed_are_used_and_then_spent(tmp_path) -> None:
    pytest.importorskip("opendp")
    first = drawn(tmp_path, settings(1.0))
    (tmp_path / "releases" / LEDGER).unlink()
    assert drawn(tmp_path, settings(1.0)).equals(first)
    assert len(ledger(tmp_path / "releases" / LEDGER)) == 1


def test_numbers_that_were_spent_and_are_gone_are_not_drawn_again(tmp_path) -> None:
    pytest.importorskip("opendp")
    drawn(tmp_path, settings(1.0))
    for each in (tmp_path / "analysis" / "drawn").iterdir():
        each.unlink()
    with pytest.raises(DisclosureError, match="not drawn a second time"):
        drawn(tmp_path, settings(1.0))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b'"epsilon":1', b'"epsilon":0.1'),
        lambda text: text[1:],
        lambda text: text.split(b"\n", 1)[1],
    ],
)
def test_a_ledger_that_was_changed_is_refused(tmp_path, change) -> None:
    pytest.importorskip("opendp")
    for nth in range(2):
        drawn(tmp_path, settings(1.0), str(nth) * 64)
    path = tmp_path / "releases" / LEDGER
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(AuditError, match="ledger of spent budget"):
        ledger(path)


def test_a_ledger_that_lacks_what_the_log_tells_of_is_refused_and_nothing_is_drawn(tmp_path) -> None:
    pytest.importorskip("opendp")
    entries: list[Entry] = []
    for nth in range(2):
        drawn(tmp_path, settings(1.0, 9.0), str(nth) * 64, entries)
        entries = told(tmp_path, settings(1.0, 9.0), entries)
    path = tmp_path / "releases" / LEDGER
    whole = path.read_bytes()
    first, second = whole.splitlines(keepends=True)
    # A line beyond what the log tells is that of a run that was killed before it could say so.
    assert len(whole_ledger(context(tmp_path, settings(1.0), entries[:1]))) == 2
    for left in (b"", first, first + second.replace(b'"epsilon":1', b'"epsilon":0.5')):
        path.write_bytes(left)
        with pytest.raises(AuditError, match="not the one that this entry tells of"):
            drawn(tmp_path, settings(1.0, 9.0), "d" * 64, entries)
    path.unlink()
    with pytest.raises(AuditError, match=r"put releases/budget.jsonl back"):
        drawn(tmp_path, settings(1.0, 9.0), "d" * 64, entries)
    assert len(list((tmp_path / "analysis" / "drawn").iterdir())) == 2
    path.write_bytes(whole)
    drawn(tmp_path, settings(1.0, 9.0), "d" * 64, entries)


def test_no_ledger_is_an_empty_one(tmp_path) -> None:
    assert ledger(tmp_path / LEDGER) == []


def test_other_methods_spend_nothing(tmp_path) -> None:
    rounded = DisclosureSettings(
        least_people=10,
        least_bodies=1,
        protection=5,
        refused_pairs=(),
        method=Method.ROUNDING,
        rounding=RoundingSettings(base=10),
    )
    # Nobody's segment is not stated, which looks like a few people's.
    assert drawn(tmp_path, rounded)["people"].to_list() == [55, None, 35, 15]
    assert not (tmp_path / "releases").exists()
