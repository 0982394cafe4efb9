"""What agreeing and differing composites tell of each field."""

import numpy as np
import pytest

from config.fields import CROSSED, LEVELS
from linkage.levels import FEATURES, SPANS, WIDTH, known, named, packed, parts_of, possible, unpacked

COMPOSITES = {
    "first+last+dob": ("first_name.exact", "last_name.exact", "dob.exact"),
    "sound+last+dob": ("first_name.sound", "last_name.exact", "dob.exact"),
    "last+dob+home": ("last_name.exact", "dob.exact", "postcode.unit"),
    "sound+month+home": ("first_name.sound", "dob.year_month", "postcode.sector"),
    "day+home": ("dob.year_day", "postcode.unit"),
    "crossed+dob": (CROSSED, "dob.exact"),
}


def read(agreeing: set[str], differing: set[str]) -> str:
    names = list(COMPOSITES)
    agree = np.array([[name in agreeing for name in names]])
    differ = np.array([[name in differing for name in names]])
    sets = packed(possible(*known(agree, differ, parts_of(COMPOSITES))))
    return named(int(sets[0]))


def test_nothing_known_leaves_everything_possible() -> None:
    assert read(set(), set()) == ""


def test_an_agreeing_composite_tells_that_all_its_parts_agree() -> None:
    assert read({"first+last+dob"}, set()) == "first_name=exact last_name=exact dob=exact"


def test_a_differing_composite_tells_of_its_only_unknown_part() -> None:
    told = read({"sound+last+dob"}, {"first+last+dob"})
    assert told == "first_name=nickname|sound last_name=exact dob=exact names=different"


def test_a_differing_composite_with_two_unknown_parts_tells_nothing() -> None:
    assert read(set(), {"first+last+dob", "last+dob+home", "day+home"}) == ""


def test_what_one_composite_tells_lets_another_speak() -> None:
    # The postcode differs by the second; so its sector is the only unknown part of none, and the unit differs.
    told = read({"sound+last+dob"}, {"last+dob+home"})
    assert told == "first_name=exact|nickname|sound last_name=exact dob=exact postcode=sector|district|different"


def test_two_pairs_of_date_parts_make_the_whole_date() -> None:
    told = read({"sound+month+home", "day+home"}, set())
    assert "dob=exact" in told
    assert "postcode=unit" in told


def test_a_part_that_differs_rules_out_what_would_imply_it() -> None:
    # The sound differs, so the whole name cannot agree.
    told = read({"last+dob+home"}, {"sound+last+dob"})
    assert told == (
        "first_name=nickname|first3|sorted|last3|different last_name=exact dob=exact postcode=unit names=different"
    )


def test_names_that_agree_crosswise_count_as_crossed_and_not_as_different() -> None:
    told = read({"crossed+dob", "day+home"}, {"first+last+dob", "sound+last+dob"})
    assert told == "dob=exact postcode=unit names=crossed"


def test_equal_names_agree_crosswise_too_and_count_once() -> None:
    told = read({"crossed+dob", "first+last+dob"}, set())
    assert told == "first_name=exact last_name=exact dob=exact"


def test_names_that_agree_crosswise_and_in_sound_are_equal() -> None:
    told = read({"crossed+dob", "sound+month+home"}, set())
    assert told == "first_name=exact last_name=exact dob=exact postcode=unit|sector"


def test_agreement_stands_where_tokens_contradict_each_other() -> None:
    told = read({"first+last+dob"}, {"sound+last+dob"})
    assert told == "first_name=exact last_name=exact dob=exact"


@pytest.mark.parametrize("field", list(LEVELS))
def test_every_field_always_has_a_possible_level(field: str) -> None:
    start, stop = SPANS[field]
    at = [place for place, feature in enumerate(FEATURES) if feature.startswith(f"{field}.")]
    for pattern in range(3 ** len(at)):
        states = [pattern // 3**place % 3 for place in range(len(at))]
        agree, differ = np.zeros((1, len(FEATURES)), bool), np.zeros((1, len(FEATURES)), bool)
        agree[0, at] = [state == 1 for state in states]
        differ[0, at] = [state == 2 for state in states]
        assert possible(agree, differ)[0, start:stop].any()


def test_a_set_survives_being_packed() -> None:
    sets = np.random.default_rng(1).random((100, WIDTH)) < 0.5
    assert (unpacked(packed(sets)) == sets).all()
