import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.errors import KeyFileError
from flows.audit.signing import load_public_key, load_signing_key, new_signing_key


def pem_of(key: object, *, password: bytes | None = None) -> bytes:
    protection = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)


def test_a_new_key_signs_what_its_public_half_verifies(tmp_path: Path) -> None:
    made = new_signing_key(tmp_path / "keys", "log")
    signature = load_signing_key(tmp_path / "keys", "log").sign(b"said")
    load_public_key(tmp_path / "keys", "log").verify(signature, b"said")
    made.verify(signature, b"said")
    modes = {each.name: each.stat().st_mode & 0o777 for each in (tmp_path / "keys").iterdir()}
    assert modes == {"log.key": 0o600, "log.pub": 0o640}


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    new_signing_key(tmp_path, "log")
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    with pytest.raises(KeyFileError, match="exists already and is never overwritten"):
        new_signing_key(tmp_path, "log")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_a_public_half_is_never_overwritten_either(tmp_path: Path) -> None:
    new_signing_key(tmp_path, "log")
    (tmp_path / "log.key").unlink()
    with pytest.raises(KeyFileError, match="exists already"):
        new_signing_key(tmp_path, "log")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["log.pub"]


def test_a_maker_killed_between_the_two_files_is_finished(tmp_path: Path) -> None:
    made = new_signing_key(tmp_path, "log")
    (tmp_path / "log.pub").unlink()
    assert new_signing_key(tmp_path, "log").public_bytes_raw() == made.public_bytes_raw()
    assert load_public_key(tmp_path, "log").public_bytes_raw() == made.public_bytes_raw()


@pytest.mark.parametrize("name", ["", "../log", "Log", "a b", "log.key", "a" * 61])
def test_a_name_that_is_none_is_refused_without_being_shown(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyFileError, match=r"\(unnamed\)"):
        new_signing_key(tmp_path, name)


def test_a_missing_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"log\.key is missing"):
        load_signing_key(tmp_path, "log")
    with pytest.raises(KeyFileError, match=r"log\.pub is missing"):
        load_public_key(tmp_path, "log")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610, 0o666])
def test_a_private_key_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    new_signing_key(tmp_path, "log")
    (tmp_path / "log.key").chmod(mode)
    with pytest.raises(KeyFileError, match="open to others"):
        load_signing_key(tmp_path, "log")


@pytest.mark.parametrize("mode", [0o660, 0o602])
def test_a_public_key_that_others_can_change_is_refused(tmp_path: Path, mode: int) -> None:
    new_signing_key(tmp_path, "log")
    (tmp_path / "log.pub").chmod(mode)
    with pytest.raises(KeyFileError, match="open to others"):
        load_public_key(tmp_path, "log")


def test_a_link_or_a_pipe_is_refused(tmp_path: Path) -> None:
    new_signing_key(tmp_path, "real")
    (tmp_path / "log.key").symlink_to(tmp_path / "real.key")
    os.mkfifo(tmp_path / "pipe.key", 0o600)
    (tmp_path / "folder.key").mkdir(mode=0o700)
    with pytest.raises(KeyFileError, match="is a link"):
        load_signing_key(tmp_path, "log")
    for name in ("pipe", "folder"):
        with pytest.raises(KeyFileError, match="not a regular file"):
            load_signing_key(tmp_path, name)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "malformed"),
        (b"secret", "malformed"),
        (pem_of(Ed25519PrivateKey.generate())[:-40], "malformed"),
        (pem_of(Ed25519PrivateKey.generate(), password=b"x"), "malformed"),
        (pem_of(generate_private_key(SECP256R1())), "another kind"),
        (b"-" * 5_000, "too large"),
    ],
    ids=["empty", "text", "cut off", "encrypted", "another curve", "huge"],
)
def test_what_is_no_key_is_refused_without_being_shown(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "log.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=problem) as refused:
        load_signing_key(tmp_path, "log")
    assert "secret" not in str(refused.value)


def test_a_public_half_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.pub"
    public = generate_private_key(SECP256R1()).public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for content, problem in ((b"x", "malformed"), (pem, "another kind")):
        path.write_bytes(content)
        path.chmod(0o640)
        with pytest.raises(KeyFileError, match=problem):
            load_public_key(tmp_path, "log")
