"""Drawn events, some of which people have not agreed to have linked."""

from collections.abc import Mapping

import polars as pl
import pytest

from config.consent import ConsentSettings
from config.settings import Project
from linkage.journeys import measure
from tests.unit.linkage_journeys.test_journeys_tables import events, project, spine

DRAWN = """
    housing p1 0 consent_scope=yes
    nhs p1 1 consent_scope=no
    housing p2 0
    nhs p2 1 consent_scope=yes
    benefits p3 2
"""
KNOWN = ("housing p1", "nhs p1", "housing p2", "nhs p2", "benefits p3", "housing p4", "nhs p4")


def asked(*tables: str, consent: Mapping[str, object] | None) -> Project:
    settled = project(*tables)
    words = settled.words.model_copy(update={"consent_scope": {"yes": "Y", "no": "N"}})
    said = None if consent is None else ConsentSettings.model_validate(consent)
    return settled.model_copy(update={"words": words, "consent": said})


@pytest.mark.parametrize(
    ("consent", "left", "out", "shared"),
    [
        (None, 5, 0, 3),
        # p1 is known to housing alone, p2 to the hospital alone, and p4, without any event, to nobody.
        ({"scopes": ("yes",)}, 2, 3, 0),
        ({"scopes": ("yes",), "unstated": "kept"}, 4, 1, 2),
        ({"scopes": ("yes", "no"), "unstated": "kept"}, 5, 0, 3),
    ],
)
def test_events_without_consent_are_left_out_and_counted(
    consent: Mapping[str, object] | None, left: int, out: int, shared: int
) -> None:
    found = measure(spine(*KNOWN), events(DRAWN), asked("journeys", "overlap", consent=consent))
    assert (found.facts["events"], found.facts["events_without_consent"]) == (left, out)
    pairs = found.tables[1].cells.filter((pl.col("body") == "housing") & (pl.col("other_body") == "nhs"))
    assert pairs["people"].sum() == shared


def test_a_body_that_states_no_consent_has_none() -> None:
    given = {
        body: (frame, tuple(name for name in supplied if name != "consent_scope"))
        for body, (frame, supplied) in events(DRAWN).items()
    }
    found = measure(spine(*KNOWN), given, asked("journeys", consent={"scopes": ("yes",)}))
    assert (found.facts["events"], found.facts["events_without_consent"]) == (0, 5)
