"""A shared id that is held out of linkage: it stands in no composite, and alone in tokens of its own."""

import hmac

import polars as pl
import pytest

from anonymise.composites import composites
from anonymise.encode import Encoded, encode
from anonymise.keys import derive, length_prefixed, secret
from config.bundles import TRUTH
from config.errors import SettingsError
from config.fields import PEOPLE_COLUMNS
from config.frames import PEOPLE
from config.terms import ProfileName

LINKAGE = secret("linkage", bytes.fromhex("5f0b6d1fe2a93c47880e51b7d4c6923a0fbb7e64a85d12c9f3e07a2b96418dc5"))
RECORD = secret("record", bytes.fromhex("c1e49a70b3572d8f64f81a0de95ab37c2286d04fb97e13c85a6fd0417be8932c"))
OTHER = secret("other", bytes.fromhex("a7d03f5c18e94b62d1f07a3e9c48b65502eef6137bd9840caa215fe43c6d7098"))
NUMBERS = ("943 476 5919", "401 023 2137")


def encoded(
    *rows: dict[str, str], truth: str | None = "nhs_number", people: int = 20_000,
    profile: ProfileName = ProfileName.STRICT, record: object = RECORD, most: int = 50,
) -> Encoded:  # fmt: skip
    extract = pl.DataFrame(
        [{name: row.get(name) for name in PEOPLE_COLUMNS} for row in rows], schema=PEOPLE.columns
    )
    return encode(
        extract, secret=LINKAGE, record_secret=record, project="roads", period="2026", profile=profile,
        population=people, unique_clients=False, most_clients_per_token=most, truth=truth,
    )  # fmt: skip


def person(ref: str, number: str | None = None, first: str = "Ann") -> dict[str, str]:
    held = {} if number is None else {"nhs_number": number}
    return {"client_ref": ref, "first_name": first, "last_name": "Ashe", "dob": "1980-02-01", "sex": "f", **held}


def test_a_held_out_id_stands_in_no_composite_and_its_agreement_is_not_told() -> None:
    made, linked_on = encoded(person("1", NUMBERS[0])), encoded(person("1", NUMBERS[0]), truth=None)
    assert any("nhs_number.exact" in parts for parts in linked_on.composites.values())
    assert not any("nhs_number.exact" in parts for parts in made.composites.values())
    assert set(made.tokens.columns) == {"record_id", "row", *made.composites, TRUTH}
    assert "nhs_number" not in made.agreement
    assert TRUTH not in linked_on.tokens.columns


def test_its_token_is_an_hmac_under_a_key_of_its_own() -> None:
    made = encoded(person("1", NUMBERS[0]), person("2"))
    key = derive(LINKAGE, "truth", "1", "roads", "2026", "nhs_number.exact")
    canonical = NUMBERS[0].replace(" ", "")
    token = int.from_bytes(hmac.digest(key, length_prefixed((canonical,)), "sha256")[:8], "big")
    assert sorted(made.tokens[TRUTH].to_list(), key=str) == sorted([token, None], key=str)


def test_two_bodies_have_the_same_token_for_the_same_id_only() -> None:
    here = encoded(person("1", NUMBERS[0]), person("2", NUMBERS[1], "Bea")).tokens
    there = encoded(person("x", NUMBERS[0], "Cat"), record=OTHER).tokens
    assert there[TRUTH].item() in here[TRUTH].to_list()
    assert here[TRUTH].n_unique() == 2


def test_an_id_that_more_clients_share_than_allowed_is_withheld() -> None:
    made = encoded(*(person(str(number), NUMBERS[0], f"Ann{number}") for number in range(3)), most=2)
    assert made.tokens[TRUTH].null_count() == 3
    assert made.withheld[TRUTH] == 1


@pytest.mark.parametrize(
    ("field", "profile", "people", "fits"),
    [
        ("nhs_number", ProfileName.STRICT, 14_000_000, True),
        ("nhs_number", ProfileName.STRICT, 15_000_000, False),
        ("nino", ProfileName.STRICT, 4_000_000, True),
        ("nino", ProfileName.STRICT, 5_000_000, False),
        ("ssn", ProfileName.STRICT, 300_000, False),
        ("ssn", ProfileName.ENCLAVE, 1_000_000, True),
    ],
)
def test_an_id_that_says_too_little_for_so_many_people_is_refused(
    field: str, profile: ProfileName, people: int, fits: bool
) -> None:
    if fits:
        assert TRUTH in encoded(person("1"), truth=field, profile=profile, people=people).tokens.columns
    else:
        with pytest.raises(SettingsError, match=rf"linkage\.truth: '{field}' alone holds"):
            encoded(person("1"), truth=field, profile=profile, people=people)


def test_others_stand_in_for_the_composites_that_are_not_sent() -> None:
    whole, part = (composites(ProfileName.ENCLAVE, 20_000, held_out=held) for held in (None, "nino"))
    assert not any(level.startswith("nino.") for levels in part.values() for level in levels)
    assert len(part) > sum(not any(level.startswith("nino.") for level in levels) for levels in whole.values())
