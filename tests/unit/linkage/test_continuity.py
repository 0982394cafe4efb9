import polars as pl

from linkage.continuity import carry_over


def spine(persons: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        {"body": ["housing"] * len(persons), "record_id": list(persons), "person": list(persons.values())}
    )


def labels(frame: pl.DataFrame) -> dict[str, str]:
    return dict(frame.select("record_id", "person").iter_rows())


def test_the_first_linkage_keeps_its_labels() -> None:
    first = spine({"a": "a", "b": "a"})
    assert carry_over(None, first).spine.equals(first)


def test_a_person_keeps_the_earlier_label_when_a_smaller_record_joins() -> None:
    continued = carry_over(spine({"b": "b", "c": "b"}), spine({"a": "a", "b": "a", "c": "a"}))
    assert labels(continued.spine) == {"a": "b", "b": "b", "c": "b"}
    assert (continued.merged, continued.split) == (0, 0)


def test_a_merge_takes_the_label_of_the_larger_person() -> None:
    continued = carry_over(spine({"a": "a", "b": "b", "c": "b"}), spine({"a": "a", "b": "a", "c": "a"}))
    assert labels(continued.spine) == {"a": "b", "b": "b", "c": "b"}
    assert (continued.merged, continued.split) == (2, 0)


def test_a_split_leaves_the_label_with_the_larger_part_and_no_label_serves_two_persons() -> None:
    continued = carry_over(spine({"a": "a", "b": "a", "c": "a"}), spine({"a": "a", "b": "b", "c": "b"}))
    assert labels(continued.spine) == {"a": "a+", "b": "a", "c": "a"}
    assert (continued.merged, continued.split) == (0, 1)


def test_linking_the_same_records_again_changes_nothing() -> None:
    once = carry_over(spine({"a": "a", "b": "a", "c": "a"}), spine({"a": "a", "b": "b", "c": "b"})).spine
    again = carry_over(once.select("body", "record_id", "person"), spine({"a": "a", "b": "b", "c": "b"}))
    assert labels(again.spine) == labels(once)


def test_what_came_and_went_is_counted_and_listed() -> None:
    before = spine({"a": "a", "b": "a", "c": "c", "d": "d", "e": "e"})
    found = carry_over(before, spine({"a": "a", "b": "b", "c": "c", "d": "c", "f": "f"}))
    assert (found.merged, found.split, found.new, found.erased, found.persons_erased) == (2, 1, 1, 1, 1)
    assert found.changes.rows() == [
        ("merged", "c", "c", None, None),
        ("merged", "d", "c", None, None),
        ("person erased", "e", None, None, None),
        ("record erased", "e", None, "housing", "e"),
        ("split", "a", "a", None, None),
        ("split", "a", "b", None, None),
    ]


def test_changes_speak_of_persons_under_the_labels_that_last() -> None:
    once = carry_over(spine({"b": "b", "c": "c"}), spine({"a": "a", "b": "a", "c": "a"}))
    assert set(once.changes["person"]) == set(once.spine["person"]) == {"b"}


def test_at_the_first_linkage_all_records_are_new_and_nothing_has_changed() -> None:
    first = carry_over(None, spine({"a": "a", "b": "a"}))
    assert (first.new, first.erased, first.persons_erased) == (2, 0, 0)
    assert first.changes.is_empty()


def test_a_person_whose_records_are_all_erased_is_erased() -> None:
    found = carry_over(spine({"a": "a", "b": "a"}), spine({"c": "c"}))
    assert (found.erased, found.persons_erased, found.new, found.split) == (2, 1, 1, 0)
