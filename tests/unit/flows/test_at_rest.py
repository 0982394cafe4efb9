"""Files at rest: read with their key, in their place and under their digest alone."""

from pathlib import Path

import polars as pl
import pytest

from config.errors import BundleError
from flows.at_rest import PLAIN, AtRest, is_encrypted

KEY, OTHER = AtRest(b"k" * 32, "area|at-rest-2025"), AtRest(b"o" * 32, "area|at-rest-2025")
FRAME = pl.DataFrame({"record_id": ["a", "b"], "c01": [1, 2]})


def test_an_encrypted_file_reads_back_and_has_the_digest_of_the_plain_one(tmp_path: Path) -> None:
    sealed, plain = tmp_path / "sealed.parquet", tmp_path / "plain.parquet"
    digest = KEY.write(sealed, FRAME, "tokens/housing")
    assert digest == PLAIN.write(plain, FRAME, "tokens/housing")
    assert (is_encrypted(sealed), is_encrypted(plain)) == (True, False)
    assert KEY.read(sealed, "tokens/housing", digest).equals(FRAME)
    assert b"record_id" not in sealed.read_bytes()
    assert "kkk" not in repr(KEY)


@pytest.mark.parametrize(
    ("at_rest", "place", "digest"),
    [
        (OTHER, "tokens/housing", None),
        (AtRest(KEY.key, "area|at-rest-2026"), "tokens/housing", None),
        (KEY, "tokens/prison", None),
        (KEY, "tokens/housing", "0" * 64),
        (PLAIN, "tokens/housing", None),
    ],
)
def test_another_key_period_place_or_digest_opens_nothing(
    tmp_path: Path, at_rest: AtRest, place: str, digest: str | None
) -> None:
    path = tmp_path / "sealed.parquet"
    written = KEY.write(path, FRAME, "tokens/housing")
    with pytest.raises(BundleError, match=r"cannot be decrypted|does not say at_rest"):
        at_rest.read(path, place, digest or written)


def test_a_plain_file_is_refused_where_it_should_be_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "plain.parquet"
    digest = PLAIN.write(path, FRAME, "tokens/housing")
    with pytest.raises(BundleError, match="is not encrypted at rest"):
        KEY.read(path, "tokens/housing", digest)


def test_no_changed_byte_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sealed.parquet"
    digest = KEY.write(path, FRAME, "tokens/housing")
    data = path.read_bytes()
    for place in range(4, len(data) - 4, 7):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        try:
            assert KEY.read(path, "tokens/housing", digest).equals(FRAME)
        except BundleError:
            continue
