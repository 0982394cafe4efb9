"""Splitting a key among custodians and putting it together again: files or a terminal, and the log."""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anonymise.keys import key_id, secret
from config.errors import KeyFileError
from config.load import Loaded, load_project
from flows.audit.checkpoint import LOG, WITNESS
from flows.audit.key_facts import key_restored, key_split
from flows.audit.key_words import Original
from flows.audit.release_facts import key_made
from flows.audit.signers import OTHER, hexed, public_id
from flows.audit.signing import keep_signing_key, load_signing_key
from flows.context import OUTSIDE, Context, context_of, open_log
from flows.custody import ZONE, custodian
from flows.keyring import keep_secret, material_of
from flows.keys.known import known_keys, lives_here, refuse_ended
from flows.keys.lives import Lives
from flows.keys.names import RECORD, NamedKey, named_key
from flows.keys.register import write_register
from flows.keys.shares import Heading, Typed, check_numbers, combined, read_share, share_text, split, threshold_of
from flows.keys.wipe import wipe
from flows.layout import layout
from flows.lock import alone
from flows.stores import create_bytes

MOST_READ: Final = 16_384
SHARE_MODE: Final = 0o600
SHARES_MODE: Final = 0o700
CUSTODIAN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,59}")
FORGET_SCREEN: Final = "\x1b[H\x1b[2J\x1b[3J"
"""Clears the screen and what was scrolled off it, where the terminal can."""
Ask = Callable[[str], str]


@dataclass(frozen=True)
class Asked:
    """How a key is to be split.

    Attributes:
        threshold: shares that give it back.
        shares: that there are.
        custodians: whom they are for, in turn; or nobody named.
        with_passphrase: whether a passphrase is to be needed too.
        destroy: whether the key's file is to be destroyed afterwards.
    """

    threshold: int
    shares: int
    custodians: tuple[str, ...] = ()
    with_passphrase: bool = False
    destroy: bool = False


def hidden(prompt: str) -> str:
    """What somebody types at the terminal, unseen.

    Raises:
        KeyFileError: nobody is at a terminal.
    """
    if not sys.stdin.isatty():
        raise KeyFileError("in shares", "shares and passphrases are typed at a terminal, or shares given as files")
    return str(typer.prompt(prompt, hide_input=True, err=True))


def split_key(project_file: Path, name: str, asked: Asked, out: Path | None, actor: str, ask: Ask = hidden) -> str:
    """Split a key into shares, prove them, hand them out and note it in the log.

    Args:
        project_file: of the project.
        name: of the key.
        asked: how.
        out: folder for one file a share; None to show them one by one at the terminal.
        actor: who does it.
        ask: for a passphrase.

    Raises:
        KeyFileError: no such key, its file is unusable or went away meanwhile, the numbers do not fit, or nowhere
            to show shares.
        BusyError: another command is under way; one that showed shares waits for its end instead.
    """
    loaded = load_project(project_file)
    key = named_key(loaded, name)
    check_numbers(name, asked.threshold, asked.shares)
    if asked.custodians and len(asked.custodians) != asked.shares:
        raise KeyFileError(name, f"{asked.shares} shares, and {len(asked.custodians)} custodians are named")
    if not all(CUSTODIAN.fullmatch(each) for each in asked.custodians):
        raise KeyFileError(name, "a custodian is named by letters, digits, spaces, '.', '_' and '-', at most 60")
    if out is None and not sys.stdout.isatty():
        raise KeyFileError(name, "shares are shown at a terminal alone; give --out FOLDER for files")
    material, own = _material(key), key.id_of(key.path)
    passphrase = _new_passphrase(ask) if asked.with_passphrase else ""
    words = split(name, material, asked.threshold, asked.shares, passphrase)
    texts = [share_text(_heading(loaded, key, own, asked, number), each) for number, each in enumerate(words, 1)]
    who = custodian(loaded, actor)
    if out is None:
        _shown(texts)
    # People take their time over their shares; nobody else is kept waiting for them.
    with alone(loaded, patient=out is None), context_of(project_file, OUTSIDE, who) as context:
        path = key.file_of(own)
        if path is None:
            raise KeyFileError(name, "its file was taken away meanwhile, so nothing is noted; destroy the shares")
        if key.use == RECORD and own not in known_keys(context):
            context.note(key_made(key=name, key_id=own), ZONE)
        if out is not None:
            _written(out, name, texts)
        original = Original.DESTROYED if asked.destroy else Original.KEPT
        facts = key_split(key=name, key_id=own, threshold=asked.threshold, shares=asked.shares, original=original)
        context.note(facts, ZONE)
        write_register(context.places.keys, loaded.project.project.name, known_keys(context))
        if asked.destroy:
            wipe(path)
    where = f"{asked.shares} files in {out}" if out is not None else f"{asked.shares} shares were shown"
    left = f"its file here is destroyed; {asked.threshold} custodians give it back" if asked.destroy else (
        f"its file stays: {path.name}")  # fmt: skip
    return (
        f"split {name} into {asked.shares} shares, any {asked.threshold} of which give it back: {where}; {left}\n"
        "hand each share to its custodian, on paper or a medium of their own, and keep no two in one place"
    )


