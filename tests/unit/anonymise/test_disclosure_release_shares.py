"""What shares and averages of two releases give away together."""

from anonymise.disclosure import Release, attack
from config.tables import Dimension, Table
from tests.support.disclosure import dimension, drawn, limits
from tests.support.releases import released

NONE = {}  # type: ignore[var-annotated]


def found(release: Release, earlier: list[Release], **changes: object) -> dict[str, int]:
    settings = limits().model_copy(update=changes)
    counts = attack(release.tables, settings, earlier=earlier, period=release.period).counts
    return {name: count for name, count in counts.items() if count}


SHARES = """
    measure | area | people | people_with | count | value | unit | scale | decimals
    --------+------+--------+-------------+-------+-------+------+-------+---------
    open    | a    | {}     | {}          | {}    | {}    | %    | 100   | 1
"""
LABEL = Dimension("measure", totalled=False, people_additive=False, count_additive=False)
AREAS = dimension("area", totalled=False)


def share(people: int, of_these: int) -> Table:
    value = round(100 * of_these / people, 1)
    return drawn(SHARES.format(people, of_these, people, value), LABEL, AREAS, kind="measures")


def test_a_share_that_tells_that_one_person_more_is_above_the_line_is_found_and_withheld() -> None:
    first = released([share(60, 30)], limits(), [])
    alone = released([share(70, 31)], limits(), [first], heed=False)
    told = attack(alone.tables, limits(), earlier=[first]).found
    assert told.select("counted", "low", "finding").rows() == [
        ("numerator", 1.0, "few people by difference between releases")
    ]
    second = released([share(70, 31)], limits(), [first])
    assert second.tables[0].published["status"].to_list() == ["c"]
    assert found(second, [first]) == NONE


def test_a_share_of_many_more_people_is_shown() -> None:
    first = released([share(60, 30)], limits(), [])
    second = released([share(70, 38)], limits(), [first])
    assert second.tables[0].published.select("value", "status").rows() == [(54.3, "")]
    assert found(second, [first]) == NONE


def test_a_share_is_held_where_its_numerator_alone_has_changed() -> None:
    first = released([share(60, 30)], limits(), [])
    second = released([share(60, 31)], limits(), [first])
    assert second.tables[0].published.select("people", "value", "status").rows() == [(60, 50.0, "h")]
    assert found(second, [first]) == NONE


def test_an_average_that_would_tell_the_true_number_of_a_held_count_is_withheld() -> None:
    def tables(people: int, hand_offs: int) -> list[Table]:
        average = f"""
            measure   | area | people | count | value | unit | scale | decimals | numerator | numerator_of
            ----------+------+--------+-------+-------+------+-------+----------+-----------+-------------
            hand_offs | a    | {people} | {people} | {hand_offs / people:.2f} | n | 1 | 2 | {hand_offs} | hand-offs
        """
        counts = f"area | universe | people | count\n a | hand-offs | {hand_offs} | {hand_offs}"
        return [
            drawn(average, LABEL, AREAS, name="means", kind="measures"),
            drawn(counts, AREAS, name="counts"),
        ]

    first = released(tables(60, 40), limits(), [])
    second = released(tables(70, 41), limits(), [first])
    means, counts = second.tables
    assert first.tables[0].published["status"].to_list() == [""]
    assert counts.published.select("people", "status").rows() == [(40, "h")]
    assert means.published["status"].to_list() == ["c"]
    assert found(second, [first]) == NONE
