"""Keys of the people of a project: made, registered, shown and revoked, each step in the log."""

import os
from pathlib import Path
from typing import Final

from config.errors import KeyFileError
from config.load import Loaded, load_project
from flows.audit.people_facts import Signer, person_key_registered, person_key_revoked
from flows.audit.register import PersonKey, Register
from flows.audit.signed_words import PersonKeyEnd
from flows.audit.signing import load_public_key
from flows.audit.statement import fingerprint
from flows.context import OUTSIDE, Context, context_of
from flows.inspect_log import register_of
from flows.layout import Layout, layout
from flows.person_keys import (
    Ask,
    key_file,
    key_name,
    load_person_key,
    new_person_key,
    nobody_to_ask,
    public_pem,
)
from flows.progress import table
from flows.stores import write_bytes

ZONE: Final = "custody"


def new_key(
    project_file: Path, person: str, given: Path | None = None, *, passphrase: str = "", ask: Ask = nobody_to_ask
) -> str:
    """Make a person's pair of keys, put the public half into the project, and register it in the log.

    A private key that is there already is registered and never overwritten, so that a command that was killed
    completes when given again, and so that a key made elsewhere can be used.

    Args:
        project_file: of the project.
        person: whose; a key of [people].
        given: where the private half is kept, if not in the usual place.
        passphrase: encrypts a private half that is made now.
        ask: for the passphrase of one that is there.

    Raises:
        KeyFileError: no such person, an unusable key file, or the person has a valid key of their own already.
        AuditError: the log does not allow it.
    """
    loaded = load_project(project_file)
    path, name = key_file(loaded, person, given), key_name(loaded, person)
    with context_of(project_file, OUTSIDE, person) as context:
        register = context.log.order.register
        valid = register.valid_key(person)
        is_there = os.path.lexists(path)
        if valid is not None and not is_there:
            raise KeyFileError(name, _replace_first(person))
        private = load_person_key(path, name, ask) if is_there else new_person_key(path, name, passphrase)
        signer = Signer(loaded.project.project.name, person, private)
        if valid is not None and valid.fingerprint != signer.fingerprint:
            raise KeyFileError(name, _replace_first(person))
        known = register.keys.get(signer.fingerprint)
        if known is not None and not known.valid:
            raise KeyFileError(
                name,
                "was revoked and counts no longer; move its file aside, or give another --key-file for a new one",
            )
        write_bytes(context.places.people / f"{name}.pub", public_pem(private))
        if known is None:
            context.note(person_key_registered(signer), ZONE)
    return (
        f"{person} signs with {path}\nfingerprint {signer.fingerprint}\n"
        "Keep the file to yourself. Tell the auditor the fingerprint by another way than this computer."
    )


def revoke_key(project_file: Path, person: str, actor: str, reason: str) -> str:
    """Say that a person's key counts no longer; what it signed before still does.

    Args:
        project_file: of the project.
        person: whose.
        actor: the person, or a custodian.
        reason: a word of `PersonKeyEnd`.

    Raises:
        KeyFileError: nobody of [people], no valid key, an unknown reason, or neither the person nor a custodian.
        AuditError: the log does not allow it.
    """
    loaded = load_project(project_file)
    # Who left the project, and so stands under [people] no longer, is whom revocation is for.
    who = loaded.project.people.get(actor)
    if who is None or not (who.may_keep_keys or actor == person):
        raise KeyFileError("any", "--as must be the key's owner, or somebody with the role custodian")
    if reason not in list(PersonKeyEnd):
        raise KeyFileError("any", f"a reason for revocation is one of {', '.join(PersonKeyEnd)}")
    with context_of(project_file, OUTSIDE, actor) as context:
        valid = context.log.order.register.valid_key(person)
        if valid is None:
            raise KeyFileError("any", "this person has none that is valid; `desirelines people show` lists all")
        facts = person_key_revoked(person=person, key=valid.fingerprint, reason=PersonKeyEnd(reason))
        context.note(facts, ZONE)
    return (
        f"the key {valid.fingerprint} of {person} counts no longer: {reason}\n"
        f"a new one is made with: desirelines people new {person}"
    )


def show_people(project_file: Path) -> str:
    """Everybody with their roles, and every key that was ever registered, from the verified log."""
    loaded = load_project(project_file)
    places, register = layout(loaded), register_of(project_file)
    rows = []
    for name, person in loaded.project.people.items():
        valid = register.valid_key(name)
        state = _state(loaded, places, name, valid) if person.key is not None else "names no key"
        rows.append(
            {
                "person": name,
                "roles": ", ".join(person.roles),
                "key": "" if valid is None else valid.fingerprint,
                "state": state,
            }
        )
    past = [
        {"person": key.person, "key": key.fingerprint, "registered": key.registered, "until": key.revoked or "now"}
        for key in register.keys.values()
    ]
    return table(rows) + ("\n\nkeys over time\n" + table(past) if past else "")


def signer_of(context: Context, person: str, given: Path | None, ask: Ask) -> Signer:
    """Who signs, with the key that the log says is theirs.

    Raises:
        KeyFileError: no such person, an unusable key file, a key that is not registered, was revoked or is
            another's, or a public half in the project's folder that is not the registered one.
    """
    loaded, register = context.loaded, context.log.order.register
    name, path = key_name(loaded, person), key_file(loaded, person, given)
    problem = _problem(register, register.valid_key(person), person)
    if problem:
        raise KeyFileError(name, problem)
    signer = Signer(loaded.project.project.name, person, load_person_key(path, name, ask))
    known = register.keys.get(signer.fingerprint)
    if known is None:
        raise KeyFileError(name, "is not the one that is registered; `desirelines people show` tells which is")
    if known.person != person:
        raise KeyFileError(name, "is registered as the key of somebody else")
    if not known.valid:
        raise KeyFileError(name, "was revoked; sign with the key that was registered after it")
    if fingerprint(load_public_key(context.places.people, name).public_bytes_raw()) != signer.fingerprint:
        raise KeyFileError(name, f"its public half {name}.pub is not the one that the log has registered")
    return signer


def _problem(register: Register, valid: PersonKey | None, person: str) -> str:
    if valid is not None:
        return ""
    had_one = any(key.person == person for key in register.keys.values())
    said = "was revoked" if had_one else "is not registered in the log"
    return f"{said}; make one with: desirelines people new {person}"


def _state(loaded: Loaded, places: Layout, person: str, valid: PersonKey | None) -> str:
    if valid is None:
        return "no valid key"
    try:
        public = load_public_key(places.people, key_name(loaded, person)).public_bytes_raw()
    except KeyFileError:
        return "valid; its public half is missing or unusable"
    return "valid" if fingerprint(public) == valid.fingerprint else "valid; ANOTHER public half lies in the folder"


def _replace_first(person: str) -> str:
    return (
        f"{person} has a valid key already; if it is lost, a custodian revokes it first: "
        f"desirelines people revoke {person} --as NAME --reason lost"
    )
