"""What must not be true of everybody in a group."""

import pytest

from anonymise.disclosure.decide import reasons
from anonymise.disclosure.rules import rules
from config.disclosure import DisclosureSettings
from config.tables import Dimension
from config.terms import HIERARCHICAL_DIMENSIONS, SENSITIVE, TELLING
from linkage.journeys.tables import BREAKDOWN_DIMENSIONS, OWN_DIMENSIONS
from tests.support.disclosure import drawn, limits

WHOLE = "whole group in one category"
NOBODY = "nobody of a group in a category"
FEW = "too few categories in a group"
SERVICE = Dimension("service", totalled=True, people_additive=False, count_additive=True)


def said(**changes: object) -> DisclosureSettings:
    return DisclosureSettings.model_validate({**limits().model_dump(), **changes})


def against(drawing: str, *dimensions: str | Dimension, **changes: object) -> dict[str, list[str]]:
    table = drawn(drawing, *dimensions)
    names = [each.name for each in table.dimensions]
    found = reasons(table, rules(said(**changes))).to_list()
    keys = table.cells.select(names).rows()
    return {" ".join(key): each for key, each in zip(keys, found, strict=True) if each}


BY_SEGMENT = """
    segment | service | people
    --------+---------+-------
    old     | care    | 40
    old     | repairs | 20
    old     | __all__ | 40
    young   | care    | 30
    young   | repairs | 20
    young   | __all__ | 50
"""


def test_a_category_that_holds_the_whole_group_is_unsafe_whatever_the_group_is_in_besides() -> None:
    assert against(BY_SEGMENT, "segment", SERVICE) == {"old care": [WHOLE]}


def test_only_sensitive_dimensions_count() -> None:
    assert against(BY_SEGMENT, "segment", SERVICE, sensitive=("month",)) == {}


ALONE = """
    service | people
    --------+-------
    care    | 40
    __all__ | 40
"""


def test_a_category_that_stands_alone_tells_by_standing_alone_unless_zeros_are_secret() -> None:
    assert against(ALONE, SERVICE) == {}
    assert against(ALONE, SERVICE, zeros="sampled") == {"care": [WHOLE]}


def test_nobody_of_a_group_is_a_secret_only_where_zeros_are() -> None:
    drawing = ALONE + "repairs | 0\n"
    assert against(drawing, SERVICE) == {"repairs": ["few people"]}
    assert against(drawing, SERVICE, zeros="sampled") == {"care": [WHOLE], "repairs": ["few people", NOBODY]}


def test_a_share_of_nobody_is_flagged_where_zeros_are_secret() -> None:
    drawing = "area | people | people_with\na | 50 | 0\nb | 50 | 20"
    assert against(drawing, "area") == {}
    assert against(drawing, "area", zeros="sampled") == {"a": ["nobody behind the figure"]}


GROUPED = """
    service  | people
    ---------+-------
    repairs  | 30
    tenancy  | 12
    housing  | 30
    care     | 25
    __all__  | 50
"""


def test_a_group_of_categories_is_a_group_of_people() -> None:
    parts = {"repairs": "housing", "tenancy": "housing"}
    grouped = Dimension("service", totalled=True, people_additive=False, count_additive=True, parents=parts)
    assert against(GROUPED, grouped) == {"repairs": [WHOLE]}
    assert against(GROUPED, SERVICE) == {}


def test_fewer_categories_than_asked_make_every_category_unsafe() -> None:
    flagged = {"old care": [WHOLE, FEW], "old repairs": [FEW], "young care": [FEW], "young repairs": [FEW]}
    assert against(BY_SEGMENT, "segment", SERVICE, least_categories=3) == flagged
    assert against(BY_SEGMENT, "segment", SERVICE, least_categories=2) == {"old care": [WHOLE]}


def test_by_entropy_a_category_of_few_counts_little() -> None:
    even = "service | people\ncare | 30\nrepairs | 30\n__all__ | 60"
    uneven = "service | people\ncare | 50\nrepairs | 10\n__all__ | 60"
    asked = {"least_categories": 2, "diversity": "entropy"}
    assert against(even, SERVICE, **asked) == {}
    assert against(uneven, SERVICE, **asked) == {"care": [FEW], "repairs": [FEW]}
    assert against(uneven, SERVICE, least_categories=2) == {}


def test_what_is_not_known_of_people_counts_against_the_category() -> None:
    unknown = "service | people | count\ncare | | 9\nrepairs | 30 | 30\n__all__ | 60 | 60"
    assert WHOLE in against(unknown, SERVICE)["care"]
    lost = "service | people\ncare | 30\nrepairs | 30"
    assert against(lost, SERVICE) == {"care": [WHOLE], "repairs": [WHOLE]}


def test_every_dimension_with_a_total_is_either_sensitive_or_telling() -> None:
    made = [*BREAKDOWN_DIMENSIONS.values(), *(each for own in OWN_DIMENSIONS.values() for each in own)]
    names = {each.name for each in made if each.totalled}
    assert names == {*SENSITIVE, *TELLING}
    # Routes are chosen so that each has enough people: a group of them would be another choice. Ages are bands.
    assert names == {*HIERARCHICAL_DIMENSIONS, "route", "age"}
    assert not set(SENSITIVE) & set(TELLING)


@pytest.mark.parametrize(
    "weak",
    [
        {"dominance_percent": 91},
        {"dominance_people": 0},
        {"estimate_percent": 4},
        {"least_categories": 1},
        {"sensitive": ()},
        {"zeros": "ignored"},
    ],
)
def test_no_rule_can_be_turned_off(weak: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        said(**weak)


def test_a_group_that_holds_both_bodies_of_a_refused_pair_is_that_pair() -> None:
    council = {"revenues": "council", "housing": "council"}
    body = Dimension("from_body", totalled=True, people_additive=False, count_additive=True, parents=council)
    other = Dimension("to_body", totalled=True, people_additive=False, count_additive=True)
    drawing = """
        from_body | to_body | people
        ----------+---------+-------
        revenues  | prison  | 50
        council   | prison  | 50
        housing   | prison  | 50
        council   | health  | 50
    """
    pair = ["pair without a gateway"]
    found = against(drawing, body, other, refused_pairs=(("prison", "revenues"),), sensitive=("service",))
    assert found == {"revenues prison": pair, "council prison": pair}
    both = against(drawing, body, other, refused_pairs=(("housing", "revenues"),), sensitive=("service",))
    assert both == {"council prison": pair, "council health": pair}
