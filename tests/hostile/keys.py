"""Hostile key files, shares, registers, approvals and lists of erased clients."""

from collections.abc import Callable

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, x25519

from config.errors import ErasureError, KeyFileError, ReleaseError
from tests.hostile import made
from tests.hostile.case import CANARY, Case, Refused

Made = bytes | Callable[[], bytes]
RUBBISH: dict[str, Made] = {
    "nothing": b"",
    "words": CANARY.encode(),
    "bytes": bytes(range(256)),
    "lists in lists": b"[" * 4_000,
    "more than any key": lambda: b"#" * 5_000,
}


def x25519_pem() -> bytes:
    """A private key of another kind."""
    return x25519.X25519PrivateKey.from_private_bytes(b"x" * 32).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def curve_pem() -> bytes:
    """A public key of another kind."""
    return ec.derive_private_key(7, ec.SECP256R1()).public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )  # fmt: skip


def mislabelled_pem() -> bytes:
    """A private key of Ed25519 that says it is one of X448, of which it has not the length."""
    return made.private_pem().replace(b"MC4CAQAwBQYDK2Vw", b"MC4CAQAwBQYDK2Vv")


KEYS: dict[str, tuple[Made, str]] = {
    "another name": (lambda: made.key_file(name=CANARY), "made for a key of another name"),
    "a key of a few bytes": (lambda: made.key_file(material="6b"), "weak|short|bits|bytes"),
    "a key that is all the same": (lambda: made.key_file(material="00" * 32), "."),
    "a key that is no hex": (lambda: made.key_file(material=CANARY), "is not a key file"),
    "a key that is a list": (lambda: made.key_file(material=[CANARY]), "is not a key file"),
    "a day that no calendar has": (lambda: made.key_file(made="2026-02-30"), "is not a key file"),
    "a field of nobody's": (lambda: made.key_file(**{CANARY: 1}), "is not a key file"),
    "another version": (lambda: made.key_file(format="desirelines key 2"), "is not a key file"),
    "a number of endless digits": (b'{"a":' + b"9" * 4_050 + b"}", "is not a key file"),
}
SHARES: dict[str, tuple[Made, str]] = {
    "words of nobody's": (CANARY.encode(), "share 1 is mistyped"),
    "nothing": (b"", "holds no words of a share"),
    "bytes": (bytes(range(128, 256)), "holds no words of a share"),
    "words without end": (lambda: b"academic " * 5_000, "holds no words of a share"),
    "a heading alone": (b"desirelines key share 1\nkey: Zwartkopje\n", "holds no words of a share"),
    "one of two": (lambda: made.shares()[0], "2 shares are needed, and 1 are here"),
    "the same twice": (lambda: b"\n\n\n".join([made.shares()[0]] * 2), "share 2 is the same"),
    "a word left out": (lambda: made.shares()[0].rsplit(b" ", 3)[0], "share 1 is mistyped"),
    "twenty times the same word": (b"academic " * 20, "share 1 is mistyped"),
}
REGISTERS: dict[str, Made] = {
    "no JSON": CANARY.encode(),
    "lists in lists without end": b"[" * 100_000,
    "another project": lambda: made.register().replace(b'"pilot"', b'"other"'),
    "a space": lambda: made.register().replace(b":", b": ", 1),
    "a key that JSON cannot hold": lambda: made.register().replace(b'"shares":0', b'"shares":' + b"9" * 30),
}
APPROVALS: dict[str, tuple[Made, str]] = {
    "nothing": (b"", "malformed"),
    "no JSON": (CANARY.encode(), "malformed"),
    "lists in lists without end": (b"[" * 100_000, "malformed"),
    "half a character": (lambda: made.approvals().replace(b'"bo"', b'"\\ud800"', 1), "malformed"),
    "a number that JSON cannot hold": (lambda: made.approvals().replace(b'"bo"', b"9" * 30, 1), "malformed"),
    "a number without end": (lambda: made.approvals().replace(b'"bo"', b"1e999", 1), "malformed"),
    "another approver": (
        lambda: made.approvals().replace(b'"approver":"bo"', b'"approver":"al"', 1),
        "does not hold",
    ),
    "approvals that are text": (b'{"approvals":"Zwartkopje","format":"desirelines approvals 1"}\n', "malformed"),
    "a field of nobody's": (lambda: made.approvals().replace(b"{", b'{"Zwartkopje":1,', 1), "malformed"),
    "a signature in capitals": (
        lambda: made.approvals().replace(b'"signature":"', b'"signature":"A', 1),
        "malformed",
    ),
}
RELEASES: dict[str, tuple[Made, str]] = {
    "no JSON": (CANARY.encode(), "malformed manifest"),
    "much left out": (made.release_manifest, "malformed manifest"),
    "a file that leads out": (lambda: made.release_manifest(files={f"../{CANARY}": {}}), "malformed manifest"),
    "lists in lists without end": (b"[" * 100_000, "malformed manifest"),
}
ERASED: dict[str, tuple[Made, str]] = {
    "no JSON": (CANARY.encode(), "cannot be read"),
    "another body": (lambda: made.erasure_list(body=CANARY), "altered or is another body's"),
    "a mark that is a value": (lambda: made.erasure_list(marks=[CANARY]), "cannot be read"),
    "a number that JSON cannot hold": (lambda: made.erasure_list(number=10**17), "altered or is another body's"),
    "a client taken out": (lambda: made.erasure_list().replace(b'"clients": 3', b'"clients": 2'), "altered"),
}

CASES = [
    *(
        Case(f"{reader}: {name}", reader, data, Refused(KeyFileError, 15, "."))
        for reader in ("key", "signing key", "public key", "person key")
        for name, data in RUBBISH.items()
    ),
    *(Case(f"key: {name}", "key", data, Refused(KeyFileError, 15, said)) for name, (data, said) in KEYS.items()),
    Case("signing key: of another kind", "signing key", x25519_pem, Refused(KeyFileError, 15, "expected Ed25519")),
    Case(
        "signing key: called another kind",
        "signing key",
        mislabelled_pem,
        Refused(KeyFileError, 15, "is malformed"),
    ),
    Case(
        "person key: called another kind", "person key", mislabelled_pem, Refused(KeyFileError, 15, "is malformed")
    ),
    Case("person key: of another kind", "person key", x25519_pem, Refused(KeyFileError, 15, "expected Ed25519")),
    Case("public key: of another kind", "public key", curve_pem, Refused(KeyFileError, 15, "expected Ed25519")),
    Case(
        "public key: a private one",
        "public key",
        made.private_pem,
        Refused(KeyFileError, 15, "malformed public half"),
    ),
    *(
        Case(f"shares: {name}", "shares", data, Refused(KeyFileError, 15, said))
        for name, (data, said) in SHARES.items()
    ),
    *(
        Case(f"register: {name}", "register", data, Refused(KeyFileError, 15, "."))
        for name, data in REGISTERS.items()
    ),
    *(
        Case(f"approvals: {name}", "approvals", data, Refused(ReleaseError, 31, said))
        for name, (data, said) in APPROVALS.items()
    ),
    *(
        Case(f"release: {name}", "release manifest", data, Refused(ReleaseError, 31, said))
        for name, (data, said) in RELEASES.items()
    ),
    *(
        Case(f"erased: {name}", "erased", data, Refused(ErasureError, 60, said))
        for name, (data, said) in ERASED.items()
    ),
]
