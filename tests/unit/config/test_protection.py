import json

import pytest
from pydantic import ValidationError

from config.disclosure import DisclosureSettings
from config.protection import most_never_shown
from config.terms import Method

LIMITS = {"least_people": 10, "least_bodies": 1, "protection": 5, "refused_pairs": []}
PARAMETERS = {
    "rounding": {"base": 10},
    "controlled_rounding": {"base": 10},
    "cell_key": {"most_deviation": 5, "variance": 4.0},
    "differential_privacy": {"epsilon": 1.0, "total_epsilon": 2.0, "most_cells_per_person": 4},
}


def read(**said: object) -> DisclosureSettings:
    return DisclosureSettings.model_validate_json(json.dumps({**LIMITS, **said}))


def fault(**said: object) -> str:
    with pytest.raises(ValidationError) as caught:
        read(**said)
    return str(caught.value.errors()[0]["msg"])


def test_a_project_that_names_no_method_suppresses() -> None:
    assert read().method is Method.SUPPRESSION


@pytest.mark.parametrize("method", PARAMETERS)
def test_each_method_has_parameters_of_its_own(method: str) -> None:
    assert read(method=method, **{method: PARAMETERS[method]}).method == method


@pytest.mark.parametrize("method", PARAMETERS)
def test_a_method_without_its_parameters_is_refused(method: str) -> None:
    assert f"a section [disclosure.{method}]" in fault(method=method)


@pytest.mark.parametrize("method", PARAMETERS)
def test_parameters_of_a_method_that_is_not_chosen_are_refused(method: str) -> None:
    assert f"no section [disclosure.{method}]" in fault(**{method: PARAMETERS[method]})


def test_an_unknown_method_is_refused() -> None:
    assert "suppression" in fault(method="none")


def test_every_parameter_is_required() -> None:
    for method, parameters in PARAMETERS.items():
        for name in parameters:
            rest = {each: value for each, value in parameters.items() if each != name}
            assert "required" in fault(method=method, **{method: rest})


@pytest.mark.parametrize(
    ("method", "changed", "said"),
    [
        ("rounding", {"base": 4}, "greater than or equal to 5"),
        ("rounding", {"base": 5}, "greater than protection"),
        ("controlled_rounding", {"base": 9}, "least_people or more"),
        ("cell_key", {"most_deviation": 4}, "most_deviation of 5 or more"),
        ("cell_key", {"variance": 0.5}, "greater than or equal to 1"),
        ("cell_key", {"variance": 9.0}, "third of most_deviation squared"),
        ("differential_privacy", {"epsilon": 11.0}, "less than or equal to 10"),
        ("differential_privacy", {"epsilon": 0.0}, "greater than 0"),
        ("differential_privacy", {"epsilon": 2.5}, "total_epsilon or less"),
        ("differential_privacy", {"most_cells_per_person": 0}, "greater than or equal to 1"),
    ],
)
def test_parameters_that_are_too_weak_are_refused(method: str, changed: dict[str, float], said: str) -> None:
    assert said in fault(method=method, **{method: {**PARAMETERS[method], **changed}})


def test_the_least_number_that_is_shown_follows_from_the_method() -> None:
    shown = {method: read(method=method, **{method: each}).least_shown for method, each in PARAMETERS.items()}
    assert read().least_shown == 10
    assert shown == {"rounding": 5, "controlled_rounding": 0, "cell_key": 0, "differential_privacy": 0}


@pytest.mark.parametrize(("deviation", "least", "never"), [(5, 10, 4), (9, 10, 0), (20, 10, 0), (3, 6, 2)])
def test_what_is_shown_may_always_stand_for_the_least_number_of_people(
    deviation: int, least: int, never: int
) -> None:
    assert most_never_shown(deviation, least) == never
    assert never + 1 + deviation >= least
