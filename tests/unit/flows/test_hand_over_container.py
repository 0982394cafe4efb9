"""A sealed file is believed whole or not at all."""

import base64
import hashlib
import json
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import BundleError, KeyFileError
from config.hand_over import Kind
from flows.hand_over.container import contents_of, opened, seal
from flows.hand_over.header import ADDED_BYTES, MAGIC, PIECE_BYTES, SIGNATURE_BYTES, SIGNED, SUITE, Header, head_of
from flows.hand_over.keys import OwnKeys, load_own, new_party, private_path, public_path

MOST = 1 << 30


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, OwnKeys]:
    root = tmp_path_factory.mktemp("keys")
    for name in ("housing", "benefits", "linkage_unit"):
        new_party(root, root, name)
    return {name: load_own(root, root, name) for name in ("housing", "benefits", "linkage_unit")}


def header(keys: dict[str, OwnKeys], folder: Path, **other: object) -> Header:
    said: dict[str, object] = {
        "format": 1, "suite": SUITE, "project": "example", "period": "2025", "kind": Kind.TOKENS, "of": "housing",
        "sender": "housing", "receiver": "linkage_unit", "sender_key": keys["housing"].public.digest,
        "receiver_key": keys["linkage_unit"].public.digest, "number": 7, "head": "0" * 64,
        "contents": contents_of(folder),
    }  # fmt: skip
    return Header(**{**said, **other})


def folder_of(root: Path, *files: tuple[str, bytes]) -> Path:
    folder = root / "bundle"
    folder.mkdir(exist_ok=True)
    for name, data in files:
        (folder / name).write_bytes(data)
    return folder


def sealed(keys: dict[str, OwnKeys], root: Path, *files: tuple[str, bytes], name: str = "a.sealed") -> Path:
    folder = folder_of(root, *files)
    path = root / name
    seal(path, header(keys, folder), folder, keys["housing"].signing, keys["linkage_unit"].public.sealing)
    return path


def taken(keys: dict[str, OwnKeys], path: Path, out: Path, by: str = "linkage_unit") -> dict[str, bytes]:
    out.mkdir(exist_ok=True)
    with opened(path, path.name, MOST) as found:
        found.verify(keys["housing"].public.signing)
        found.unseal(keys[by].opening, out)
    return {each.name: each.read_bytes() for each in out.iterdir()}


FILES = (("manifest.json", b"{}"), ("tokens.parquet", b"PAR1 some rows PAR1"))


def lengths() -> Iterator[int]:
    yield from (0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, 3 * PIECE_BYTES + 5)


@pytest.mark.parametrize("length", list(lengths()))
def test_what_is_sealed_is_what_is_taken_out(keys: dict[str, OwnKeys], tmp_path: Path, length: int) -> None:
    files = (("a.json", b""), ("b.parquet", os.urandom(length)), ("c.json", b"x" * 10))
    path = sealed(keys, tmp_path, *files)
    assert taken(keys, path, tmp_path / "out") == dict(files)


def test_no_byte_of_what_is_inside_can_be_read_outside(keys: dict[str, OwnKeys], tmp_path: Path) -> None:
    path = sealed(keys, tmp_path, ("tokens.parquet", b"marked value " * 10))
    assert b"marked" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_change_of_any_byte_is_refused(keys: dict[str, OwnKeys], tmp_path: Path) -> None:
    path = sealed(keys, tmp_path, *FILES)
    whole = path.read_bytes()
    with path.open("r+b", buffering=0) as stream:
        for place, byte in enumerate(whole):
            os.pwrite(stream.fileno(), bytes([byte ^ 1 << place % 8]), place)
            with pytest.raises(BundleError), opened(path, "a", MOST) as found:
                found.verify(keys["housing"].public.signing)
            os.pwrite(stream.fileno(), bytes([byte]), place)
    taken(keys, path, tmp_path / "out")


def test_every_truncation_and_every_surplus_is_refused(keys: dict[str, OwnKeys], tmp_path: Path) -> None:
    path = sealed(keys, tmp_path, *FILES)
    whole = path.stat().st_size
    for size in [whole + PIECE_BYTES, whole + 1, *range(whole - 1, -1, -1)]:
        os.truncate(path, size)
        with pytest.raises(BundleError), opened(path, "a", MOST):
            pass


