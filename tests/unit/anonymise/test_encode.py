import hashlib
import hmac

import polars as pl
import pytest

from anonymise.agreement import agreement
from anonymise.encode import Encoded, encode, netstring, tokens
from anonymise.features import features
from anonymise.keys import derive, secret
from anonymise.normalise import normalise
from config.fields import PEOPLE_COLUMNS
from config.frames import PEOPLE
from config.terms import ProfileName

LINKAGE = secret("linkage", bytes.fromhex("5f0b6d1fe2a93c47880e51b7d4c6923a0fbb7e64a85d12c9f3e07a2b96418dc5"))
RECORD = secret("record", bytes.fromhex("c1e49a70b3572d8f64f81a0de95ab37c2286d04fb97e13c85a6fd0417be8932c"))


def extract(*rows: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in PEOPLE_COLUMNS} for row in rows], schema=PEOPLE.columns)


def encoded(
    *rows: dict[str, str],
    most: int = 50,
    unique: bool = False,
    period: str = "2026",
    key_period: str | None = None,
) -> Encoded:
    return encode(
        extract(*rows), secret=LINKAGE, record_secret=RECORD, project="roads", period=period,
        profile=ProfileName.STRICT, population=20_000, unique_clients=unique,
        most_clients_per_token=most, key_period=key_period,
    )  # fmt: skip


def person(ref: str, first: str, dob: str = "1980-02-01") -> dict[str, str]:
    return {"client_ref": ref, "first_name": first, "last_name": "Ashe", "dob": dob, "sex": "f"}


def test_tokens_are_the_first_64_bits_of_an_hmac() -> None:
    key = derive(LINKAGE, "test")
    parts = pl.DataFrame({"a": ["é", "x", None, ""], "b": ["1", "2", "3", "4"]})
    made = tokens(parts.select(netstring("a"), netstring("b")), key)
    expected = [
        int.from_bytes(hmac.digest(key, message, hashlib.sha256)[:8])
        for message in ("2:é1:1".encode(), b"1:x1:2", b"0:1:4")
    ]
    assert made.dtype == pl.UInt64
    assert made.to_list() == [expected[0], expected[1], None, expected[2]]


def test_a_missing_part_gives_no_token() -> None:
    made = encoded({"client_ref": "1", "first_name": "Ann", "last_name": "Ashe"}, person("2", "Ann"))
    for name, parts in made.composites.items():
        column = made.tokens.get_column(name)
        assert column.null_count() == (1 if "dob" in name or "sex" in name else 0) or any(
            part.partition(".")[0] not in ("first_name", "last_name", "names", "dob", "sex") for part in parts
        )


def test_a_client_of_several_versions_has_several_rows_of_one_record() -> None:
    made = encoded(person("1", "Ann"), person("1", "Anne"), person("1", "ANN"), person("2", "Bea"))
    assert made.clients == 2
    assert sorted(made.tokens.group_by("record_id").len()["len"]) == [1, 2]
    assert sorted(made.tokens["row"]) == [0, 0, 1]


def test_a_client_without_any_token_still_has_a_row() -> None:
    made = encoded({"client_ref": "1"}, {"client_ref": "2", "sex": "f"}, person("3", "Ann"), {"client_ref": "3"})
    assert made.tokens.height == 3
    assert made.clients == 3


def test_tokens_that_many_clients_share_are_withheld_and_counted() -> None:
    rows = [person(str(number), "Ann") for number in range(4)]
    shared, capped = encoded(*rows, most=4), encoded(*rows, most=3)
    held = [name for name in shared.composites if shared.tokens.get_column(name).null_count() == 0]
    assert held
    assert sum(shared.withheld.values()) == 0
    assert {name: capped.withheld[name] for name in held} == dict.fromkeys(held, 1)
    assert all(capped.tokens.get_column(name).null_count() == 4 for name in held)


def test_a_body_with_unique_clients_sends_no_token_twice() -> None:
    made = encoded(person("1", "Ann"), person("2", "Ann"), person("3", "Zoe"), unique=True)
    assert sum(made.withheld.values()) > 0
    for name in made.composites:
        held = made.tokens.get_column(name).drop_nulls()
        assert held.n_unique() == held.len()


def test_versions_of_one_client_are_one_client_for_the_limit() -> None:
    rows = [{**person("1", "Ann"), "place": place} for place in ("A", "B", "C")] + [person("2", "Ann")]
    assert sum(encoded(*rows, most=2).withheld.values()) == 0


