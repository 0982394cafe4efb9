"""What the log lets parties say of what they hand to each other."""

from dataclasses import replace

import pytest

from config.errors import AuditError
from config.terms import Action
from flows.audit.entry import OUTSIDE_ANY_RUN
from flows.audit.facts import Facts
from flows.audit.order import replayed
from flows.audit.passing import Passed, handed, handed_over, last_passed, log_taken_over, taken_over
from flows.audit.release_facts import key_made
from tests.support.audit_story import digest, written

BUNDLE = Passed(
    sender="housing", receiver="linkage_unit", bundle_kind="tokens", of="housing", number=2,
    bundle=digest("tokens"), contents=digest("contents"), container=digest("container"),
)  # fmt: skip
BEGUN = key_made(key="log", key_id="0" * 32)
PASSES = log_taken_over(sender="housing", receiver="linkage_unit", number=2, container=digest("log"))
STORY = [BEGUN, handed_over(BUNDLE), PASSES, taken_over(BUNDLE)]


def after(story: list[Facts]) -> None:
    _, checkpoints = written([(each, "ann", "project", OUTSIDE_ANY_RUN) for each in story])
    replayed(each.entry for each in checkpoints if each.entry is not None)


def test_a_bundle_is_handed_over_the_log_goes_on_and_the_bundle_is_taken_over() -> None:
    after(STORY)
    after([BEGUN, handed_over(BUNDLE), PASSES, taken_over(BUNDLE), taken_over(BUNDLE)])


@pytest.mark.parametrize(
    ("story", "match"),
    [
        ([handed_over(BUNDLE)], "number is not the entry's"),
        ([BEGUN, BEGUN, PASSES, taken_over(BUNDLE)], "another number of entries|not what was last"),
        ([BEGUN, BEGUN, taken_over(BUNDLE)], "not what was last handed over"),
        ([BEGUN, handed_over(BUNDLE), BEGUN, PASSES], "another number of entries"),
        ([*STORY[:3], taken_over(replace(BUNDLE, container=digest("another")))], "not what was last handed over"),
        ([*STORY[:3], taken_over(replace(BUNDLE, receiver="analysis_unit"))], "another party has the log"),
        ([*STORY[:3], handed_over(replace(BUNDLE, number=4))], "another party has the log"),
        (
            [*STORY, log_taken_over(sender="housing", receiver="benefits", number=4, container=digest("log"))],
            "another party had the log",
        ),
        (
            [BEGUN, handed_over(BUNDLE), handed_over(replace(BUNDLE, number=3)), taken_over(BUNDLE)],
            "not what was last handed over",
        ),
    ],
)
def test_what_did_not_happen_like_this_may_not_stand_in_the_log(story: list[Facts], match: str) -> None:
    with pytest.raises(AuditError, match=match):
        after(story)


def test_the_way_of_a_bundle_is_found_from_the_stage_that_used_it() -> None:
    _, checkpoints = written([(each, "ann", "project", OUTSIDE_ANY_RUN) for each in [*STORY, BEGUN]])
    entries = [each.entry for each in checkpoints if each.entry is not None]
    found = list(handed(entries[-1], entries, BUNDLE.bundle))
    assert [(each.action, each.seq) for each in found] == [(Action.TAKEN_OVER, 4), (Action.HANDED_OVER, 2)]
    assert not list(handed(entries[-1], entries, digest("another")))
    whose = ("housing", "linkage_unit", "tokens", "housing")
    assert last_passed(entries, Action.TAKEN_OVER, *whose) == BUNDLE
    assert last_passed(entries, Action.TAKEN_OVER, "housing", "linkage_unit", "events", "housing") is None
