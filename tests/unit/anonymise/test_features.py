import polars as pl

from anonymise.features import FEATURES, features
from anonymise.forenames import standing_names
from anonymise.normalise import normalise
from config.fields import PEOPLE_COLUMNS
from config.frames import PEOPLE


def found(*rows: dict[str, str]) -> pl.DataFrame:
    filled = [{"client_ref": "1", **row} for row in rows]
    people = pl.DataFrame(
        [{name: row.get(name) for name in PEOPLE_COLUMNS} for row in filled], schema=PEOPLE.columns
    )
    return features(normalise(people))


def one(feature: str, **values: str) -> str | None:
    return found(values).get_column(feature)[0]


def test_each_level_has_a_column() -> None:
    assert found({}).columns == ["client_ref", "row", *FEATURES]
    assert found({}).select(FEATURES).null_count().sum_horizontal().item() == len(FEATURES)


def test_names() -> None:
    row = found({"first_name": "Kate", "last_name": "Smythe", "middle_name": "Jane"}).row(0, named=True)
    levels = ("exact", "nickname", "sound", "first3", "sorted", "last3")
    assert [row[f"first_name.{level}"] for level in levels] == [
        "kate", "catherine", "KT", "kat", "aekt", "ate",
    ]  # fmt: skip
    assert [row[f"last_name.{level}"] for level in ("exact", "sound", "first3", "sorted", "last3")] == [
        "smythe", "SM0", "smy", "ehmsty", "the",
    ]  # fmt: skip
    assert (row["middle_name.exact"], row["middle_name.initial"]) == ("jane", "j")


def test_a_name_without_latin_letters_has_no_sound() -> None:
    assert one("first_name.sound", first_name="王") is None
    assert one("first_name.exact", first_name="王") == "王"


def test_swapped_names_agree_crosswise() -> None:
    assert one("names.crossed", first_name="Ann", last_name="Lee") == "ann,lee"
    assert one("names.crossed", first_name="Lee", last_name="Ann") == "ann,lee"
    assert one("names.crossed", first_name="Lee") is None


def test_dates_of_birth() -> None:
    row = found({"dob": "1980-12-03"}).row(0, named=True)
    assert [row[f"dob.{level}"] for level in ("swapped", "year_month", "year_day", "month_day", "year")] == [
        "19800312", "198012", "198003", "1203", "1980",
    ]  # fmt: skip
    assert one("dob.swapped", dob="1980-03-12") == row["dob.swapped"]


def test_postcodes_have_a_unit_a_sector_and_a_district() -> None:
    def levels(code: str) -> tuple[str | None, ...]:
        return found({"postcode": code}).select("^postcode.*$").row(0)

    assert levels("SW1A 1AA") == ("SW1A 1AA", "SW1A 1", "SW1A")
    assert levels("SW1A") == (None, None, "SW1A")
    assert levels("4223") == (None, "4223", "422")
    assert levels("1234AB") == ("1234AB", "1234A", "123")


def test_an_address_needs_a_street() -> None:
    assert one("address.exact", house="12", street="High St") == "12, highstreet"
    assert one("address.street", street="High Street") == "highstreet"
    assert one("address.exact", house="12") is None


def test_equal_versions_of_a_client_stand_once_and_are_numbered_by_content() -> None:
    made = found({"first_name": "Zoe"}, {"first_name": "Ann"}, {"first_name": "ANN"})
    assert made.select("client_ref", "row", "first_name.exact").rows() == [("1", 0, "ann"), ("1", 1, "zoe")]


def test_nicknames_part_forenames_into_groups() -> None:
    standing = standing_names()
    for full, *short in (("robert", "bob", "rob"), ("elizabeth", "liz", "beth"), ("john", "jack", "jon")):
        assert {standing[name] for name in short} == {standing[full]}
    assert standing["robert"] != standing["john"]
    assert all(standing[each] == each for each in set(standing.values()))
    sizes: dict[str, int] = {}
    for each in standing.values():
        sizes[each] = sizes.get(each, 0) + 1
    assert max(sizes.values()) <= 40
