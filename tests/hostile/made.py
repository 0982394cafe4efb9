"""Sound inputs that hostile ones are made from: a bundle, a sealed file, a log, its checkpoint, keys, shares."""

import contextlib
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import rfc8785
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from config.bundles import EventManifest, TokenManifest
from config.frames import EVENTS, TOKENS
from config.hand_over import Kind
from config.terms import ProfileName
from flows.audit.chain import follow
from flows.audit.register import PersonKey
from flows.bundles import MANIFEST, write_bundle
from flows.hand_over.container import contents_of, seal
from flows.hand_over.header import SIGNATURE_BYTES, SIGNED, SUITE, Header, head_of, read_header
from flows.hand_over.keys import PUBLIC_FORMAT, PublicHalf
from flows.keys.lives import KeyLife
from flows.keys.register import register_bytes
from flows.keys.shares import Heading, share_text, split
from flows.release.approvals import approvals_bytes
from tests.support.audit_story import START, digest, held, whole_story, written
from tests.support.signers import approval, signer

NOTHING = "0" * 64


@cache
def bundle(kind: str) -> Mapping[str, bytes]:
    """The files of a sound bundle without rows."""
    about = {"format": 1, "project": "pilot", "period": "2024", "body": "housing", "kind": kind}
    with TemporaryDirectory() as root:
        folder = Path(root) / kind / "housing"
        folder.parent.mkdir()
        if kind == "events":
            write_bundle(folder, EVENTS.empty(), EventManifest, **about, columns=())
        else:
            write_bundle(
                folder, TOKENS.empty(), TokenManifest, **about, profile=ProfileName.STRICT, key_id="k-1",
                population=10, unique_clients=True, clients=0, composites={"c001": ("last_name.exact",)},
                agreement={}, completeness={"dob": 0.5}, withheld={"c001": 0},
            )  # fmt: skip
        return {each.name: each.read_bytes() for each in folder.iterdir()}


def manifest_that_says(**said: object) -> Callable[[], bytes]:
    """The tokens' manifest with other words in it, under a seal that fits them where one can."""

    def made() -> bytes:
        altered = {**json.loads(bundle("tokens")[MANIFEST]), **said}
        seal = altered.pop("seal")
        with contextlib.suppress(rfc8785.CanonicalizationError):
            seal = hashlib.sha256(rfc8785.dumps(altered)).hexdigest()
        return json.dumps({**altered, "seal": seal}).encode()

    return made


@cache
def sender_key() -> Ed25519PrivateKey:
    """What `housing` signs with."""
    return Ed25519PrivateKey.from_private_bytes(b"s" * 32)


@cache
def _halves(name: str) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    seed = hashlib.sha256(name.encode()).digest()
    return MLKEM768PrivateKey.from_seed_bytes(seed * 2), X25519PrivateKey.from_private_bytes(seed)


@cache
def opening_key(name: str = "linkage_unit") -> MLKEM768X25519PrivateKey:
    """What the linkage unit opens with."""
    return MLKEM768X25519PrivateKey(*_halves(name))


def sealing_key(name: str = "linkage_unit") -> MLKEM768X25519PublicKey:
    """What is sealed to it with."""
    mlkem, x25519 = _halves(name)
    return MLKEM768X25519PublicKey(mlkem.public_key(), x25519.public_key())


FILES = {"manifest.json": b"{}", "tokens.parquet": b"PAR1 Zwartkopje PAR1"}


@cache
def sealed_file(receiver: str = "linkage_unit") -> bytes:
    """A sound sealed file."""
    with TemporaryDirectory() as root:
        folder = Path(root) / "inside"
        folder.mkdir()
        for name, data in FILES.items():
            (folder / name).write_bytes(data)
        said = Header(
            format=1, suite=SUITE, project="pilot", period="2024", kind=Kind.TOKENS, of="housing",
            sender="housing",
            receiver="linkage_unit", sender_key=NOTHING, receiver_key=NOTHING, number=7, head=NOTHING,
            contents=contents_of(folder),
        )  # fmt: skip
        path = Path(root) / "a.sealed"
        seal(path, said, folder, sender_key(), sealing_key(receiver))
        return path.read_bytes()


def header() -> Header:
    """The header of the sound one."""
    return read_header(sealed_file(), len(sealed_file()), "a.sealed")


def pieces() -> bytes:
    """Its sealed bytes, without header and signature."""
    return sealed_file()[len(head_of(header())) : -SIGNATURE_BYTES]


def signed(body: bytes, private: Ed25519PrivateKey | None = None) -> bytes:
    """What somebody with a signing key makes of the parts of sealed files."""
    return body + (private or sender_key()).sign(SIGNED + hashlib.sha256(body).digest())


@cache
def story() -> tuple[bytes, bytes]:
    """A log of a project's short life, and its last checkpoint."""
    log, checkpoints = written(whole_story(bodies=("housing",)))
    return log, next(iter(held(checkpoints[-1]).values()))


@cache
def earlier_checkpoint(entries: int = 3) -> bytes:
    """A checkpoint that the same log had once, as bodies keep it."""
    return written(whole_story(bodies=("housing",)))[1][entries - 1].to_bytes(with_entry=False)


