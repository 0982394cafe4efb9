"""Whoever is erased: all comes out as if the body had never known them."""

import tempfile
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise.keys import Secret, secret
from config.settings import LinkageSettings
from config.terms import Manner
from flows.erasure.marks import Marks, marks_of
from flows.erasure.veiled import VEIL, without_gone
from flows.ingest import take_in
from linkage.bundles import BodyTokens
from linkage.continuity import carry_over
from linkage.journeys import measure
from linkage.link import Linked, link
from linkage.through_time import History, Kept, basis
from tests.support.drawn_people import Person, drawn
from tests.support.extracts import EVENT_HEADER, project, zone
from tests.support.token_bundles import people_bundle

KEY: Secret = secret("record", sha256(b"a key of a test").digest())
SETTINGS = LinkageSettings(most_pairs_per_token=100)
FEW = settings(max_examples=12, deadline=None)
BODIES = ("housing", "prison")

Held = list[dict[str, list[Person]]]


@st.composite
def extracts(draw: st.DrawFn) -> tuple[list[str], list[str], frozenset[str]]:
    """Lines of people and of events, sound and broken, and who of them is erased."""
    clients = draw(st.lists(st.sampled_from([f"c{n}" for n in range(8)]), min_size=1, max_size=12))
    people = [f"{ref},Name{place}" for place, ref in enumerate(clients)]
    events = [
        f"{draw(st.sampled_from(['', *clients]))},e{draw(st.integers(0, 6))},1,"
        f"{draw(st.sampled_from(['2024-05-05T10:00:00', 'soon']))},contact,repairs"
        for _ in range(draw(st.integers(1, 15)))
    ]
    return people, events, frozenset(draw(st.lists(st.sampled_from(clients), max_size=4)))


@FEW
@given(extracts())
def test_extracts_are_read_as_if_who_is_erased_had_never_stood_in_them(
    drawn_extracts: tuple[list[str], list[str], frozenset[str]],
) -> None:
    people, events, gone = drawn_extracts
    marks = Marks(frozenset(marks_of(pl.Series(sorted(gone), dtype=pl.String), KEY, "pilot")), KEY, "pilot")

    def files(*, whole: bool) -> dict[str, str | bytes]:
        def of(lines: list[str]) -> list[str]:
            return [line for line in lines if whole or line.split(",")[0] not in gone]

        return {
            "people.csv": "\n".join(["client_ref,last_name", *of(people), ""]),
            "events.csv": "\n".join([EVENT_HEADER, *of(events), ""]),
        }

    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        erased = take_in(*zone(Path(one), files(whole=True)), "housing", erased=marks)
        never = take_in(*zone(Path(other), files(whole=False)), "housing")
        assert erased.people.equals(never.people)
        assert erased.events.equals(never.events)
        kept_aside = [sorted((Path(root) / "bodies").rglob("*.parquet")) for root in (one, other)]
        assert [len(each) for each in kept_aside] == [len(kept_aside[0])] * 2
        for left, right in zip(*kept_aside, strict=True):
            number = pl.read_parquet(left).columns[0]
            assert pl.read_parquet(left).drop(number).equals(pl.read_parquet(right).drop(number))
    for receipt, without in zip(erased.receipts, never.receipts, strict=True):
        assert receipt.unaccounted == without.unaccounted == 0
        assert receipt.quarantined == without.quarantined
        assert receipt.rows_in - receipt.erased == without.rows_in


def world(seed: int) -> Held:
    """Each body's clients by record id."""
    held = drawn(25, bodies=len(BODIES), errors=0.15, seed=seed)
    return [
        {f"b{place}-{number:03}": [person] for number, person in enumerate(people)}
        for place, (people, _) in enumerate(held)
    ]


def bundles(bodies: Held) -> list[BodyTokens]:
    return [
        people_bundle(name, [person for each in body.values() for person in each], ids=list(body))
        for name, body in zip(BODIES, bodies, strict=True)
    ]


