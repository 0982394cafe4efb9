"""A new key takes over from another: at once or from a period on; of signing keys, the one before signs it in."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.errors import KeyFileError
from config.load import Loaded, load_project
from config.terms import Action
from flows.audit import key_facts
from flows.audit.checkpoint import LOG, WITNESS, PublicKeys
from flows.audit.facts import Facts
from flows.audit.key_words import RevocationReason, Signer
from flows.audit.release_facts import key_made
from flows.audit.signers import OTHER, hexed, introduced, public_id
from flows.audit.signing import load_public_key, load_signing_key, new_signing_key
from flows.context import OUTSIDE, Context, context_of, open_log
from flows.custody import ZONE, custodian
from flows.keyring import new_secret, rotate_secret
from flows.keys.known import keyed_for, known_keys, short_id
from flows.keys.lives import serving
from flows.keys.names import RECORD, SECRETS, NamedKey, named_key
from flows.keys.register import write_register
from flows.keys.wipe import wipe
from flows.layout import layout
from flows.stores import sweep, sync
from linkage.journeys.coded import period_end, period_start

NEXT: Final = "next"
PERIOD: Final = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?")


def rotate_key(project_file: Path, name: str, actor: str, from_period: str = "") -> str:
    """Put a new key in a key's place; the old one is kept beside it.

    Args:
        project_file: of the project.
        name: of the key.
        actor: who does it.
        from_period: first period that the new one serves; empty for at once.

    Returns:
        What was done, and what comes next.

    Raises:
        KeyFileError: no such key, its file is unusable, or the period is none that is still to come.
    """
    loaded = load_project(project_file)
    key = named_key(loaded, name)
    if from_period and key.use not in SECRETS:
        raise KeyFileError(name, "only linkage and spine keys are of periods; leave --from out")
    if from_period:
        _is_to_come(loaded, name, from_period)
    sweep(key.folder)
    if key.signs:
        return _rotate_signer(project_file, loaded, key, actor)
    with context_of(project_file, OUTSIDE, custodian(loaded, actor)) as context:
        return _rotate_secret(context, key, from_period)


def replace_lost(project_file: Path, name: str, actor: str) -> str:
    """Put a new signing key in place of a lost one; the other signing key vouches for it, and the log says so.

    Raises:
        KeyFileError: it is no signing key, is not lost, or its public half is not here either.
        AuditError: the log does not verify.
    """
    loaded = load_project(project_file)
    key = named_key(loaded, name)
    if not key.signs:
        raise KeyFileError(name, "only a key that signs the log can be replaced on another's word; see lose-a-key")
    if key.path.exists():
        raise KeyFileError(name, f"its file is here; give 'desirelines keys rotate {name}' instead")
    sweep(key.folder)
    fresh = _fresh_signer(key)
    before, after = load_public_key(key.folder, key.stem), fresh.public_key()
    role, voucher = key.use, _other_signer(loaded, key)
    keys = {role: before, OTHER[role]: voucher.public_key()}
    signing = {role: fresh, OTHER[role]: voucher}
    log = open_log(loaded, signing[LOG], signing[WITNESS], PublicKeys(keys[LOG], keys[WITNESS]))
    context = Context(loaded, layout(loaded), OUTSIDE, custodian(loaded, actor), log)
    if not log.size:
        raise KeyFileError(name, "there is no log yet that could be continued; make keys: desirelines keys new")
    previous = public_id(hexed(before))
    if log.signer(role) != hexed(after):
        size, root = log.size, log.root
        facts = key_facts.log_continued(
            key=name,
            key_id=public_id(hexed(after)),
            previous_key_id=previous,
            use=Signer(role),
            public_key=hexed(after),
            previous_public_key=hexed(before),
            size=size,
            root=root,
            last_signature=log.last_signatures[role],
            voucher=hexed(voucher.public_key()),
            signature=introduced(voucher, role, size, root, before=hexed(before), after=hexed(after), lost=True),
        )
        context.note(facts, ZONE)
    if not known_keys(context)[previous].revoked:
        context.note(key_facts.key_revoked(key=name, key_id=previous, reason=RevocationReason.LOST), ZONE)
    _take_place(key)
    write_register(context.places.keys, loaded.project.project.name, known_keys(context))
    return (
        f"the log goes on under a new {role} key, {short_id(public_id(hexed(after)))}; the {OTHER[role]}'s key "
        "vouched for it, and every verification says so\nhand the new .key and .pub to the zones, and hold the "
        "log against the bodies' anchors once: desirelines audit verify"
    )


def _is_to_come(loaded: Loaded, name: str, from_period: str) -> None:
    if not PERIOD.fullmatch(from_period):
        raise KeyFileError(name, "--from: expected a year (2026), a month (2026-06) or a quarter (2026-Q3)")
    now = keyed_for(loaded.project)
    if period_start(from_period) < period_end(now):
        raise KeyFileError(name, f"--from: expected a period after {now}; leave it out to rotate at once")


def _rotate_secret(context: Context, key: NamedKey, from_period: str) -> str:
    known, period = known_keys(context), keyed_for(context.project)
    served = serving(known, key.name, from_period or period)
    is_here = key.path.exists()
    if not is_here and served is None:
        raise KeyFileError(key.name, "there is no such key file, and nobody tells of one")
    last = key.id_of(key.path) if is_here else ""
    before = served.key_id if served else last
    if not is_here:
        new_secret(key.path, key.stem)
    elif last in known or served is None:
        rotate_secret(key.path, key.stem)
    # Else the file is that of a command that was killed before it could note the key it had made.
    after = key.id_of(key.path)
    began = from_period or (served.active_from if served else "")
    context.note(
        key_facts.secret_rotated(key=key.name, key_id=after, previous_key_id=before, from_period=began), ZONE
    )
    write_register(context.places.keys, context.project.project.name, known_keys(context))
    rotated = f"rotated {key.name}: {short_id(before)} → {short_id(after)}"
    if key.file_of(before) is None:
        rotated += "; the old key is not on this machine, and nothing of its periods can be made again without it"
    if key.use == RECORD:
        return (
            f"{rotated}\nthe body's records get new ids with the next encode; nobody can be followed from before"
        )
    if from_period:
        return (
            f"{rotated}, from {from_period} on; until then the old key serves\n"
            f"hand {key.stem}.key and the numbered files beside it to every machine that holds this key now"
        )
    makes = {
        "linkage": "all bodies must encode again before the next link",
        "spine": "link again: persons get new ids",
    }.get(key.use, "what lies encrypted of the period must be made again")
    return (
        f"{rotated}, in force now for {period}\n{makes}; hand {key.stem}.key to every machine that holds this key"
    )


def _rotate_signer(project_file: Path, loaded: Loaded, key: NamedKey, actor: str) -> str:
    """The old key signs the entry that brings the new one in; the new one signs the next, then takes its place.

    Killed at any point, the same command given again completes it.
    """
    if (key.folder / f"{key.stem}.{NEXT}.pub").exists() and not (key.folder / f"{key.stem}.{NEXT}.key").exists():
        _take_place(key)
        return f"rotated {key.name}: what was interrupted is complete now"
    with context_of(project_file, OUTSIDE, custodian(loaded, actor)) as context:
        old, fresh = load_signing_key(key.folder, key.stem), _fresh_signer(key)
        before, after = hexed(old.public_key()), hexed(fresh.public_key())
        ids = {"key_id": public_id(after), "previous_key_id": public_id(before)}
        if context.log.signer(key.use) != after:
            size, root = context.log.size, context.log.root
            facts = key_facts.signer_rotated(
                key=key.name,
                use=Signer(key.use),
                public_key=after,
                previous_public_key=before,
                size=size,
                root=root,
                signature=introduced(old, key.use, size, root, before=before, after=after, lost=False),
                **ids,
            )
            context.note(facts, ZONE)
        with _signing_anew(context, key, fresh) as renewed:
            if not any(_says(entry.facts, ids["key_id"]) for entry in renewed.log.entries):
                renewed.note(key_made(key=key.name, key_id=ids["key_id"]), ZONE)
            _take_place(key)
            write_register(context.places.keys, loaded.project.project.name, known_keys(renewed))
    return (
        f"rotated {key.name}: {short_id(ids['previous_key_id'])} → {short_id(ids['key_id'])}; the old key signed "
        f"the new one in and is destroyed here\nhand {key.stem}.key and {key.stem}.pub to every machine that "
        "holds this key, and destroy the old .key there; auditors may keep the public half they have"
    )


@contextmanager
def _signing_anew(context: Context, key: NamedKey, fresh: Ed25519PrivateKey) -> Iterator[Context]:
    """The same surroundings, with the new key signing and the one before it trusted."""
    signing = {key.use: fresh, OTHER[key.use]: _other_signer(context.loaded, key)}
    log = open_log(context.loaded, signing[LOG], signing[WITNESS], context.log.public_keys)
    yield replace(context, log=log)


def _other_signer(loaded: Loaded, key: NamedKey) -> Ed25519PrivateKey:
    return load_signing_key(key.folder, getattr(loaded.project.keys, OTHER[key.use]))


def _fresh_signer(key: NamedKey) -> Ed25519PrivateKey:
    """The key that is about to take over, made where it is not there yet."""
    name = f"{key.stem}.{NEXT}"
    if not (key.folder / f"{name}.pub").exists():
        new_signing_key(key.folder, name)
    return load_signing_key(key.folder, name)


def _says(facts: Facts, key_id: str) -> bool:
    return facts.action is Action.KEY_MADE and facts.values["key_id"] == key_id


def _take_place(key: NamedKey) -> None:
    """Put the new key's two files in the old one's place, each kept under a number; completes what was cut off."""
    for suffix in ("key", "pub"):
        path, fresh = key.folder / f"{key.stem}.{suffix}", key.folder / f"{key.stem}.{NEXT}.{suffix}"
        if not fresh.exists():
            continue
        if path.exists():
            _keep(path)
        fresh.replace(path)
        sync(path.parent)
    # A signing key that another one took over from has nothing left to sign; only harm could come of it.
    for retired in key.files():
        if retired != key.path:
            wipe(retired)


def _keep(path: Path) -> None:
    """A second name for a file, with the first number that is free; none where it has one already."""
    number = 1
    while True:
        kept = path.with_name(f"{path.stem}.{number}{path.suffix}")
        if not os.path.lexists(kept):
            os.link(path, kept, follow_symlinks=False)
            return
        if kept.samefile(path):
            return
        number += 1
