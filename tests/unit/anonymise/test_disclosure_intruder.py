"""What somebody learns who knows one person's whole journey."""

from anonymise.disclosure import attack, protect
from tests.support.disclosure import dimension, drawn, limits, public


def remarks(drawing: str, *dimensions: object) -> list[tuple[object, ...]]:
    table = public(drawing, *dimensions)  # type: ignore[arg-type]
    return attack([table], limits()).remarks.select("coordinates", "counted", "low", "high", "finding").rows()


def test_a_group_of_which_everybody_has_one_category_is_named() -> None:
    drawing = """
        area    | need    | people
        --------+---------+-------
        a       | debt    | 40
        a       | __all__ | 40
        b       | debt    | 20
        b       | repair  | 20
        b       | __all__ | 40
        __all__ | debt    | 60
        __all__ | repair  | 20
        __all__ | __all__ | 80
    """
    assert remarks(drawing, "area", "need") == [
        (["area=b", "need=repair"], "area", 20.0, 20.0, "attribute of a whole group"),
        (["area=a", "need=debt"], "need", 40.0, 40.0, "attribute of a whole group"),
    ]


def test_a_withheld_category_that_nobody_else_shares_gives_the_attribute_as_well() -> None:
    drawing = """
        area    | need    | people | count | status
        --------+---------+--------+-------+-------
        a       | debt    |        |       | c
        a       | __all__ |        |       | c
        b       | debt    |        |       | c
        b       | repair  | 40     | 40    |
        b       | __all__ |        |       | c
        __all__ | debt    |        |       | c
        __all__ | repair  | 40     | 40    |
        __all__ | __all__ | 100    | 100   |
    """
    found = remarks(drawing, "area", "need")
    assert (["area=a", "need=debt"], "need", None, None, "attribute of a whole group") in found


def test_everybody_at_one_body_is_an_attribute_though_people_do_not_add_up() -> None:
    drawing = "body | people | count\n p | 40 | 40\n q | 20 | 20\n __all__ | 40 | 60"
    assert [row[0] for row in remarks(drawing, dimension("body", people=False))] == [["body=p"]]


def test_a_dimension_with_one_category_tells_nothing() -> None:
    assert remarks("area | people\n a | 40\n __all__ | 40", "area") == []


def test_few_others_beside_a_known_person_are_found() -> None:
    """Two withheld cells share eight people, neither has fewer than three: bounded by a total of each alone."""
    drawing = """
        body    | area    | people | count | status
        --------+---------+--------+-------+-------
        p       | a       | 20     | 20    |
        p       | b       |        |       | c
        p       | __all__ | 22     | 22    |
        q       | a       | 20     | 20    |
        q       | b       |        |       | c
        q       | __all__ | 23     | 23    |
        __all__ | a       | 30     | 40    |
        __all__ | b       |        |       | c
        __all__ | __all__ |        |       | c
    """
    found = remarks(drawing, dimension("body", people=False), "area")
    few = [row for row in found if row[-1] == "another person beside the known one"]
    assert (["body=__all__", "area=b"], "people", 2.0, 4.0, few[-1][-1]) in few


def test_protected_tables_with_room_give_nothing_of_others() -> None:
    table = drawn("area | people\n a | 40\n b | 3\n c | 30\n d | 4\n __all__ | 77", "area")
    found = attack(protect([table], limits()).tables, limits())
    assert (found.verdict, found.remarks.height) == ("pass", 0)