def linked(bodies: list[BodyTokens], earlier: Kept | None) -> Linked:
    return link(
        bodies, SETTINGS, [], history=History(basis([each.manifest for each in bodies], SETTINGS, []), earlier)
    )


def happened(bodies: Held, seed: int) -> dict[str, tuple[pl.DataFrame, tuple[str, ...]]]:
    """Events of every client, the same for a client whoever else is there."""
    from config.frames import EVENTS

    found = {}
    for name, body in zip(BODIES, bodies, strict=True):
        rows = []
        for record in body:
            random = np.random.default_rng([seed, *record.encode()])
            for number in range(int(random.integers(1, 4))):
                day = pl.datetime(2024, 1, 1, time_zone="UTC") + pl.duration(days=int(random.integers(0, 300)))
                rows.append((record, f"{record}-{number}", number, pl.select(day).item()))
        events = pl.DataFrame(rows, schema=["record_id", "event_id", "event_seq", "ts"], orient="row")
        full = events.with_columns(event_type=pl.lit("contact"), service=pl.lit("repairs"))
        columns = [
            (pl.col(column) if column in full.columns else pl.lit(None)).cast(kind, strict=False).alias(column)
            for column, kind in EVENTS.columns.items()
        ]
        found[name] = (EVENTS.verify(full.select(columns).sort("event_id")), tuple(full.columns[1:]))
    return found


@FEW
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_persons_and_tables_come_out_as_if_who_is_erased_had_never_been_there(seed: int, other: int) -> None:
    everybody = world(seed)
    random = np.random.default_rng(other)
    gone = [{record for record in body if random.random() < 0.2} for body in everybody]
    rest = [
        {record: rows for record, rows in body.items() if record not in left}
        for body, left in zip(everybody, gone, strict=True)
    ]
    before = linked(bundles(everybody), None)
    assert before.kept is not None
    after, never = linked(bundles(rest), before.kept), linked(bundles(rest), None)
    assert after.manner in (Manner.INCREMENTAL, Manner.CROWDS, Manner.MANY)
    assert after.spine.equals(never.spine)
    assert after.kept is not None
    assert never.kept is not None
    for name in ("rows", "pairs", "crowds"):
        assert getattr(after.kept, name).equals(getattr(never.kept, name))

    labels = before.spine.select("body", "record_id", "person")
    continued = without_gone(carry_over(labels, after.spine), KEY, "pilot")
    ids = {record for left in gone for record in left}
    text = continued.spine.write_csv() + continued.changes.write_csv()
    assert not [record for record in ids if record in text]
    assert continued.erased == len(ids)
    # Nobody is joined or parted by losing a name, and a name that is lost stays the same from then on.
    assert groups(continued.spine) == groups(never.spine)
    again = without_gone(
        carry_over(continued.spine.select("body", "record_id", "person"), after.spine), KEY, "pilot"
    )
    assert again.spine.equals(continued.spine)
    lost = continued.spine.filter(pl.col("person").str.starts_with(VEIL))
    assert set(lost["person"].to_list()).isdisjoint(labels["person"].to_list())

    events, settings_ = happened(rest, other), project()
    one, two = (
        measure(named(spine), {body: events[body] for body in events}, settings_)
        for spine in (continued.spine, never.spine)
    )
    assert one.facts == two.facts
    for left, right in zip(one.tables, two.tables, strict=True):
        assert left.cells.equals(right.cells)


def groups(spine: pl.DataFrame) -> list[list[str]]:
    return sorted(sorted(each) for each in spine.group_by("person").agg("record_id")["record_id"].to_list())


def named(spine: pl.DataFrame) -> pl.DataFrame:
    ids = {"person": "person_id", "person_low": "person_id_low", "person_high": "person_id_high"}
    return spine.select("body", "record_id", *(pl.col(name).alias(new) for name, new in ids.items()))
