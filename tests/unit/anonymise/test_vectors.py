"""The published test vectors, made again by the project and checked by the standard library alone.

Run as a script, this prints the vectors.
"""

import hashlib
import hmac
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from anonymise.composites import composites
from anonymise.compounds import with_parts
from anonymise.encode import encode
from anonymise.features import FEATURES, features
from anonymise.keys import key_id, secret
from anonymise.normalise import normalise
from config.fields import PEOPLE_COLUMNS
from config.frames import PEOPLE
from config.terms import ProfileName

FILE = Path(__file__).parents[3] / "docs" / "reference" / "test-vectors.json"

SETTING: dict[str, object] = {
    "linkage_key": hashlib.sha256(b"demonstration key of the test vectors, never to be used").hexdigest(),
    "record_key": hashlib.sha256(b"demonstration record key of the test vectors, never to be used").hexdigest(),
    "project": "vectors",
    "period": "2026",
    "profile": "strict",
    "population": 100_000,
    "date_format": "%d/%m/%Y",
}

FICTIONAL: tuple[dict[str, str], ...] = (
    {
        "client_ref": "0001", "title": "Mrs", "first_name": "Mrs. Kate", "middle_name": "Jane",
        "last_name": "O\u2019Shea-Łęcka", "dob": "03/12/1980", "sex": "Female", "house": "Flat 03, 12 A",
        "street": "St. John's Rd", "place": "Little Vectoring", "postcode": "zk1 1aa",
        "nhs_number": "943 476 5919", "nino": "AB 12 34 56 C", "uprn": "000123456789", "ssn": "55-1234",
    },
    {
        "client_ref": "1", "first_name": "\uff22\uff4f\uff42", "last_name": "Null", "dob": "1955-02-01",
        "sex": "1", "street": "7 High St", "postcode": "4223",
    },
    {"client_ref": "2", "first_name": "王", "last_name": "Straße", "dob": "01/01/1900", "postcode": "ZZ99 3VZ"},
)  # fmt: skip


def computed() -> dict[str, object]:
    """The vectors, by the project's own code."""
    people = pl.DataFrame(
        [{name: row.get(name) for name in PEOPLE_COLUMNS} for row in FICTIONAL], schema=PEOPLE.columns
    )
    linkage = secret("linkage", bytes.fromhex(str(SETTING["linkage_key"])))
    canonical = normalise(people, date_format=str(SETTING["date_format"]))
    found = with_parts(features(canonical), people, canonical)
    made = encode(
        people,
        secret=linkage,
        record_secret=secret("record", bytes.fromhex(str(SETTING["record_key"]))),
        project=str(SETTING["project"]),
        period=str(SETTING["period"]),
        profile=ProfileName.STRICT,
        population=100_000,
        unique_clients=False,
        most_clients_per_token=50,
        date_format=str(SETTING["date_format"]),
    )
    ids = dict(made.map.select("client_ref", "record_id").rows())
    return {
        "setting": SETTING,
        "key_id": key_id(linkage),
        "composites": {name: list(parts) for name, parts in made.composites.items()},
        "people": [
            {
                "given": row,
                "canonical": _held(kept),
                "features": [
                    _held(version) for version in _rows(found, "client_ref", row["client_ref"], FEATURES)
                ],
                "record_id": ids[row["client_ref"]],
                "tokens": [
                    {name: f"{token:016x}" for name, token in _held(version).items()}
                    for version in _rows(made.tokens, "record_id", ids[row["client_ref"]], made.composites)
                ],
            }
            for row, kept in zip(FICTIONAL, canonical.to_dicts(), strict=True)
        ],
    }


def _rows(
    frame: pl.DataFrame, key: str, client: str, columns: Iterable[str]
) -> list[dict[str, Any]]:  # text, or int
    return frame.filter(pl.col(key) == client).select(*columns).to_dicts()


def _held(row: dict[str, Any]) -> dict[str, Any]:  # as `_rows`
    return {name: value for name, value in row.items() if value is not None}


def published() -> dict[str, object]:
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


def netstrings(*parts: str) -> bytes:
    return b"".join(str(len(part.encode())).encode() + b":" + part.encode() for part in parts)


def hkdf(key: str, *context: str) -> bytes:
    """RFC 5869 with one block of output."""
    extracted = hmac.digest(b"desirelines key derivation 1", bytes.fromhex(key), "sha256")
    return hmac.digest(extracted, netstrings(*context) + b"\x01", "sha256")


def test_the_published_vectors_are_what_the_project_computes() -> None:
    assert published() == json.loads(json.dumps(computed()))
    assert composites(ProfileName.STRICT, 100_000).keys() == published()["composites"].keys()  # type: ignore[attr-defined]


def test_the_standard_library_gives_the_same_ids_and_tokens() -> None:
    vectors = json.loads(FILE.read_text(encoding="utf-8"))
    setting = vectors["setting"]
    assert vectors["key_id"] == hkdf(setting["linkage_key"], "key id")[:16].hex()
    checked = 0
    for person in vectors["people"]:
        named = hkdf(setting["record_key"], "pseudonym", f"record of {setting['project']}")
        given = person["given"]["client_ref"].encode()
        assert person["record_id"] == hmac.digest(named, given, "sha256")[:16].hex()
        made = [_tokens(held, vectors["composites"], setting) for held in person["features"]]
        assert sorted(made, key=repr) == sorted(person["tokens"], key=repr)
        checked += sum(len(row) for row in made)
    assert checked > 15


def _tokens(held: dict[str, str], composites: dict[str, list[str]], setting: dict[str, str]) -> dict[str, str]:
    tokens = {}
    for name, parts in composites.items():
        if all(part in held for part in parts):
            key = hkdf(setting["linkage_key"], "token", "1", setting["project"], setting["period"], *parts)
            tokens[name] = hmac.digest(key, netstrings(*(held[part] for part in parts)), "sha256")[:8].hex()
    return tokens


def test_the_standard_library_gives_the_same_plain_features() -> None:
    for person in json.loads(FILE.read_text(encoding="utf-8"))["people"]:
        kept = person["canonical"]
        for held in person["features"]:
            names = [held[f"{field}.exact"] for field in ("first_name", "last_name")]
            for field, name in zip(("first_name", "last_name"), names, strict=True):
                assert name == kept[field] or name in kept[field]
                assert held[f"{field}.first3"] == name[:3]
                assert held[f"{field}.last3"] == name[-3:]
                assert held[f"{field}.sorted"] == "".join(sorted(name))
            assert held["names.crossed"] == ",".join(sorted(names))
            if "dob" in kept:
                year, month, day = kept["dob"].split("-")
                assert held["dob.swapped"] == year + "".join(sorted((month, day)))
                assert (held["dob.year_month"], held["dob.year_day"]) == (year + month, year + day)
                assert (held["dob.month_day"], held["dob.year"]) == (month + day, year)


def test_a_compound_name_has_a_version_for_each_part() -> None:
    names = [each["last_name.exact"] for each in published()["people"][0]["features"]]  # type: ignore[index] # JSON
    assert sorted(names) == ["lecka", "oshea", "oshealecka"]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(computed(), indent=1, ensure_ascii=False) + "\n")
