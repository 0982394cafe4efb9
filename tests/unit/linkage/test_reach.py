"""How many pairs of one person share a token, foretold and counted."""

import numpy as np
import pytest

from config.settings import LinkageSettings
from linkage.link import link, united
from linkage.quality import expected
from linkage.reach import reach, reached
from linkage.weigh import Weighed, weigh
from tests.support.drawn_people import drawn
from tests.support.token_bundles import people_bundle

SETTINGS = LinkageSettings()
FIELDS = ("first_name", "last_name", "dob", "postcode")
ALL = dict.fromkeys(FIELDS, 1.0)
ERRORS = 0.12
HELD = drawn(3_000, errors=ERRORS, seed=3)


@pytest.fixture(scope="module")
def weighed() -> Weighed:
    return weigh([people_bundle(name, HELD[place][0]) for place, name in enumerate("ab")], SETTINGS)


def test_who_shares_no_token_is_foretold(weighed: Weighed) -> None:
    same = len(set(HELD[0][1]) & set(HELD[1][1]))
    who = {(name, place + 1): person for name, (_, known) in zip("ab", HELD, strict=True)
           for place, person in enumerate(known)}  # fmt: skip
    truth = np.array([who[str(each)[0], int(str(each)[1:])] for each in weighed.records.client_id])
    met = int((truth[weighed.left] == truth[weighed.right]).sum())
    assert reached(weighed, {"a": ALL, "b": ALL}) == pytest.approx(met / same, abs=0.02)
    assert met / same < 0.95


def test_fields_that_a_body_lacks_are_out_of_reach(weighed: Weighed) -> None:
    whole, without_half, without = (
        reached(weighed, {"a": {**ALL, "last_name": share, "first_name": share}, "b": ALL})
        for share in (1.0, 0.5, 0.0)
    )
    assert whole is not None
    assert without_half is not None
    assert without_half < 0.8 * whole
    assert without is None


def test_bodies_that_share_nobody_have_no_figure() -> None:
    one, other = drawn(60, bodies=2, share=0.5, seed=9)
    apart = [{**person, "first": f"x{person['first']}", "dob": f"x{person['dob']}"} for person in other[0]]
    found = weigh([people_bundle("a", one[0]), people_bundle("b", apart)], SETTINGS)
    assert np.isnan(reach(found, {"a": ALL, "b": ALL})).all()
    assert reached(found, {"a": ALL, "b": ALL}) is None


def test_recall_of_all_is_recall_among_candidates_times_reach(weighed: Weighed) -> None:
    person = united(weighed, least_probability=0.95).person
    figures = expected(weighed, person, 0.8)
    assert figures["recall_of_all"] == pytest.approx(0.8 * figures["recall"], abs=1e-5)
    assert "recall_of_all" not in expected(weighed, person)


def test_linkage_tells_the_recall_of_all_at_each_threshold() -> None:
    bodies = [people_bundle(name, HELD[place][0][:300], completeness=ALL) for place, name in enumerate("ab")]
    quality = link(bodies, SETTINGS).facts["quality"]
    for suffix in ("", "_low", "_high"):
        assert 0 < quality[f"recall_of_all{suffix}"] <= quality[f"recall{suffix}"]
