"""Hostile bundles and sealed files: what somebody between two zones, or in the other zone, might hand over."""

import json

from config.errors import BundleError, ContractError, KeyFileError
from flows.hand_over.header import MAGIC, SIGNATURE_BYTES, head_of
from tests.hostile import made
from tests.hostile.case import CANARY, Accepted, Case, Outcome, Refused
from tests.hostile.extracts import parquet
from tests.hostile.made import manifest_that_says, pieces, sealed_file, signed
from tests.support.signers import signer

ALTERED = "its manifest is not the one that was written"
SEALED_TO_OTHERS = "sealed to another key, or its pieces are of two files"
NOT_SIGNED = "altered on the way, or was not signed"


def refused(phrase: str) -> Refused:
    return Refused(BundleError, 22, phrase)


def edited(old: bytes, new: bytes) -> bytes:
    whole = made.bundle("tokens")["manifest.json"]
    assert old in whole
    return whole.replace(old, new, 1)


def head(**said: object) -> bytes:
    """What comes before the pieces, with other words in the header than the model allows."""
    told = {**json.loads(made.header().to_bytes()), **said}
    data = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    return MAGIC + len(data).to_bytes(4, "big") + data


def with_head(**said: object) -> bytes:
    return signed(head(**said) + pieces())


MANIFESTS: dict[str, tuple[object, str]] = {
    "nothing at all": (b"", "malformed manifest"),
    "no JSON": (CANARY.encode(), "malformed manifest"),
    "a list": (b"[]", "malformed manifest"),
    "lists in lists without end": (b"[" * 100_000, "malformed manifest"),
    "bytes that are no UTF-8": (b"\xff\xfe{}", "malformed manifest"),
    "half a character": (lambda: edited(b'"pilot"', b'"\\ud800"'), "malformed manifest"),
    "a field of nobody's": (
        manifest_that_says(**{CANARY: 1}),
        r"malformed manifest \(not JSON, or other fields\)",
    ),
    "a version to come": (manifest_that_says(format=2), r"malformed manifest \(format\)"),
    "a number that JSON cannot hold": (manifest_that_says(rows=10**17), ALTERED),
    "a population that JSON cannot hold": (manifest_that_says(population=10**30), "altered|malformed"),
    "fewer rows than none": (manifest_that_says(rows=-1), r"malformed manifest \(rows\)"),
    "a chance above one": (manifest_that_says(completeness={"dob": 1.5}), r"malformed manifest \(completeness\)"),
    "a chance that is no number": (lambda: edited(b'{"dob":0.5}', b'{"dob":NaN}'), "malformed manifest|altered"),
    "a name of a column that is a value": (
        manifest_that_says(completeness={CANARY: 7}),
        r"malformed manifest \(completeness\)",
    ),
    "a number written as text": (manifest_that_says(rows="0"), r"malformed manifest \(rows\)"),
    "another seal": (lambda: edited(b'"rows":0', b'"rows":3'), ALTERED),
    "no seal": (
        lambda: json.dumps({**json.loads(made.bundle("tokens")["manifest.json"]), "seal": ""}).encode(),
        ALTERED,
    ),
    "another project": (manifest_that_says(project=CANARY), "belongs to another project"),
    "another period": (manifest_that_says(period="1999"), "belongs to another period"),
    "another body": (manifest_that_says(body="prison"), "belongs to another body"),
    "another kind": (manifest_that_says(kind="events"), r"malformed manifest \(kind\)"),
    "a file that lies elsewhere": (manifest_that_says(file=f"../../{CANARY}.parquet"), "has no such file"),
    "a file of the machine": (manifest_that_says(file="/etc/passwd"), "has no such file"),
    "a NUL in the file's name": (manifest_that_says(file="tokens.parquet\0"), "has no such file"),
    "a digest of another file": (manifest_that_says(digest=made.NOTHING), "its file is not the one"),
    "a digest that is none": (manifest_that_says(digest=CANARY), r"malformed manifest \(digest\)"),
}

ROWS: dict[str, tuple[object, Outcome]] = {
    "nothing": (b"", refused("not sound Parquet")),
    "no Parquet": (CANARY.encode(), refused("not sound Parquet")),
    "Parquet cut short": (lambda: made.bundle("events")["events.parquet"][:-9], refused("not sound Parquet")),
    "a broken footer": (b"PAR1" + b"\xff" * 60 + b"PAR1", refused("not sound Parquet")),
    "encrypted where it may not be": (b"PARE" + b"\0" * 60 + b"PARE", refused("encrypted at rest")),
    "other columns": (parquet(last_name=[CANARY]), Refused(ContractError, 20, "broke its contract")),
    "a column of values more": (
        lambda: made.events_with(last_name=CANARY),
        Refused(ContractError, 20, "broke its contract"),
    ),
    "rows that nobody counted": (lambda: made.events_with(), refused("not the number of rows")),
}

