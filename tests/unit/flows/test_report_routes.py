"""Routes in words."""

import pytest

from flows.report.route_labels import route_label

BODIES = {"housing": "City Homes", "benefits": "Benefits Office", "nhs": "The Hospital"}


@pytest.mark.parametrize(
    ("word", "label"),
    [
        ("housing", "City Homes"),
        ("housing>benefits", "City Homes → Benefits Office"),
        ("housing>…", "City Homes → …"),
        ("{benefits, housing}", "Benefits Office and City Homes, in any order"),
        ("{benefits, housing, nhs}", "Benefits Office, City Homes and The Hospital, in any order"),
        ("{benefits, housing, …}", "Benefits Office, City Homes and others, in any order"),
        ("__other__", "Other routes"),
        ("housing>police", "City Homes → police"),
        ("no route", "no route"),
    ],
)
def test_routes_are_told_with_the_titles_of_their_bodies(word: str, label: str) -> None:
    assert route_label(word, BODIES) == label
