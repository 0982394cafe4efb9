"""Every reader of ours as a function of bytes and of a folder to work in: it gives what they mean, or an error.

The input of a body's extracts lies in that body's folder below; any other input in the folder `in`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from anonymise.features import features
from anonymise.normalise import normalise
from config.bundles import EventManifest, TokenManifest
from config.cron import cron
from config.errors import SettingsError
from config.frames import EVENTS, PEOPLE_COLUMNS
from config.ideal import linear_paths
from config.load import Loaded, load_project
from config.notes import NotesSettings
from config.routes import route_of
from flows.audit.chain import verify
from flows.audit.checkpoint import read_checkpoint
from flows.audit.entry import read_entry
from flows.audit.held import OWN
from flows.audit.signing import load_public_key, load_signing_key
from flows.bundles import MANIFEST, read_frame, read_manifest
from flows.erasure.listed import FILE, read_list
from flows.hand_over.container import opened
from flows.hand_over.keys import public_of
from flows.ingest.limits import Limits
from flows.keyring import load_secret
from flows.keys.register import parse_register
from flows.keys.shares import combined, read_share
from flows.labelled import read_labelled
from flows.logs.convert import Reading, convert
from flows.moment import read_moment
from flows.notes import notes_of
from flows.person_keys import load_person_key
from flows.profile.gather import gathered_profile
from flows.release.approvals import read_approvals
from flows.release.budget import ledger
from flows.release.verify import read_release_manifest
from tests.hostile.extracts import SMALL
from tests.hostile.made import bundle, opening_key, sender_key, story
from tests.support.audit_story import KEYS
from tests.support.extracts import project, took

Reader = Callable[..., object]
MOST_SEALED = 1 << 26


def extract(data: bytes, folder: Path, *, file: str, caps: Mapping[str, int] | None = None, **settings: object):
    """What ingest makes of an extract; the rows of that one file."""
    limits = Limits(**(vars(SMALL) | dict(caps or {})))
    taken = took(folder, {file: data}, limits=limits, **settings)
    return next(each for each in taken.receipts if each.file.startswith(file)), taken


def profile(data: bytes, folder: Path, *, file: str = "people.csv", header_line: int = 1):
    """What `desirelines profile` tells of a file."""
    path = _placed(data, folder, file)
    return gathered_profile(str(path), None, header_line, loaded=None, body="", words=False).rows


def names(data: bytes, folder: Path):  # noqa: ARG001
    """What normalisation and the features make of a person all of whose fields are this text."""
    text = data.decode("utf-8", "replace")
    people = pl.DataFrame({name: [text] for name in PEOPLE_COLUMNS})
    canonical = normalise(people)
    return canonical, features(canonical)


def manifest(data: bytes, folder: Path, *, kind: str = "tokens"):
    """What a bundle's manifest says; the file that it describes is there."""
    place = _bundle(folder, kind)
    (place / MANIFEST).write_bytes(data)
    return read_manifest(place, TokenManifest if kind == "tokens" else EventManifest, project())


def rows(data: bytes, folder: Path):
    """A bundle's rows; its manifest is made to fit whatever file lies there."""
    place = _bundle(folder, "events")
    said = read_manifest(place, EventManifest, project())
    (place / said.file).write_bytes(data)
    return read_frame(place, said, EVENTS).height


def sealed(data: bytes, folder: Path):
    """What is inside a sealed file from `housing` to the linkage unit."""
    path, out = _placed(data, folder, "a.sealed"), folder / "out"
    out.mkdir(exist_ok=True)
    for left in out.iterdir():
        left.unlink()
    with opened(path, "a.sealed", MOST_SEALED) as found:
        found.verify(sender_key().public_key())
        found.unseal(opening_key(), out)
    return {each.name: each.read_bytes() for each in sorted(out.iterdir())}


def party(data: bytes, folder: Path):  # noqa: ARG001
    """A party's public half."""
    return public_of(data, "housing").fingerprint


def project_file(data: bytes, folder: Path):
    """A project file."""
    return load_project(_placed(data, folder, "project.toml")).project


def notes(data: bytes, folder: Path):
    """A file of notes."""
    said = project().model_copy(update={"notes": NotesSettings(file="notes.toml")})
    return notes_of(Loaded(said, _placed(data, folder, "notes.toml").parent, "project.toml", b""))


def schedule(data: bytes, folder: Path):  # noqa: ARG001
    """The five fields of a schedule, and what the loading of a project file makes of our error."""
    try:
        return cron(data.decode("utf-8", "replace"))
    except ValueError as fault:
        if not str(fault).startswith(("five fields", "a time that comes")):
            raise
        said = str(fault)
    raise SettingsError("project.toml", [f"schedule.cron: expected {said}"])


def moment(data: bytes, folder: Path):  # noqa: ARG001
    """A moment that somebody typed."""
    return read_moment(data.decode("utf-8", "replace"), "2024")


def route(data: bytes, folder: Path):  # noqa: ARG001
    """A route as a category spells it."""
    return route_of(data.decode("utf-8", "replace"))