SEALED: dict[str, tuple[object, Outcome]] = {
    "as it should be": (sealed_file, Accepted(made.FILES)),
    "nothing": (b"", refused("is not a sealed bundle")),
    "a version to come": (
        lambda: sealed_file().replace(b"bundle 1", b"bundle 2", 1),
        refused("not a sealed bundle"),
    ),
    "a head alone": (MAGIC, refused("cut short|malformed")),
    "a header of four gigabytes": (MAGIC + b"\xff" * 4, refused("says a false length")),
    "a header of lists in lists": (
        MAGIC + (5_000).to_bytes(4, "big") + b"[" * 5_000 + bytes(64),
        refused("malformed header"),
    ),
    "a header with spaces": (
        lambda: MAGIC + (len(made.header().to_bytes()) + 1).to_bytes(4, "big") + made.header().to_bytes() + b" ",
        refused("canonical"),
    ),
    "a field of nobody's": (lambda: with_head(**{CANARY: 1}), refused("malformed header")),
    "an entry that JSON cannot hold": (lambda: with_head(number=10**20), refused("canonical")),
    "a terabyte and more inside": (
        lambda: with_head(contents=[{"name": "a.json", "size": 2**41, "digest": made.NOTHING}]),
        refused(r"malformed header \(contents\)"),
    ),
    "a thousand gigabytes that are not there": (
        lambda: with_head(contents=[{"name": "a.json", "size": 2**40, "digest": made.NOTHING}]),
        refused("cut short, or longer"),
    ),
    "a name that leads out": (
        lambda: with_head(contents=[{"name": f"../{CANARY}.json", "size": 1, "digest": made.NOTHING}]),
        refused("malformed header"),
    ),
    "two files of one name": (
        lambda: with_head(contents=[{"name": "a.json", "size": 11, "digest": made.NOTHING}] * 2),
        refused("two files of one name"),
    ),
    "no file": (lambda: with_head(contents=[]), refused(r"malformed header \(contents\)")),
    "another suite": (lambda: with_head(suite="RSA"), refused(r"malformed header \(suite\)")),
    "cut short by a byte": (lambda: sealed_file()[:-1], refused("cut short")),
    "a byte more": (lambda: sealed_file() + b"\0", refused("longer than its header says")),
    "a byte changed": (lambda: made.flipped(sealed_file(), -SIGNATURE_BYTES - 1), refused(NOT_SIGNED)),
    "a signature changed": (lambda: made.flipped(sealed_file(), -1), refused(NOT_SIGNED)),
    "signed by another": (lambda: signed(sealed_file()[:-SIGNATURE_BYTES], signer("bo").key), refused(NOT_SIGNED)),
    "another header over the same pieces": (lambda: with_head(number=8), refused(SEALED_TO_OTHERS)),
    "sealed to another": (lambda: sealed_file("benefits"), refused(SEALED_TO_OTHERS)),
    "a key of low order in a piece": (
        lambda: signed(head_of(made.header()) + bytes(len(pieces()))),
        refused(SEALED_TO_OTHERS),
    ),
    "pieces that are rubbish": (
        lambda: signed(head_of(made.header()) + b"\x07" * len(pieces())),
        refused(SEALED_TO_OTHERS),
    ),
}

PARTIES: dict[str, object] = {
    "nothing": b"",
    "no JSON": CANARY.encode(),
    "bytes that are no UTF-8": b"\xff",
    "lists in lists without end": b"[" * 100_000,
    "a key that is too short": lambda: made.party().replace(b'"signing":"', b'"signing":"00', 1),
    "a key that is no hex": lambda: made.party().replace(b'"x25519":"', b'"x25519":"zz', 1),
    "a field of nobody's": lambda: made.party().replace(b"{", b'{"Zwartkopje":1,', 1),
    "capitals": lambda: made.party().replace(b"a", b"A"),
    "a space": lambda: made.party() + b" ",
}

CASES = [
    *(Case(f"manifest: {name}", "manifest", data, refused(said)) for name, (data, said) in MANIFESTS.items()),
    *(Case(f"rows: {name}", "rows", data, said) for name, (data, said) in ROWS.items()),
    *(Case(f"sealed file: {name}", "sealed file", data, said) for name, (data, said) in SEALED.items()),
    *(
        Case(f"party: {name}", "party", data, Refused(KeyFileError, 15, "public half"))
        for name, data in PARTIES.items()
    ),
]
