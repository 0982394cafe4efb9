"""The register beside the keys says what the log says; whatever else it says is refused."""

from dataclasses import replace

import pytest

from config.errors import KeyFileError
from flows.audit import key_facts, release_facts
from flows.audit.entry import Entry
from flows.audit.key_words import RevocationReason
from flows.keys.lives import KeyLife, Lives, lives
from flows.keys.register import agreed
from tests.support.turns import chained, says

NAMES = ("linkage", "spine")
STORY = [
    release_facts.key_made(key="linkage", key_id="k1"),
    release_facts.key_made(key="spine", key_id="s1"),
    key_facts.secret_rotated(key="linkage", key_id="k2", previous_key_id="k1", from_period="2026-Q3"),
    key_facts.key_revoked(key="linkage", key_id="k1", reason=RevocationReason.LEAKED),
]
TOLD: list[Entry] = chained([says(each, "custody") for each in STORY]).entries
KNOWN = lives(TOLD)


def held(registered: Lives, entries: list[Entry] = TOLD, *, is_shared: bool = False) -> Lives:
    return agreed(entries, registered, NAMES, is_shared=is_shared)


def test_a_register_of_now_or_of_before_and_none_at_all_change_nothing() -> None:
    for registered in (KNOWN, {}, *(lives(TOLD[:place]) for place in range(1, len(TOLD)))):
        assert held(registered) == KNOWN


LIES: dict[str, Lives] = {
    "a key that nobody made": {**KNOWN, "k9": KeyLife("linkage", "k9", made="2026-03-02", active_from="2026")},
    "a key of another use": {**KNOWN, "r1": KeyLife("record-housing", "r1", made="2026-03-02")},
    "another reason": {**KNOWN, "k1": replace(KNOWN["k1"], reason="superseded")},
    "a good key revoked": {**KNOWN, "s1": replace(KNOWN["s1"], revoked="2026-03-02", reason="lost")},
    "a key destroyed": {**KNOWN, "s1": replace(KNOWN["s1"], destroyed="2026-03-02")},
    "another first period": {**KNOWN, "k2": replace(KNOWN["k2"], active_from="2025")},
    "another day": {**KNOWN, "k1": replace(KNOWN["k1"], made="2020-01-01")},
    "another name": {**KNOWN, "s1": replace(KNOWN["s1"], name="linkage")},
    "a key left out": {key_id: life for key_id, life in KNOWN.items() if key_id != "k1"},
    "two times at once": {**lives(TOLD[:2]), "k2": KNOWN["k2"]},
}


@pytest.mark.parametrize("name", LIES)
def test_a_register_that_says_what_the_log_does_not_is_refused(name: str) -> None:
    with pytest.raises(
        KeyFileError, match=r"register\.json says of keys what the log does not.*'desirelines keys show'"
    ):
        held(LIES[name])


def test_a_zone_with_a_log_of_its_own_needs_the_register_and_what_it_says_against_a_key_holds() -> None:
    own = TOLD[:1]
    assert set(held(KNOWN, own)) == set(KNOWN)
    assert held(KNOWN, own)["k1"].reason == "leaked"
    with pytest.raises(KeyFileError, match="what the log does not"):
        held(KNOWN, own, is_shared=True)