def restore_key(
    project_file: Path,
    name: str,
    files: Sequence[Path],
    actor: str,
    *,
    with_passphrase: bool = False,
    ask: Ask = hidden,
) -> str:
    """Put a key together from shares, if it is one that the log or the register knows, and write its file.

    Args:
        project_file: of the project.
        name: of the key.
        files: one a share; none to have them typed.
        actor: who does it.
        with_passphrase: whether the split asked for one.
        ask: for shares and the passphrase.

    Raises:
        KeyFileError: the shares are too few, mixed, mistyped or of another key, the passphrase is wrong, or the
            key is here already, revoked or destroyed.
        BusyError: another command is under way; where shares were typed, this one waits for its end instead.
    """
    loaded = load_project(project_file)
    key = named_key(loaded, name)
    typed = [_read(name, path, number) for number, path in enumerate(files, 1)] or _typed(name, ask)
    for number, each in enumerate(typed, 1):
        if each.said.get("key", name) != name or each.said.get("project", "") not in {
            "", loaded.project.project.name
        }:  # fmt: skip
            raise KeyFileError(name, f"by its heading, share {number} is of another key")
    material = combined(name, typed, ask("passphrase") if with_passphrase else "")
    # What people typed is not to be typed again because of another command.
    with alone(loaded, patient=not files):
        return _restored(loaded, key, material, actor)


def _restored(loaded: Loaded, key: NamedKey, material: bytes, actor: str) -> str:
    """Write a key that was put together, if it is one that is known and missing."""
    name, own, known = key.name, _id(key, material), lives_here(loaded)
    if not known:
        raise KeyFileError(
            name, "neither the log nor keys/register.json is here to tell whether it is the right key"
        )
    if own not in known or known[own].name != name:
        raise KeyFileError(
            name, "the shares give a key that is not known: a wrong passphrase, or shares of another key"
        )
    refuse_ended(known[own])
    if any(key.id_of(path) == own for path in key.files()):
        raise KeyFileError(name, "the key of these shares is here already")
    if key.signs:
        return _restore_signer(loaded, key, material, own, actor)
    with context_of(loaded.root / loaded.file, OUTSIDE, custodian(loaded, actor)) as context:
        context.note(key_restored(key=name, key_id=own), ZONE)
    path = _place(key, known, own)
    keep_secret(path, key.stem, material)
    return f"restored {name}: {own}, as {path.name}; destroy the copies of the shares that were used"


