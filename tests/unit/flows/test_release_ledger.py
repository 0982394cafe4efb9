"""Everything that was ever published, read back as what later releases are compared with."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from anonymise.disclosure import attack, protect
from anonymise.disclosure.methods import protected_by
from config.errors import ReleaseError
from config.protection import RoundingSettings
from config.terms import Method
from flows.audit.chain import follow
from flows.audit.entry import OUTSIDE_ANY_RUN, Entry
from flows.audit.release_facts import published
from flows.audit.words import WithdrawalReason
from flows.layout import Layout
from flows.release.ledger import published_before
from flows.release.sign_off import approve
from flows.release.stage import Staged, stage
from flows.release.withdraw import withdraw
from tests.support.check import APPROVALS, staging
from tests.support.contents import contents, layout, project
from tests.support.disclosure import drawn
from tests.support.signers import signer, withdraws

FIRST = """
    segment | people | count
    --------+--------+------
    young   | 40     | 60
    older   | 20     | 30
    __all__ | 60     | 90
"""
GROWN = FIRST.replace("40     | 60", "41     | 62").replace("60     | 90", "61     | 92")


@pytest.fixture
def places(tmp_path: Path) -> Layout:
    return layout(tmp_path)


def staged(places: Layout, drawing: str, entries: list[Entry]) -> Staged:
    """A release of one table, made in the knowledge of all that is published."""
    earlier = [each.release for each in published_before(places, entries)]
    safe = protect([drawn(drawing, "segment", name="journeys")], project().disclosure, earlier=earlier)
    return staging(places, contents(tables=safe.tables, withheld=safe.facts.by_reason))


def entry(said: object, before: list[Entry]) -> Entry:
    return follow(
        before[-1] if before else None, at=datetime(2026, 1, 1, tzinfo=UTC), actor="bo", zone="publication",
        run=OUTSIDE_ANY_RUN, facts=said, code="0.1.0", config="c" * 64,  # type: ignore[arg-type]
    )  # fmt: skip


def let_out(places: Layout, made: Staged, entries: list[Entry]) -> None:
    approve(places, project(), made.id, "checker", "runner", approvals=APPROVALS)
    entries.append(entry(published(release=made.id, manifest=made.manifest_digest), entries))


def test_what_is_read_back_is_what_was_published(places: Layout) -> None:
    entries: list[Entry] = []
    made = staged(places, FIRST, entries)
    assert published_before(places, entries) == ()
    let_out(places, made, entries)
    (found,) = published_before(places, entries)
    (table,) = found.release.tables
    assert (found.release.name, found.release.period) == (made.id, "2025-Q2")
    assert table.published.select("segment", "people").rows() == [("__all__", 60), ("older", 20), ("young", 40)]
    assert (table.universes, table.compared) == (("journeys",) * 3, ())
    assert [each.people_additive for each in table.dimensions] == [True]


def test_the_next_release_is_held_against_it_and_says_so(places: Layout) -> None:
    entries: list[Entry] = []
    let_out(places, staged(places, FIRST, entries), entries)
    second = staged(places, GROWN, entries)
    rows = pl.read_parquet(second.folder / "journeys.parquet")
    assert rows.select("people", "status").rows() == [(60, "h"), (20, "h"), (40, "h")]
    note = (second.folder / "methods.md").read_text()
    assert f"Earlier releases of this project: 1 (`{entries[0].facts.values['release']}`)" in note
    assert "Rows held:\n3." in note
    page = (second.folder / "report.html").read_text()
    assert "60 [h]" in page
    assert "Held: as in an earlier release" in page
    let_out(places, second, entries)
    first, then = published_before(places, entries)
    assert then.release.tables[0].compared == (first.release.name,)
    assert attack(then.release.tables, project().disclosure, earlier=[first.release]).verdict == "pass"


def take_back(places: Layout, made: Staged, entries: list[Entry]) -> None:
    entries.append(entry(withdraws(signer("bo"), made.id, made.manifest_digest)[0], entries))
    withdraw(places, made.id, at="2026-01-02T00:00:00Z", reason=WithdrawalReason.ERROR_FOUND)


def test_a_release_that_was_withdrawn_still_counts_and_is_known_to_be(places: Layout) -> None:
    entries: list[Entry] = []
    made = staged(places, FIRST, entries)
    let_out(places, made, entries)
    take_back(places, made, entries)
    (found,) = published_before(places, entries)
    assert (found.release.name, found.withdrawn) == (made.id, True)


def test_the_next_release_is_held_against_one_that_was_withdrawn(places: Layout) -> None:
    entries: list[Entry] = []
    made = staged(places, FIRST, entries)
    let_out(places, made, entries)
    take_back(places, made, entries)
    second = staged(places, GROWN, entries)
    rows = pl.read_parquet(second.folder / "journeys.parquet")
    assert rows.select("people", "status").rows() == [(60, "h"), (20, "h"), (40, "h")]
    assert [each.withdrawn for each in published_before(places, entries)] == [True]


def test_what_was_staged_before_another_went_out_is_not_approved_though_that_was_withdrawn(places: Layout) -> None:
    entries: list[Entry] = []
    first, second = staged(places, FIRST, entries), staged(places, GROWN, entries)
    let_out(places, first, entries)
    take_back(places, first, entries)
    with pytest.raises(ReleaseError, match="was not compared with what is published by now"):
        approve(places, project(), second.id, "checker", "runner", approvals=APPROVALS)


def test_a_withdrawn_release_that_is_gone_stops_the_next_one(places: Layout) -> None:
    entries: list[Entry] = []
    made = staged(places, FIRST, entries)
    let_out(places, made, entries)
    take_back(places, made, entries)
    shutil.rmtree(places.releases / "withdrawn" / made.id)
    with pytest.raises(ReleaseError, match="is no longer there"):
        published_before(places, entries)


def test_a_release_that_the_log_knows_and_that_is_gone_stops_the_next_one(places: Layout) -> None:
    entries: list[Entry] = []
    made = staged(places, FIRST, entries)
    let_out(places, made, entries)
    shutil.rmtree(places.releases / "published" / made.id)
    with pytest.raises(ReleaseError, match="is no longer there"):
        published_before(places, entries)


def test_a_release_that_stands_without_an_entry_counts_as_published(places: Layout) -> None:
    made = staged(places, FIRST, [])
    approve(places, project(), made.id, "checker", "runner", approvals=APPROVALS)
    assert [each.release.name for each in published_before(places, [])] == [made.id]


def test_an_altered_release_stops_the_next_one(places: Layout) -> None:
    entries: list[Entry] = []
    made = staged(places, FIRST, entries)
    let_out(places, made, entries)
    (places.releases / "published" / made.id / "journeys.csv").write_text("segment\n")
    with pytest.raises(ReleaseError, match="has been altered"):
        published_before(places, entries)


def test_a_release_that_does_not_say_what_it_counts_stops_the_next_one(places: Layout) -> None:
    made = staging(places, contents())
    approve(places, project(), made.id, "checker", "runner", approvals=APPROVALS)
    with pytest.raises(ReleaseError, match="does not say what"):
        published_before(places, [])


def test_what_was_staged_before_another_release_went_out_is_staged_again(places: Layout) -> None:
    entries: list[Entry] = []
    first, second = staged(places, FIRST, entries), staged(places, GROWN, entries)
    let_out(places, first, entries)
    with pytest.raises(ReleaseError, match="was not compared with what is published by now"):
        approve(places, project(), second.id, "checker", "runner", approvals=APPROVALS)
    again = staged(places, GROWN, entries)
    let_out(places, again, entries)
    assert len(published_before(places, entries)) == 2


def test_a_manifest_of_a_version_that_compared_nothing_keeps_its_bytes(places: Layout) -> None:
    made = stage(places, contents(tables=tuple(replace(each, universes=()) for each in contents().tables)))
    said = (made.folder / "manifest.json").read_text()
    assert "universes" not in said
    assert "compared" not in said


def test_a_rounded_release_is_read_as_what_its_numbers_say(places: Layout) -> None:
    rounding = project().disclosure.model_copy(
        update={"method": Method.ROUNDING, "rounding": RoundingSettings(base=6)}
    )
    rounded = project().model_copy(update={"disclosure": rounding})
    safe = protected_by([drawn(FIRST, "segment", name="journeys")], rounding)
    made = staging(
        places,
        replace(
            contents(tables=safe.tables, withheld=safe.facts.by_reason), project=rounded, statement=safe.statement
        ),
    )
    entries: list[Entry] = []
    approve(places, rounded, made.id, "checker", "runner", approvals=APPROVALS)
    entries.append(entry(published(release=made.id, manifest=made.manifest_digest), entries))
    (read,) = published_before(places, entries)
    (table,), (given,) = read.release.tables, safe.tables
    assert table.implied is not None
    assert given.implied is not None
    assert (table.method, table.zeros_stand) == (Method.ROUNDING, True)
    own = [table.published.select("segment"), table.implied]
    expected = pl.concat([given.published.select("segment"), given.implied], how="horizontal")
    assert pl.concat(own, how="horizontal").sort("segment").equals(expected.sort("segment"))
    # What is staged beside it and does not know it is not approved, whatever its method.
    other = protected_by(
        [
            drawn(
                FIRST.replace("40     | 60", "50     | 70").replace("60     | 90", "70     | 100"),
                "segment",
                name="journeys",
            )
        ],
        rounding,
    )
    late = staging(places, replace(contents(tables=other.tables, withheld=other.facts.by_reason), project=rounded))
    with pytest.raises(ReleaseError, match="was not compared with what is published by now"):
        approve(places, rounded, late.id, "checker", "runner", approvals=APPROVALS)
