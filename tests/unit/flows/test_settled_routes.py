"""Tables measured under other settings of routes or consent are not taken for those of the project as it is."""

from config.consent import ConsentSettings
from config.routes import RouteSettings
from config.settings import Project
from flows.settled import measuring_settings
from tests.unit.linkage_journeys.test_journeys_tables import project


def fewer(settled: Project) -> Project:
    return settled.model_copy(update={"disclosure": settled.disclosure.model_copy(update={"least_people": 9})})


def test_routes_and_the_least_people_count_where_a_table_tells_routes() -> None:
    asked, unasked = project("routes"), project("journeys")
    listed = {"routes": RouteSettings(categories=("housing",))}
    found = [asked, fewer(asked), asked.model_copy(update=listed)]
    assert len({measuring_settings(each) for each in found}) == 3
    without = [unasked, fewer(unasked), unasked.model_copy(update=listed)]
    assert len({measuring_settings(each) for each in without}) == 1


def test_consent_counts_where_it_is_asked_for() -> None:
    asked = [None, ConsentSettings(scopes=("care",)), ConsentSettings(scopes=("care",), unstated="kept")]
    found = {measuring_settings(project("journeys").model_copy(update={"consent": each})) for each in asked}
    assert len(found) == 3