def test_agreement_counts_pairs_of_clients_by_their_first_common_level() -> None:
    rows = [person("1", "Ann"), person("2", "Ann"), person("3", "Annie"), person("4", "Zoe", "1980-05-06")]
    found = agreement(features(normalise(extract(*rows))))
    names = found["first_name"]
    total = 6 + 0.5 * 7
    assert names["exact"] == pytest.approx(1.5 / total)
    assert names["nickname"] == pytest.approx(2.5 / total)
    assert names["different"] == pytest.approx(3.5 / total)
    assert found["dob"]["exact"] == pytest.approx(3.5 / total)
    assert found["dob"]["year"] == pytest.approx(3.5 / total)
    assert "postcode" not in found


def test_levels_that_nobody_holds_have_no_agreement_number() -> None:
    rows = [{"client_ref": "1", "postcode": "2600"}, {"client_ref": "2", "postcode": "2601"}]
    assert set(agreement(features(normalise(extract(*rows))))["postcode"]) == {"sector", "district", "different"}


def test_what_of_a_home_goes_together_is_counted_together() -> None:
    home = {"house": "1", "street": "High Street", "postcode": "ZK1 1AA", "place": "Vectoring"}
    rows = [
        {"client_ref": "1", **home},
        {"client_ref": "2", **home},
        {"client_ref": "3", **home, "house": "2", "postcode": "ZK1 1AB"},
        {"client_ref": "4", **home, "postcode": "ZK9 9ZZ"},
        {"client_ref": "5", "place": "Vectoring"},
    ]
    found = agreement(features(normalise(extract(*rows))))["home"]
    pairs = 6 + 1
    assert found["house_in_sector"] == pytest.approx(1.5 / pairs)
    assert found["street_in_sector"] == pytest.approx(3.5 / pairs)
    assert found["place_in_unit"] == pytest.approx(1.5 / pairs)
    assert found["place_in_sector"] == found["place_in_district"] == pytest.approx(3.5 / pairs)
    assert "home" not in agreement(features(normalise(extract({"client_ref": "1", "place": "Vectoring"}))))


def test_agreement_draws_one_version_of_each_client() -> None:
    rows = [person("1", "Ann"), person("1", "Zoe"), person("2", "Ann")]
    names = agreement(features(normalise(extract(*rows))))["first_name"]
    assert names["exact"] == pytest.approx((0.5 + 0.5) / (1 + 0.5 * 7))
    assert names["different"] == pytest.approx((0.5 + 0.5) / (1 + 0.5 * 7))


def test_completeness_is_the_share_of_rows_that_hold_a_field() -> None:
    made = encoded(person("1", "Ann"), {"client_ref": "2", "last_name": "Ashe"})
    assert made.completeness["first_name"] == 0.5
    assert made.completeness["last_name"] == 1.0
    assert made.completeness["nino"] == 0.0


def test_an_empty_extract_gives_an_empty_bundle() -> None:
    made = encoded()
    assert (made.tokens.height, made.map.height, made.clients, made.agreement) == (0, 0, 0, {})
    assert set(made.tokens.columns) == {"record_id", "row", *made.composites}


def test_parts_of_a_name_give_tokens_but_count_for_nothing_else() -> None:
    rows = [person("1", "Ann"), person("2", "Zoe")]
    double, single, whole = (
        encoded({**rows[0], "last_name": name}, rows[1]) for name in ("Smith-Jones", "Smith", "Smithjones")
    )
    for made in (double, whole):
        assert (made.clients, made.agreement, made.completeness) == (
            whole.clients, whole.agreement, whole.completeness
        )  # fmt: skip
    ours, theirs = (
        set(made.tokens.select(sorted(made.composites)).unpivot()["value"]) for made in (double, single)
    )
    assert theirs <= ours
    assert double.tokens.height == 4


def test_tokens_of_two_periods_are_equal_exactly_if_their_keys_are_of_one() -> None:
    one, other = encoded(person("1", "Ada")), encoded(person("1", "Ada"), period="2027")
    names = list(one.composites)
    assert not one.tokens.select(names).equals(other.tokens.select(names))
    later = encoded(person("1", "Ada"), period="2027", key_period="2026")
    assert one.tokens.equals(later.tokens)


def test_who_was_born_after_the_year_of_the_keys_has_tokens_all_the_same() -> None:
    made = encoded(person("1", "Ada", dob="2027-03-05"), period="2027", key_period="2020")
    assert made.completeness["dob"] == 1.0
