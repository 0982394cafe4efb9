"""However records come, change and go: linking only what is new gives what linking all again gives."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from config.settings import LinkageSettings
from config.terms import Manner
from linkage.bundles import BodyTokens
from linkage.link import Linked, link
from linkage.through_time import History, Kept, basis
from tests.support.drawn_people import Person, drawn
from tests.support.token_bundles import people_bundle

SETTINGS = LinkageSettings(most_pairs_per_token=100)
FEW = settings(max_examples=15, deadline=None)
BODIES = 3
REFUSED = [("body0", "body2")]

seeds = st.integers(0, 10_000)
steps = st.lists(st.tuples(seeds, st.sampled_from(["come", "change", "go", "nothing"])), min_size=1, max_size=4)


def world(seed: int) -> list[dict[str, list[Person]]]:
    """Each body's clients by record id, some of them with two versions."""
    held = drawn(30, bodies=BODIES, errors=0.15, seed=seed)
    return [
        {f"b{place}-{number:03}": [person] for number, person in enumerate(people)}
        for place, (people, _) in enumerate(held)
    ]


def moved(bodies: Sequence[dict[str, list[Person]]], seed: int, step: str) -> list[dict[str, list[Person]]]:
    """What the bodies hold after one more period."""
    random = np.random.default_rng(seed)
    other = world(seed + 1)
    after = []
    for body, source in zip(bodies, other, strict=True):
        new = dict(body)
        for record in sorted(source)[: random.integers(0, 6)]:
            if step == "come":
                new[f"{record}-{seed}"] = source[record]
            elif step == "change" and record in new:
                new[record] = [*new[record], *source[record]] if random.random() < 0.5 else source[record]
            elif step == "go":
                new.pop(record, None)
        after.append(new)
    return after


def bundles(bodies: Sequence[Mapping[str, list[Person]]]) -> list[BodyTokens]:
    made = []
    for place, body in enumerate(bodies):
        rows = [(record, row, person) for record, versions in body.items() for row, person in enumerate(versions)]
        made.append(
            people_bundle(
                f"body{place}",
                [person for _, _, person in rows],
                ids=[record for record, _, _ in rows],
                rows=[row for _, row, _ in rows],
                unique=place != 1,
            )
        )
    return made


def linked(bodies: list[BodyTokens], earlier: Kept | None) -> Linked:
    history = History(basis([body.manifest for body in bodies], SETTINGS, REFUSED), earlier)
    return link(bodies, SETTINGS, REFUSED, history=history)


def same(one: Linked, other: Linked) -> None:
    assert one.spine.equals(other.spine)
    assert one.patterns.equals(other.patterns)
    assert one.weights.equals(other.weights)
    assert one.facts == other.facts


@FEW
@given(seeds, steps)
def test_linking_what_is_new_gives_what_linking_all_gives(seed: int, periods: list[tuple[int, str]]) -> None:
    held = world(seed)
    found = linked(bundles(held), None)
    assert found.manner == Manner.FIRST
    for each, step in periods:
        held = moved(held, each, step)
        kept = found.kept
        assert kept is not None
        found = linked(bundles(held), kept)
        full = linked(bundles(held), None)
        assert found.manner in (Manner.INCREMENTAL, Manner.CROWDS)
        same(found, full)
        same(found, link(bundles(held), SETTINGS, REFUSED))
        assert found.kept is not None
        assert full.kept is not None
        for name in ("rows", "pairs", "crowds"):
            assert getattr(found.kept, name).equals(getattr(full.kept, name))


@FEW
@given(seeds)
def test_what_is_kept_does_not_depend_on_the_order_of_records(seed: int) -> None:
    held = world(seed)
    turned = [dict(reversed(body.items())) for body in held]
    kept = linked(bundles(held), None).kept
    assert kept is not None
    again = linked(bundles(turned), kept)
    assert again.manner == Manner.INCREMENTAL
    assert again.changed == 0
    same(again, linked(bundles(held), None))


@FEW
@given(seeds, st.integers(0, 10))
def test_changed_clients_are_counted(seed: int, count: int) -> None:
    held = world(seed)
    kept = linked(bundles(held), None).kept
    changed = sorted(held[0])[:count]
    for record in changed:
        held[0][record] = [{**held[0][record][0], "first": "quite another", "last": "quite another"}]
    found = linked(bundles(held), kept)
    assert found.changed == count
    assert found.spine.select(pl.struct("body", "record_id").is_unique()).to_series().all()