def _restore_signer(loaded: Loaded, key: NamedKey, material: bytes, own: str, actor: str) -> str:
    """As for other keys; but the log can be written only with the key itself, so that it signs its own return."""
    private = Ed25519PrivateKey.from_private_bytes(material)
    signing = {
        key.use: private,
        OTHER[key.use]: load_signing_key(key.folder, getattr(loaded.project.keys, OTHER[key.use])),
    }
    log = open_log(loaded, signing[LOG], signing[WITNESS])
    context = Context(loaded, layout(loaded), OUTSIDE, custodian(loaded, actor), log)
    context.note(key_restored(key=key.name, key_id=own), ZONE)
    keep_signing_key(key.folder, key.stem, private)
    return f"restored {key.name}: {own}; destroy the copies of the shares that were used"


def _material(key: NamedKey) -> bytes:
    if key.signs:
        return load_signing_key(key.folder, key.stem).private_bytes_raw()
    return material_of(key.path, key.stem)


def _id(key: NamedKey, material: bytes) -> str:
    if key.signs:
        return public_id(hexed(Ed25519PrivateKey.from_private_bytes(material).public_key()))
    return key_id(secret(key.stem, material))


def _place(key: NamedKey, known: Lives, own: str) -> Path:
    """The key's own file if it was made last, else the first number that is free."""
    last = [each.key_id for each in known.values() if each.name == key.name][-1]
    if own == last and not key.path.exists():
        return key.path
    number = 1
    while (path := key.folder / f"{key.stem}.{number}.key").exists():
        number += 1
    return path


def _heading(loaded: Loaded, key: NamedKey, own: str, asked: Asked, number: int) -> Heading:
    return Heading(
        project=loaded.project.project.name,
        key=key.name,
        key_id=own,
        number=number,
        shares=asked.shares,
        threshold=asked.threshold,
        custodian=asked.custodians[number - 1] if asked.custodians else "",
        date=datetime.now(UTC).date().isoformat(),
        passphrase=asked.with_passphrase,
    )


def _new_passphrase(ask: Ask) -> str:
    first = ask("passphrase, needed beside the shares")
    if not first or ask("once more") != first:
        raise KeyFileError("in shares", "the passphrase is empty, or was typed differently the second time")
    return first


def _written(out: Path, name: str, texts: Sequence[str]) -> None:
    """One file a share; none is left where one cannot be written."""
    paths = [out / f"{name}-share-{number}-of-{len(texts)}.txt" for number in range(1, len(texts) + 1)]
    if any(path.exists() for path in paths):
        raise KeyFileError(name, "shares of this key are in the folder already; give another --out")
    try:
        out.mkdir(mode=SHARES_MODE, parents=True, exist_ok=True)
        for path, text in zip(paths, texts, strict=True):
            create_bytes(path, text.encode(), mode=SHARE_MODE)
    except OSError:
        for path in paths:
            wipe(path)
        raise KeyFileError(name, "the shares cannot be written to the folder") from None


def _shown(texts: Sequence[str]) -> None:
    for number, text in enumerate(texts, 1):
        typer.echo(FORGET_SCREEN + text)
        typer.prompt(f"share {number} of {len(texts)}: written down and checked? press Enter", default="",
                     show_default=False, err=True)  # fmt: skip
        typer.echo(FORGET_SCREEN, nl=False)


def _read(name: str, path: Path, number: int) -> Typed:
    try:
        with path.open("rb") as stream:
            return read_share(name, stream.read(MOST_READ), number)
    except OSError:
        raise KeyFileError(name, f"the file of share {number} is not there or cannot be read") from None


def _typed(name: str, ask: Ask) -> list[Typed]:
    """Shares as they are typed; the first one tells how many are needed."""
    typed = [read_share(name, ask("share 1, all its words").encode("ascii", "replace"), 1)]
    needed = threshold_of(name, typed[0], 1)
    for number in range(2, needed + 1):
        words = ask(f"share {number} of {needed} that are needed, all its words")
        typed.append(read_share(name, words.encode("ascii", "replace"), number))
        threshold_of(name, typed[-1], number)
    return typed
