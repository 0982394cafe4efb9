import json
import os
from pathlib import Path

import pytest

from anonymise.keys import key_id, secret
from config.errors import KeyFileError
from flows.keyring import describe, ensure_secret, load_secret, new_secret, refuse_reuse, rotate_secret


def test_a_new_key_is_its_owners_alone_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "linkage.key"
    made = new_secret(path, "linkage")
    assert path.stat().st_mode & 0o777 == 0o600
    assert key_id(load_secret(path, "linkage")) == key_id(made)
    assert [each.name for each in path.parent.iterdir()] == ["linkage.key"]


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "linkage.key"
    before = key_id(new_secret(path, "linkage"))
    with pytest.raises(KeyFileError, match="exists already"):
        new_secret(path, "linkage")
    assert key_id(load_secret(path, "linkage")) == before
    assert key_id(ensure_secret(path, "linkage")) == before


def test_a_missing_key_is_made_on_first_use(tmp_path: Path) -> None:
    path = tmp_path / "record.key"
    assert key_id(ensure_secret(path, "record")) == key_id(ensure_secret(path, "record"))


def test_describing_a_key_says_nothing_secret(tmp_path: Path) -> None:
    path = tmp_path / "linkage.key"
    made = new_secret(path, "linkage")
    facts = describe(path, "linkage")
    assert (facts.name, facts.key_id) == ("linkage", key_id(made))
    assert json.loads(path.read_text())["material"] not in repr(facts)
    assert facts.made.endswith("+00:00")


def broken(path: Path, how: str) -> None:
    content = json.loads(path.read_text())
    match how:
        case "missing":
            path.unlink()
        case "link":
            path.rename(path.with_name("elsewhere"))
            path.symlink_to(path.with_name("elsewhere"))
        case "dangling":
            path.unlink()
            path.symlink_to(path.with_name("nowhere"))
        case "folder":
            path.unlink()
            path.mkdir(mode=0o700)
        case "fifo":
            path.unlink()
            os.mkfifo(path, 0o600)
        case "open":
            path.chmod(0o640)
        case "large":
            path.write_bytes(b" " * 5_000)
        case "not json":
            path.write_bytes(b"{" + bytes.fromhex(content["material"]))
        case "list":
            path.write_text("[]")
        case "other name":
            path.write_text(json.dumps({**content, "name": "spine"}))
        case "other format":
            path.write_text(json.dumps({**content, "format": "desirelines key 2"}))
        case "further field":
            path.write_text(json.dumps({**content, "note": "x"}))
        case "not hex":
            path.write_text(json.dumps({**content, "material": "zz" * 32}))
        case "number":
            path.write_text(json.dumps({**content, "material": 5}))
        case "short":
            path.write_text(json.dumps({**content, "material": content["material"][:62]}))
        case "weak":
            path.write_text(json.dumps({**content, "material": "ab" * 32}))
        case "no time":
            path.write_text(json.dumps({**content, "made": "yesterday"}))


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ("missing", "no such key file"),
        ("link", "is a link"),
        ("dangling", "is a link"),
        ("folder", "not a plain file"),
        ("fifo", "not a plain file"),
        ("open", "open to others"),
        ("large", "not a key file"),
        ("not json", "not a key file"),
        ("list", "not a key file"),
        ("other name", "another name"),
        ("other format", "not a key file"),
        ("further field", "not a key file"),
        ("not hex", "not a key file"),
        ("number", "not a key file"),
        ("short", "shorter than 256 bits"),
        ("weak", "not random enough"),
        ("no time", "not a key file"),
    ],
)
def test_a_key_file_that_is_not_right_is_refused(tmp_path: Path, how: str, problem: str) -> None:
    path = tmp_path / "linkage.key"
    new_secret(path, "linkage")
    material = json.loads(path.read_text())["material"]
    broken(path, how)
    with pytest.raises(KeyFileError, match=problem) as refused:
        load_secret(path, "linkage")
    assert refused.value.__context__ is None or material not in repr(vars(refused.value.__context__))
    assert material not in str(refused.value)
    if how == "dangling":
        with pytest.raises(KeyFileError):
            ensure_secret(path, "linkage")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_another_users_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "linkage.key"
    new_secret(path, "linkage")
    os.chown(path, 65_534, 65_534)
    with pytest.raises(KeyFileError, match="another user"):
        load_secret(path, "linkage")


def test_rotation_keeps_the_old_keys_beside_the_new(tmp_path: Path) -> None:
    path = tmp_path / "linkage.key"
    ids = [key_id(new_secret(path, "linkage")), *(key_id(rotate_secret(path, "linkage")) for _ in range(2))]
    assert len(set(ids)) == 3
    assert sorted(each.name for each in tmp_path.iterdir()) == ["linkage.1.key", "linkage.2.key", "linkage.key"]
    kept = [tmp_path / name for name in ("linkage.1.key", "linkage.2.key", "linkage.key")]
    assert [describe(each, "linkage").key_id for each in kept] == ids
    assert {each.stat().st_mode & 0o777 for each in kept} == {0o600}


def test_only_a_sound_key_is_rotated(tmp_path: Path) -> None:
    path = tmp_path / "linkage.key"
    with pytest.raises(KeyFileError):
        rotate_secret(path, "linkage")
    new_secret(path, "linkage")
    path.chmod(0o644)
    with pytest.raises(KeyFileError):
        rotate_secret(path, "linkage")
    assert [each.name for each in tmp_path.iterdir()] == ["linkage.key"]


def test_one_key_under_two_names_is_refused() -> None:
    material = bytes.fromhex("5f0b6d1fe2a93c47880e51b7d4c6923a0fbb7e64a85d12c9f3e07a2b96418dc5")
    refuse_reuse([secret("linkage", material), secret("spine", material[::-1])])
    with pytest.raises(KeyFileError, match="same as key 'linkage'"):
        refuse_reuse([secret("linkage", material), secret("spine", material)])


def test_a_key_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file where the folder should be")
    with pytest.raises(KeyFileError, match="cannot be written"):
        ensure_secret(tmp_path / "keys" / "linkage.key", "linkage")
