"""Making and showing the keys that a project file names, and who may do so."""

import hashlib
from pathlib import Path

from config.errors import KeyFileError
from config.load import Loaded, load_project
from flows.audit.release_facts import key_made
from flows.audit.signing import load_public_key, new_signing_key
from flows.context import OUTSIDE, context_of
from flows.keyring import describe, new_secret
from flows.keys.known import known_keys, lives_here
from flows.keys.lives import lives
from flows.keys.names import at_rest_name
from flows.keys.register import write_register
from flows.layout import Layout, layout
from flows.stores import folder, sweep

SECRETS, SIGNING = ("linkage", "spine"), ("log", "witness")
ZONE = "custody"
KEYS_MODE = 0o700
LOST = (
    "is known already, but its file is not on this machine; take it over, put it together from its shares "
    "(desirelines keys restore), or let a new one take its place (keys rotate; of the log or witness, "
    "keys replace-lost)"
)


def make_keys(project_file: Path, only: str, actor: str) -> list[str]:
    """Make the keys that are missing, or the one named, and note each in the log.

    A key that a killed command made and could not note is noted now. One that the log knows already is never made
    again: it was lost, split, or lies elsewhere.

    Returns:
        One line a key.

    Raises:
        KeyFileError: the one named exists, or is not a key of this project.
    """
    loaded = load_project(project_file)
    places, names = layout(loaded), _names(loaded)
    if only and only not in names.values():
        raise KeyFileError(only, "is not named under [keys] of the project file")
    folder(places.keys).chmod(KEYS_MODE)
    sweep(places.keys)
    missing = [name for name in names.values() if name == only or not (only or _is_here(places, name))]
    if all(_is_here(places, names[role]) for role in SIGNING):
        # What a killed command was writing to the log is finished first, or it could not be read.
        with context_of(project_file, OUTSIDE, custodian(loaded, actor)):
            pass
    told = {each.name for each in lives_here(loaded).values()}
    lost = [name for name in missing if name in told and not _is_here(places, name)]
    if only in lost:
        raise KeyFileError(only, LOST)
    not_made = [f"not made: key '{name}' {LOST}" for name in lost]
    made = [name for name in missing if name not in lost]
    for role, name in names.items():
        if name in made and role in SIGNING:
            new_signing_key(places.keys, name)
        elif name in made:
            new_secret(places.keys / f"{name}.key", name)
    ids = {name: _public_id(places, role, name) for role, name in names.items() if _is_here(places, name)}
    if not all(_is_here(places, names[role]) for role in SIGNING):
        return [*(f"made {name}  {ids[name]}; noted once the log's own keys are made" for name in made), *not_made]
    with context_of(project_file, OUTSIDE, custodian(loaded, actor)) as context:
        known = lives(context.log.entries)
        for name, key_id in ids.items():
            # A further key of a name was made by a rotation that was killed, which completes it.
            if name not in {each.name for each in known.values()}:
                context.note(key_made(key=name, key_id=key_id), ZONE)
        project = loaded.project.project.name
        write_register(places.keys, project, known_keys(context))
    return [
        *(f"made {name}  {ids[name]}" for name in made),
        *not_made,
    ] or ["no key is missing"]


def show_keys(project_file: Path) -> str:
    """Every key and its life, as a table, also of keys that others took over from.

    The register beside the keys is written anew where it says anything else.
    """
    from flows.keys.show import key_table

    return key_table(project_file)


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
    at_rest = {"at_rest": at_rest_name(loaded.project.project.period)} if names.at_rest else {}
    return {role: getattr(names, role) for role in (*SIGNING, *SECRETS)} | at_rest


def _is_here(places: Layout, name: str) -> bool:
    """Whether the key's file is there; of a signing key both halves, since a kill may leave one."""
    private, public = places.keys / f"{name}.key", places.keys / f"{name}.pub"
    return private.exists() and (public.exists() or b"PRIVATE KEY" not in private.read_bytes()[:64])


def _public_id(places: Layout, role: str, name: str) -> str:
    """A public key may be hashed; a secret key's id is a keyed derivation."""
    if role in SIGNING:
        return hashlib.sha256(load_public_key(places.keys, name).public_bytes_raw()).hexdigest()[:32]
    return describe(places.keys / f"{name}.key", name).key_id