def resigned(keys: dict[str, OwnKeys], body: bytes, signer: str = "housing") -> bytes:
    """What somebody with a signing key makes of the parts of sealed files."""
    return body + keys[signer].signing.sign(SIGNED + hashlib.sha256(body).digest())


def test_pieces_that_change_places_or_files_are_refused_though_their_sender_signed_them(
    keys: dict[str, OwnKeys], tmp_path: Path
) -> None:
    data = os.urandom(3 * PIECE_BYTES)
    first = sealed(keys, tmp_path, ("tokens.parquet", data), name="one")
    second = sealed(keys, tmp_path, ("tokens.parquet", data[::-1]), name="two")
    one, two = first.read_bytes(), second.read_bytes()
    with opened(first, "one", MOST) as found:
        start = len(head_of(found.header))
    size = PIECE_BYTES + ADDED_BYTES
    pieces = [one[start + each * size : start + (each + 1) * size] for each in range(3)]
    others = [two[start + each * size : start + (each + 1) * size] for each in range(3)]
    for mixed in (
        [pieces[1], pieces[0], pieces[2]],
        [pieces[0], pieces[2], pieces[1]],
        [pieces[0], pieces[0], pieces[2]],
        [pieces[0], others[1], pieces[2]],
        others,
    ):
        path = tmp_path / "mixed"
        path.write_bytes(resigned(keys, one[:start] + b"".join(mixed)))
        with pytest.raises(BundleError, match="another key, or its pieces are of two files"):
            taken(keys, path, tmp_path / "out")
        for left in (tmp_path / "out").iterdir():
            left.unlink()


def test_a_body_cannot_pass_off_what_another_body_sealed_as_its_own(
    keys: dict[str, OwnKeys], tmp_path: Path
) -> None:
    path = sealed(keys, tmp_path, *FILES)
    whole = path.read_bytes()
    with opened(path, "a", MOST) as found:
        start, said = len(head_of(found.header)), found.header
    stolen = said.model_copy(update={"sender": "benefits", "sender_key": keys["benefits"].public.digest})
    path.write_bytes(resigned(keys, head_of(stolen) + whole[start:-SIGNATURE_BYTES], "benefits"))
    taken_out = tmp_path / "out"
    taken_out.mkdir()
    with opened(path, "a", MOST) as found:
        found.verify(keys["benefits"].public.signing)
        with pytest.raises(BundleError, match="pieces"):
            found.unseal(keys["linkage_unit"].opening, taken_out)


def test_only_the_receivers_key_opens_it(keys: dict[str, OwnKeys], tmp_path: Path) -> None:
    path = sealed(keys, tmp_path, *FILES)
    with pytest.raises(BundleError, match="sealed to another key"):
        taken(keys, path, tmp_path / "out", by="benefits")


def test_a_signature_of_another_key_is_refused(keys: dict[str, OwnKeys], tmp_path: Path) -> None:
    path = sealed(keys, tmp_path, *FILES)
    with opened(path, "a", MOST) as found, pytest.raises(BundleError, match="not signed with the key"):
        found.verify(keys["benefits"].public.signing)


def test_links_pipes_folders_and_large_files_are_refused_without_waiting(
    keys: dict[str, OwnKeys], tmp_path: Path
) -> None:
    path = sealed(keys, tmp_path, *FILES)
    (tmp_path / "link").symlink_to(path)
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "bundle", "nothing"):
        with pytest.raises(BundleError), opened(tmp_path / name, name, MOST):
            pass
    with pytest.raises(BundleError, match="most_gib"), opened(path, "a", path.stat().st_size - 1):
        pass


@pytest.mark.parametrize(
    "data",
    [
        b"",
        MAGIC,
        MAGIC + b"\xff\xff\xff\xff",
        MAGIC + b"\0\0\0\x02{}" + bytes(64),
        MAGIC + b"\0\0\0\x02[]" + bytes(64),
        MAGIC + b"\0\0\0\x00" + bytes(64),
        MAGIC + (5000).to_bytes(4, "big") + b"[" * 5000 + bytes(64),
        b"desirelines sealed bundle 2\n" + bytes(100),
    ],
)
def test_what_is_no_sealed_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(BundleError), opened(tmp_path / "a", "a", MOST):
        pass