def ideal_path(data: bytes, folder: Path):
    """An ideal path, as a project file has it."""
    text = data.decode("utf-8", "replace").encode()
    example = example_file()
    at = example.index(b"ideal_path = ")
    end = example.index(b"\n", at)
    found = project_file(example[:at] + b"ideal_path = " + text + example[end:], folder)
    return [linear_paths(each.ideal_path) for each in found.journeys.values()]


def log(data: bytes, folder: Path):  # noqa: ARG001
    """An audit log beside the checkpoint that was signed for the whole story."""
    return len(verify(data, {OWN: story()[1]}, KEYS).entries)


def checkpoint(data: bytes, folder: Path):  # noqa: ARG001
    """The log's own checkpoint beside the log."""
    return verify(story()[0], {OWN: data}, KEYS).checkpoints


def anchor(data: bytes, folder: Path):  # noqa: ARG001
    """A body's anchor beside the log and its checkpoint."""
    return verify(story()[0], {OWN: story()[1], "housing": data}, KEYS).checkpoints


def entry(data: bytes, folder: Path):  # noqa: ARG001
    """One line of a log."""
    return read_entry(data).to_bytes()


def lone_checkpoint(data: bytes, folder: Path):  # noqa: ARG001
    """A checkpoint by itself."""
    return read_checkpoint("housing", data).size


def budget(data: bytes, folder: Path):
    """The ledger of spent privacy budget."""
    return len(ledger(_placed(data, folder, "ledger.jsonl")))


def erased(data: bytes, folder: Path):
    """A body's list of erased clients."""
    return read_list(_placed(data, folder, FILE).parent, "pilot", "housing")


def key(data: bytes, folder: Path):
    """A key of the project."""
    return load_secret(_placed(data, folder, "linkage.key", 0o600), "linkage").name


def signing_key(data: bytes, folder: Path):
    """A private key of the log."""
    path = _placed(data, folder, "log.key", 0o600)
    return load_signing_key(path.parent, "log")


def public_key(data: bytes, folder: Path):
    """A public key of the log."""
    return load_public_key(_placed(data, folder, "log.pub").parent, "log").public_bytes_raw()


def person_key(data: bytes, folder: Path):
    """A person's private key, perhaps protected by a passphrase."""
    return load_person_key(_placed(data, folder, "bo.key", 0o600), "bo", lambda _: "a long enough passphrase")


def register(data: bytes, folder: Path):  # noqa: ARG001
    """The register of the project's keys."""
    return parse_register(data, "pilot")


def share(data: bytes, folder: Path):  # noqa: ARG001
    """Shares of a key, with blank lines between them."""
    typed = [read_share("linkage", each, n) for n, each in enumerate(data.split(b"\n\n\n"), 1)]
    return combined("linkage", typed)


def approvals(data: bytes, folder: Path):  # noqa: ARG001
    """The approvals beside a release."""
    return [each.approver for each in read_approvals(data)]


def release_manifest(data: bytes, folder: Path):
    """What a release says of itself."""
    return read_release_manifest(_placed(data, folder, "0123456789abcdef/manifest.json").parent).id


def event_log(data: bytes, folder: Path, *, file: str = "log.xes"):
    """A public event log."""
    return convert(_placed(data, folder, file), folder / "out", Reading()).events


def labelled(data: bytes, folder: Path, *, as_mapping: bool = False):
    """A file of labelled people, or how its columns are called."""
    plain = b"id,first_name,last_name\n1,a,b\n"
    path = _placed(plain if as_mapping else data, folder, "labelled.csv")
    mapping = _placed(data, folder, "map.toml") if as_mapping else None
    return [each.people.height for each in read_labelled(path, None, truth="id", mapping=mapping, dedupe=True)]


def example_file() -> bytes:
    """The example's project file."""
    return (Path(__file__).parents[2] / "config" / "example" / "project.toml").read_bytes()


def _placed(data: bytes, folder: Path, name: str, mode: int = 0o640) -> Path:
    path = folder / "in" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(mode)
    return path


def _bundle(folder: Path, kind: str) -> Path:
    """A bundle that holds: an empty one."""
    place = folder / "in" / kind / "housing"
    for name, content in bundle(kind).items():
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return place


READERS: Mapping[str, Reader] = {
    "extract": extract,
    "profile": profile,
    "names": names,
    "manifest": manifest,
    "rows": rows,
    "sealed file": sealed,
    "party": party,
    "project file": project_file,
    "notes": notes,
    "schedule": schedule,
    "moment": moment,
    "route": route,
    "ideal path": ideal_path,
    "log": log,
    "checkpoint": checkpoint,
    "anchor": anchor,
    "entry": entry,
    "lone checkpoint": lone_checkpoint,
    "budget": budget,
    "erased": erased,
    "key": key,
    "signing key": signing_key,
    "public key": public_key,
    "person key": person_key,
    "register": register,
    "shares": share,
    "approvals": approvals,
    "release manifest": release_manifest,
    "event log": event_log,
    "labelled": labelled,
}
"""By name."""
