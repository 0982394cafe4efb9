import copy
import pickle

import pytest

from anonymise.keys import derive, key_id, length_prefixed, secret
from config.errors import KeyFileError

MATERIAL = bytes.fromhex("5f0b6d1fe2a93c47880e51b7d4c6923a0fbb7e64a85d12c9f3e07a2b96418dc5")


def test_a_secret_shows_its_name_alone() -> None:
    made = secret("linkage", MATERIAL)
    assert repr(made) == str(made) == "Secret('linkage')"
    assert f"{made}" == "Secret('linkage')"
    assert made != secret("linkage", MATERIAL)


@pytest.mark.parametrize("leak", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_is_neither_pickled_nor_copied(leak: object) -> None:
    with pytest.raises(KeyFileError, match="never copied or pickled"):
        leak(secret("linkage", MATERIAL))  # type: ignore[operator]


def test_a_secret_never_changes() -> None:
    with pytest.raises(KeyFileError, match="never changes"):
        secret("linkage", MATERIAL).name = "other"


@pytest.mark.parametrize(
    "material",
    [
        b"",
        MATERIAL[:31],
        bytes(32),
        b"ab" * 16,
        bytes(range(32)),
        bytes(range(0, 224, 7)),
        MATERIAL[:16] * 2,
        MATERIAL[:20] * 2,
        b"correct horse battery staple, and more",
        MATERIAL.hex().encode(),
    ],
)
def test_weak_material_is_refused_and_not_shown(material: bytes) -> None:
    with pytest.raises(KeyFileError) as refused:
        secret("linkage", material)
    assert "linkage" in str(refused.value)
    assert material.hex() not in str(refused.value) or not material


def test_any_difference_in_context_gives_another_key() -> None:
    made = secret("linkage", MATERIAL)
    keys = {
        derive(made, *context)
        for context in [("a", "b"), ("ab",), ("a", "b", ""), ("b", "a"), ("1:a", "b"), ("a",)]
    }
    assert len(keys) == 6
    assert {len(key) for key in keys} == {32}
    assert derive(made, "a", "b") == derive(secret("other name", MATERIAL), "a", "b")


def test_key_ids_tell_keys_apart_and_nothing_else() -> None:
    one, same, other = (
        secret(name, each) for name, each in (("a", MATERIAL), ("b", MATERIAL), ("a", MATERIAL[::-1]))
    )
    assert key_id(one) == key_id(same) != key_id(other)
    assert len(key_id(one)) == 32


def test_length_prefixes_count_bytes() -> None:
    assert length_prefixed(("é", "")) == b"2:\xc3\xa90:"
