"""Making, showing and rotating the keys that a project file names."""

import hashlib
from pathlib import Path

from config.errors import KeyFileError
from config.load import Loaded, load_project
from flows.audit.release_facts import key_made, key_rotated
from flows.audit.signing import load_public_key, new_signing_key
from flows.context import OUTSIDE, context_of
from flows.keyring import describe, new_secret, rotate_secret
from flows.layout import Layout, layout
from flows.progress import table
from flows.stores import sweep

SECRETS, SIGNING = ("linkage", "spine"), ("log", "witness")
ZONE = "custody"


def make_keys(project_file: Path, only: str, actor: str) -> list[str]:
    """Make the keys that are missing, or the one named, and note each in the log.

    A key that a killed command made and could not note is noted now.

    Returns:
        One line a key.

    Raises:
        KeyFileError: the one named exists, or is not a key of this project.
    """
    loaded = load_project(project_file)
    places, names = layout(loaded), _names(loaded)
    if only and only not in names.values():
        raise KeyFileError(only, "is not named under [keys] of the project file")
    sweep(places.keys)
    made = [
        name for name in names.values() if name == only or not (only or (places.keys / f"{name}.key").exists())
    ]
    for role, name in names.items():
        if name in made and role in SIGNING:
            new_signing_key(places.keys, name)
        elif name in made:
            new_secret(places.keys / f"{name}.key", name)
    ids = {name: _public_id(places, role, name) for role, name in names.items() if _is_here(places, name)}
    if not all(_is_here(places, names[role]) for role in SIGNING):
        return [f"made {name}  {ids[name]}; noted once the log's own keys are made" for name in made]
    with context_of(project_file, OUTSIDE, custodian(loaded, actor)) as context:
        noted = {str(entry.facts.values.get("key_id")) for entry in context.log.entries}
        for name, key_id in ids.items():
            if key_id not in noted:
                context.note(key_made(key=name, key_id=key_id), ZONE)
    return [f"made {name}  {ids[name]}" for name in made] or ["no key is missing"]


def show_keys(project_file: Path) -> str:
    """Names, uses and public ids of all keys, as a table."""
    loaded = load_project(project_file)
    places = layout(loaded)
    rows = []
    for role, name in _names(loaded).items():
        key_id = _public_id(places, role, name) if _is_here(places, name) else "not on this machine"
        rows.append({"key": name, "use": role, "public id": key_id})
    return table(rows)


def rotate_key(project_file: Path, name: str, actor: str) -> str:
    """Put a new linkage or spine key in place of the old one, which is kept aside.

    Raises:
        KeyFileError: not such a key, or its file is unusable.
    """
    loaded = load_project(project_file)
    places = layout(loaded)
    role = {key: role for role, key in _names(loaded).items()}.get(name)
    if role not in SECRETS:
        raise KeyFileError(name, "only the linkage and the spine key can be rotated")
    sweep(places.keys)
    before = _public_id(places, role, name)
    rotate_secret(places.keys / f"{name}.key", name)
    after = _public_id(places, role, name)
    with context_of(project_file, OUTSIDE, custodian(loaded, actor)) as context:
        context.note(key_rotated(key=name, key_id=after, previous_key_id=before), ZONE)
    return f"rotated {name}: {before} → {after}; bundles made with the old key must be made again"


def custodian(loaded: Loaded, actor: str) -> str:
    """Who does it: the person named, or else the first custodian.

    Raises:
        KeyFileError: nobody of [people], or no custodian.
    """
    people = loaded.project.people
    if actor and (actor not in people or not people[actor].may_keep_keys):
        raise KeyFileError("any", "--as names nobody of [people] with the role custodian in the project file")
    return actor or next(name for name, person in people.items() if person.may_keep_keys)


def _names(loaded: Loaded) -> dict[str, str]:
    names = loaded.project.keys
    return {role: getattr(names, role) for role in (*SIGNING, *SECRETS)}


def _is_here(places: Layout, name: str) -> bool:
    """Whether the key's file is there; of a signing key both halves, since a kill may leave one."""
    private, public = places.keys / f"{name}.key", places.keys / f"{name}.pub"
    return private.exists() and (public.exists() or b"PRIVATE KEY" not in private.read_bytes()[:64])


def _public_id(places: Layout, role: str, name: str) -> str:
    """A public key may be hashed; a secret key's id is a keyed derivation."""
    if role in SIGNING:
        return hashlib.sha256(load_public_key(places.keys, name).public_bytes_raw()).hexdigest()[:32]
    return describe(places.keys / f"{name}.key", name).key_id