def test_a_name_of_a_file_inside_cannot_lead_elsewhere(keys: dict[str, OwnKeys], tmp_path: Path) -> None:
    folder = folder_of(tmp_path, *FILES)
    good = header(keys, folder)
    for name in ("../a.json", "/a.json", "a/b.json", ".a.json", "a.sh", "A.json", ""):
        said = good.to_bytes().replace(b"manifest.json", name.encode())
        path = tmp_path / "a"
        path.write_bytes(MAGIC + len(said).to_bytes(4, "big") + said + bytes(2_000))
        with pytest.raises(BundleError, match="malformed header"), opened(path, "a", MOST):
            pass


def test_a_file_that_changes_while_it_is_sealed_leaves_nothing(keys: dict[str, OwnKeys], tmp_path: Path) -> None:
    folder = folder_of(tmp_path, *FILES)
    said = header(keys, folder)
    (folder / "tokens.parquet").write_bytes(b"PAR1 other row PAR1")
    with pytest.raises(BundleError, match="changed while"):
        seal(tmp_path / "a", said, folder, keys["housing"].signing, keys["linkage_unit"].public.sealing)
    assert [each.name for each in tmp_path.iterdir()] == ["bundle"]


def test_memory_does_not_grow_with_the_bundle(keys: dict[str, OwnKeys], tmp_path: Path) -> None:
    folder = folder_of(tmp_path, ("tokens.parquet", os.urandom(PIECE_BYTES) * 48))
    said = header(keys, folder)
    tracemalloc.start()
    try:
        seal(tmp_path / "a", said, folder, keys["housing"].signing, keys["linkage_unit"].public.sealing)
        (folder / "tokens.parquet").unlink()
        taken_out = tmp_path / "out"
        taken_out.mkdir()
        with opened(tmp_path / "a", "a", MOST) as found:
            found.verify(keys["housing"].public.signing)
            found.unseal(keys["linkage_unit"].opening, taken_out)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * PIECE_BYTES


def test_keys_are_private_never_overwritten_and_belong_together(tmp_path: Path) -> None:
    made = new_party(tmp_path, tmp_path, "housing")
    assert private_path(tmp_path, "housing").stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyFileError, match="never overwritten"):
        new_party(tmp_path, tmp_path, "housing")
    public_path(tmp_path, "housing").unlink()
    assert new_party(tmp_path, tmp_path, "housing").fingerprint == made.fingerprint
    other = tmp_path / "other"
    new_party(other, other, "housing")
    public_path(other, "housing").replace(public_path(tmp_path, "housing"))
    with pytest.raises(KeyFileError, match="do not belong together"):
        load_own(tmp_path, tmp_path, "housing")


def test_a_private_half_that_others_can_read_is_refused_and_never_shown(tmp_path: Path) -> None:
    new_party(tmp_path, tmp_path, "housing")
    own = load_own(tmp_path, tmp_path, "housing")
    assert "PrivateKey" not in repr(own)
    private_path(tmp_path, "housing").chmod(0o640)
    with pytest.raises(KeyFileError, match="open to others"):
        load_own(tmp_path, tmp_path, "housing")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"format":"desirelines party 1"}', b"[" * 4000])
def test_a_public_half_that_is_none_is_refused(tmp_path: Path, data: bytes) -> None:
    new_party(tmp_path, tmp_path, "housing")
    public_path(tmp_path, "housing").write_bytes(data)
    with pytest.raises(KeyFileError):
        load_own(tmp_path, tmp_path, "housing")


def test_the_vectors_of_the_reference_open_to_what_they_say(tmp_path: Path) -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "sealed-bundle-vector.json"
    said = json.loads(page.read_bytes())
    for half in (said["sender"], said["receiver"]):
        path = private_path(tmp_path, half["party"])
        path.write_bytes(json.dumps(half).encode())
        path.chmod(0o600)
        assert new_party(tmp_path, tmp_path, half["party"]).fingerprint == said["fingerprints"][half["party"]]
    (tmp_path / "a").write_bytes(base64.b64decode(said["sealed_base64"]))
    out = tmp_path / "out"
    out.mkdir()
    with opened(tmp_path / "a", "a", MOST) as found:
        assert json.loads(found.header.to_bytes()) == said["header"]
        assert found.verify(load_own(tmp_path, tmp_path, "housing").public.signing) == said["sha256"]
        found.unseal(load_own(tmp_path, tmp_path, "linkage_unit").opening, out)
    assert {each.name: each.read_text() for each in out.iterdir()} == said["files"]
