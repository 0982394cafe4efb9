import hashlib
import hmac

import polars as pl

from anonymise.keys import derive, secret
from anonymise.pseudonyms import keyed_ids, record_ids

SECRET = secret("record", bytes.fromhex("c1e49a70b3572d8f64f81a0de95ab37c2286d04fb97e13c85a6fd0417be8932c"))
OTHER = secret("record", bytes.fromhex("5f0b6d1fe2a93c47880e51b7d4c6923a0fbb7e64a85d12c9f3e07a2b96418dc5"))


def test_ids_are_128_bits_of_an_hmac() -> None:
    made = keyed_ids(pl.Series("case_ref", ["b", "a", None, "b"]), SECRET, "case")
    expected = {
        value: hmac.digest(derive(SECRET, "pseudonym", "case"), value.encode(), hashlib.sha256)[:16].hex()
        for value in ("a", "b")
    }
    assert made.to_list() == [expected["b"], expected["a"], None, expected["b"]]
    assert made.name == "case_ref"


def test_ids_differ_by_secret_purpose_and_project() -> None:
    refs = pl.Series("client_ref", ["1"])
    ids = {
        record_ids(refs, SECRET, "roads")[0],
        record_ids(refs, SECRET, "rivers")[0],
        record_ids(refs, OTHER, "roads")[0],
        keyed_ids(refs, SECRET, "event")[0],
    }
    assert len(ids) == 4
    assert record_ids(refs, SECRET, "roads").name == "record_id"


def test_leading_zeros_count() -> None:
    made = record_ids(pl.Series(["0001", "1"]), SECRET, "roads")
    assert made[0] != made[1]


def test_nothing_gives_nothing() -> None:
    assert keyed_ids(pl.Series("x", [], dtype=pl.String), SECRET, "case").to_list() == []
    assert keyed_ids(pl.Series("x", [None], dtype=pl.String), SECRET, "case").to_list() == [None]