@cache
def other_story() -> tuple[bytes, bytes]:
    """Another log under the same keys."""
    log, checkpoints = written(whole_story(bodies=("prison",)))
    return log, next(iter(held(checkpoints[-1]).values()))


@cache
def shares() -> tuple[bytes, ...]:
    """Three shares of a key, of which two give it back."""
    words = split("linkage", b"k" * 32, 2, 3, exponent=0)
    return tuple(
        share_text(Heading("pilot", "linkage", "k-1", n, 3, 2, "", "2026-01-01", passphrase=False), each).encode()
        for n, each in enumerate(words, 1)
    )


def gzipped(data: bytes) -> bytes:
    """The same every time."""
    return gzip.compress(data, mtime=0)


@cache
def party() -> bytes:
    """The public half of the party `housing`."""
    mlkem, x25519 = _halves("housing")
    said = PublicHalf(
        format=PUBLIC_FORMAT, party="housing", signing=sender_key().public_key().public_bytes_raw().hex(),
        mlkem768=mlkem.public_key().public_bytes_raw().hex(), x25519=x25519.public_key().public_bytes_raw().hex(),
    )  # fmt: skip
    return rfc8785.dumps(said.model_dump(mode="json"))


def budget_line(**said: object) -> bytes:
    """The first line of a ledger of spent budget."""
    usual = {
        "seq": 1, "previous": NOTHING, "project": "pilot", "period": "2024", "drawn": NOTHING, "epsilon": 0.5,
    }  # fmt: skip
    return json.dumps({**usual, **said}, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def budget() -> bytes:
    """A ledger of one line."""
    return budget_line()


def erasure_list(**said: object) -> bytes:
    """The list of erased clients of the body `housing`."""
    usual: dict[str, object] = {
        "format": 1, "project": "pilot", "body": "housing", "key_id": "", "marks": [], "whole": True, "number": 1,
        "change": "erased", "clients": 3, "before": "",
    }  # fmt: skip
    altered = {**usual, **said}
    try:
        seal = hashlib.sha256(rfc8785.dumps(altered)).hexdigest()  # type: ignore[arg-type]
    except rfc8785.CanonicalizationError:
        seal = NOTHING
    return json.dumps({**altered, "seal": seal}).encode()


def key_file(**said: object) -> bytes:
    """The file of the linkage key."""
    usual = {
        "format": "desirelines key 1", "name": "linkage", "made": "2026-01-01T00:00:00+00:00",
        "material": "6b" * 31 + "61",
    }  # fmt: skip
    return json.dumps({**usual, **said}).encode()


def private_pem() -> bytes:
    """A private key, not encrypted."""
    return sender_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_pem() -> bytes:
    """Its public half."""
    return sender_key().public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )  # fmt: skip


def register() -> bytes:
    """A register of one key."""
    life = KeyLife(
        name="linkage", key_id="k-1", made="2026-01-01", active_from="2024", superseded="", revoked="", reason="",
        destroyed="", threshold=0, shares=0,
    )  # fmt: skip
    return register_bytes("pilot", {"k-1": life})


@cache
def approvals() -> bytes:
    """The approvals of two people."""
    people = [signer("bo"), signer("cy")]
    known = {
        each.fingerprint: PersonKey(each.person, each.fingerprint, each.public.hex(), "2026-01-01T00:00:00Z")
        for each in people
    }
    entries = [
        follow(
            None, at=START, actor=each.person, zone="publication", facts=approval(each), code="0.1.0",
            config=digest("project.toml"),
        )
        for each in people
    ]  # fmt: skip
    return approvals_bytes(entries, known)


def release_manifest(**said: object) -> bytes:
    """Much of what a release says of itself; not all of it, so that it is refused."""
    usual = {"id": "0123456789abcdef", "format": 1, "project": "pilot", "period": "2024", "files": {}}
    return json.dumps({**usual, **said}, sort_keys=True, separators=(",", ":")).encode()


def flipped(data: bytes, place: int) -> bytes:
    """The same with one bit changed."""
    at = place % len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def events_with(**more: str) -> bytes:
    """A bundle's Parquet file with one row and with columns that are none of a bundle's."""
    row = {name: [None] for name in EVENTS.columns} | {"record_id": ["r1"], "event_id": ["e1"]}
    frame = pl.DataFrame(row, schema=dict(EVENTS.columns)).with_columns(**{k: pl.lit(v) for k, v in more.items()})
    held = io.BytesIO()
    frame.write_parquet(held)
    return held.getvalue()


def _with_signatures(checkpoint: bytes, change: Callable[[dict[str, str]], dict[str, str]]) -> bytes:
    said = json.loads(checkpoint)
    return rfc8785.dumps({**said, "signatures": change(said["signatures"])}) + b"\n"


def upper_signatures(checkpoint: bytes) -> bytes:
    """A checkpoint whose signatures are spelt in another way."""
    return _with_signatures(checkpoint, lambda each: {name: hexed.upper() for name, hexed in each.items()})


def swapped_signatures(checkpoint: bytes) -> bytes:
    """A checkpoint on which log and witness signed in each other's place."""
    return _with_signatures(checkpoint, lambda each: {"log": each["witness"], "witness": each["log"]})


def other_anchor() -> bytes:
    """An anchor of another log under the same keys."""
    return written(whole_story(bodies=("prison",)))[1][2].to_bytes(with_entry=False)
