"""Every cell of every table equals what slow and obvious loops over single events find."""

from collections import Counter, defaultdict

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.journeys import measure
from linkage.journeys.conformance import alignment
from tests.support.journey_world import OPTIONAL, WORLD, frames, project
from tests.support.slow_journeys import slow_lcs
from tests.support.slow_tables import available, expected


def close(left, right, places):
    return left == right or (left is not None and right is not None and abs(left - right) <= 10**-places + 1e-9)


@settings(max_examples=25, deadline=None)
@given(world=WORLD)
def test_every_cell_is_what_slow_loops_find(world) -> None:
    events, labels, refused, grouped = world
    settled = project(refused, grouped)
    spine, given_events = frames(events, labels, OPTIONAL)
    wanted = available(events, expected(spine, given_events, settled))
    for table in measure(spine, given_events, settled).tables:
        names = [each.name for each in table.dimensions]
        found = {
            tuple(row[name] for name in names): row
            for row in table.cells.iter_rows(named=True)
            if row["status"] == ""
        }
        assert len(found) == table.cells.filter(pl.col("status") == "").height
        assert set(found) == set(wanted[table.name]), table.name
        for key, (people, behind, count, value, bodies, coverage, brought, low, high) in wanted[
            table.name
        ].items():
            cell = found[key]
            told = (cell["people"], cell["people_with"], cell["count"], set(cell["body_names"]), cell["bodies"])
            assert told == (people, behind, count, bodies, len(bodies)), (table.name, key)
            brings = None if cell["amount"] is None else [cell["largest"], cell["amount"]]
            assert brings == brought, (table.name, key)
            # A half is rounded either way by floats: the last published place may differ by one.
            rough = table.name == "overlap" or key[0].endswith(("_low", "_high"))
            places = 0 if rough else 1 if cell["unit"].startswith(("days", "%", "pounds")) else 2
            assert close(cell["value"], value, places), (table.name, key, cell["value"], value)
            assert close(cell["coverage"], coverage, 2), (table.name, key)
            if table.kind not in ("hand_offs", "transitions", "evidence", "in_flight"):
                assert close(cell["low"], low, places), (table.name, key)
                assert close(cell["high"], high, places), (table.name, key)


@settings(max_examples=8, deadline=None)
@given(world=WORLD, shuffled=st.randoms(use_true_random=False))
def test_no_order_of_rows_bodies_or_labels_matters(world, shuffled) -> None:
    events, labels, refused, grouped = world
    settled = project(refused, grouped)
    spine, given_events = frames(events, labels, OPTIONAL)
    first = measure(spine, given_events, settled)
    order = list(range(spine.height))
    shuffled.shuffle(order)
    other = {
        body: (frame.sample(fraction=1.0, shuffle=True, seed=shuffled.randrange(99)), supplied)
        for body, (frame, supplied) in reversed(given_events.items())
    }
    renamed = pl.col("^person_id.*$").replace({f"p{number}": f"x{9 - number}" for number in range(4)})
    second = measure(spine[order].with_columns(renamed), other, settled)
    assert dict(first.facts) == dict(second.facts)
    for one, two in zip(first.tables, second.tables, strict=True):
        assert one.cells.equals(two.cells, null_equal=True), one.name


@settings(max_examples=8, deadline=None)
@given(world=WORLD)
def test_what_is_said_to_add_up_adds_up(world) -> None:
    events, labels, refused, grouped = world
    spine, given_events = frames(events, labels, OPTIONAL)
    for table in measure(spine, given_events, project(refused, grouped)).tables:
        names = [each.name for each in table.dimensions]
        for dimension in (each for each in table.dimensions if each.totalled):
            rest = [name for name in names if name != dimension.name]
            parts, wholes = defaultdict(list), {}
            for row in table.cells.filter(pl.col("status") == "").iter_rows(named=True):
                key, word = tuple(row[name] for name in rest), row[dimension.name]
                wholes[key, word] = row
                if word != "__all__":
                    parts[key, dimension.parents.get(word, "__all__")].append(row)
            groups = {"__all__", *dimension.parents.values()}
            assert set(parts) == {each for each in wholes if each[1] in groups}
            for key, inside in parts.items():
                whole, people = wholes[key], [row["people"] for row in inside]
                assert max(people) <= whole["people"] <= sum(people)
                assert not dimension.people_additive or whole["people"] == sum(people)
                assert not dimension.count_additive or whole["count"] == sum(row["count"] for row in inside)


@given(st.text("abcd", max_size=9), st.text("abc", min_size=1, max_size=6))
def test_an_alignment_follows_as_many_steps_as_the_longest_common_subsequence(taken, ideal) -> None:
    taken, ideal = (each.translate({ord("a") + n: 0x100 + n for n in range(4)}) for each in (taken, ideal))
    by_kind = Counter()
    for (_, kind), number in alignment(taken, ideal).items():
        by_kind[kind] += number
    assert by_kind["followed"] == slow_lcs(taken, ideal)
    assert by_kind["followed"] + by_kind["skipped"] == len(ideal)
    assert by_kind["followed"] + by_kind["repeated"] + by_kind["inserted"] == len(taken)
