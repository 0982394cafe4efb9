"""The table that the choice of composites rests on runs, and tells weak from strong."""

import pytest

from anonymise.composites import IDS, PROFILES, composites_of
from benchmarks.frontier.__main__ import HEADS, main
from benchmarks.frontier.exposure import BODIES, everybody, exposed
from benchmarks.frontier.quality import quality, six_bodies
from benchmarks.frontier.strengths import BEFORE, COMPARED, SHIPPED, VOCABULARIES, WEAK, around, grid
from config.terms import ProfileName

PEOPLE = 1_500
SEED = 3


def test_a_tiny_grid_prints_a_row_for_each_combination(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--most", "3", "8", "--levels", "fewer", "--people", "300", "--attacked", "500"])
    table = [
        [word.strip() for word in line.split("|")[1:-1]]
        for line in capsys.readouterr().out.splitlines()
        if line[:1] == "|"
    ]
    rows = [dict(zip(HEADS, line, strict=True)) for line in table[2:]]
    assert table[0] == list(HEADS)
    assert [each["most"] for each in rows] == ["3", "8"]
    assert int(rows[0]["composites"]) == 3 + len(IDS) < int(rows[1]["composites"])
    assert all(0.5 < float(each["six bodies: F1"]) <= 1 for each in rows)
    assert all(0 <= float(each[f"{name}, %"]) <= 100 for each in rows for name in BODIES)


def test_the_grid_varies_what_it_is_told_and_nothing_else() -> None:
    shipped = grid([SHIPPED.excess], [SHIPPED.most_composites], ["shipped"], [True])
    assert [each.strength for each in shipped] == [PROFILES[ProfileName.STRICT]]
    assert len({each.strength for each in grid([4, 6], [8, 16], VOCABULARIES, [True, False])}) == 48
    assert len({(each.strength, each.most_clients) for each in around()}) == len(around())
    assert {each.strength for each in COMPARED} == {BEFORE, WEAK}


@pytest.mark.parametrize("excess", [-2.0, 6.0])
def test_more_kinds_of_levels_never_give_fewer_composites(excess: float) -> None:
    few, more, all_kinds = (
        composites_of(each.strength, PEOPLE) for each in grid([excess], [999], ["fewer", "shipped", "all"], [True])
    )
    assert 8 < len(few) <= len(more) < len(all_kinds)


def test_a_weak_strength_identifies_many_more_than_the_shipped_one() -> None:
    there = everybody(PEOPLE, SEED, ids=False)
    shipped = grid([SHIPPED.excess], [SHIPPED.most_composites], ["shipped"], [True])[0]
    weak = COMPARED[1]
    for shares in BODIES.values():
        few, many = (exposed(each.strength, there, shares, each.most_clients, SEED) for each in (shipped, weak))
        assert few < 2
        assert many > 50


def test_hiding_leaves_fewer_tokens_and_fewer_people_to_identify() -> None:
    hidden, open_ = (each.strength for each in grid([SHIPPED.excess], [8], ["shipped"], [True, False]))
    there, bodies = everybody(PEOPLE, SEED, ids=False), six_bodies(600, SEED)
    assert exposed(hidden, there, (1.0,), 2, SEED) < exposed(open_, there, (1.0,), 2, SEED)
    assert quality(hidden, bodies, 2).tokens < quality(open_, bodies, 2).tokens
