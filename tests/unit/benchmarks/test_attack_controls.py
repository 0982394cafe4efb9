"""An attack whose control fails is no attack: on weak encodings each must find many."""

import pytest

from benchmarks.attacks.claims import Score
from benchmarks.attacks.measured import measured
from benchmarks.attacks.scenario import Situation

PEOPLE = 4_000


def scores(
    profile: str, *attacks: str, people: int = PEOPLE, overlap: float = 1.0, **also: object
) -> dict[str, Score]:
    situation = Situation(people=people, profile=profile, **also)  # type: ignore[arg-type]
    return {each.attack: each.score for each in measured(situation, [overlap], list(attacks))}


def test_tokens_of_single_fields_identify_nearly_everybody_by_colours() -> None:
    found = scores("single-fields", "colours", "frequency")
    assert found["colours"].identified > 95
    assert found["colours"].wrong == 0
    assert found["frequency"].identified > 1


def test_enclave_tokens_identify_many_by_colours() -> None:
    assert scores("enclave", "colours-beside", most_clients=50)["colours-beside"].identified > 80


def test_public_frequencies_name_common_surnames() -> None:
    found = scores("single-fields", "frequency-public")["frequency-public"]
    assert found.right > 0


def test_gaps_that_the_list_knows_of_identify_records_by_what_travels_beside_tokens() -> None:
    found = scores("strict", "beside", recording="copy", bodies=("everybody:housing",))["beside"]
    assert found.right > 0
    assert found.wrong == 0


@pytest.mark.parametrize("attack", ["beside", "colours-beside", "frequency-beside"])
def test_people_who_are_not_on_the_list_are_never_counted_as_found(attack: str) -> None:
    found = scores("single-fields", attack, people=600, overlap=0.0)[attack]
    assert (found.right, found.listed) == (0, 0)
