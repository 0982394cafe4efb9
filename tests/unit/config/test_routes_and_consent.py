"""Settings of routes and of consent: what they may say, and what is said of what they may not."""

import pytest
from pydantic import ValidationError

from config.consent import ConsentSettings, consent_faults
from config.routes import RouteSettings, route_faults, route_of

BODIES = ("benefits", "housing", "nhs")


@pytest.mark.parametrize(
    "text", ["housing", "housing>nhs", "housing>nhs>housing>…", "{housing, nhs}", "{housing, nhs, …}"]
)
def test_a_route_is_read_as_it_is_written(text: str) -> None:
    assert str(route_of(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "…", "housing>", "housing>housing", "{housing}", "{nhs, housing}", "{housing,nhs}", "Housing", "{…}"],
)
def test_what_is_no_route_is_refused(text: str) -> None:
    assert route_of(text) is None
    with pytest.raises(ValidationError, match="routes such as"):
        RouteSettings(categories=(text,))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (RouteSettings(categories=("housing", "police>…")), "'police' is not a body of this project"),
        (RouteSettings(categories=("nhs>benefits>housing",)), "'nhs' and 'housing' have no gateway to each other"),
        (RouteSettings(categories=("nhs>benefits",), most_bodies=1), "at most 1 bodies in a route"),
        (RouteSettings(categories=("nhs", "nhs")), "a route stands twice"),
        (RouteSettings(categories=("nhs", "housing"), most_categories=1), "at most 1 routes"),
        (RouteSettings(), "under 'differential_privacy' they may not be chosen from the data"),
    ],
)
def test_routes_that_do_not_fit_the_project_are_faults(settings: RouteSettings, said: str) -> None:
    found = list(route_faults(settings, BODIES, [("nhs", "housing")], must_be_listed=True))
    assert len(found) == 1
    assert found[0][0] == ("routes", "categories")
    assert said in found[0][1]


def test_chosen_routes_are_no_fault_elsewhere() -> None:
    assert not list(route_faults(RouteSettings(), BODIES, [], must_be_listed=False))


def test_consent_is_stated_in_the_words_of_the_project() -> None:
    assert ConsentSettings(scopes=("care",)).unstated == "left_out"
    found = list(consent_faults(ConsentSettings(scopes=("care", "care", "study")), ["care"]))
    assert [said for _, said in found] == [
        "'study' is not a word of [words.consent_scope]",
        "a scope stands twice",
    ]
    with pytest.raises(ValidationError):
        ConsentSettings(scopes=())
    with pytest.raises(ValidationError):
        ConsentSettings.model_validate({"scopes": ("care",), "unstated": "ignored"})
