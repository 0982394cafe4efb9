"""Keys of a period for files at rest: random, so that they can be destroyed, and with them what the files hold."""

import re
from pathlib import Path
from typing import Final

import polars as pl

from anonymise.keys import Secret, derive, key_id
from config.errors import BundleError, KeyFileError
from flows.at_rest import PLAIN, AtRest, is_encrypted
from flows.audit.release_facts import key_made
from flows.context import Context
from flows.keyring import ensure_secret, load_secret
from flows.keys.known import known_keys
from flows.keys.lives import Lives
from flows.keys.names import at_rest_name

FILES: Final = "at-rest-*.key"
STEM: Final = re.compile(r"at-rest-[0-9]{4}(-([0-9]{2}|q[1-4]))?")


def zone_at_rest(context: Context) -> AtRest:
    """How files that zones hand to each other, and those of linkage and analysis, lie on disk.

    The key of the period is made by `desirelines keys new` and handed to every zone.

    Raises:
        KeyFileError: it is not here, unusable, or was destroyed.
    """
    if not context.project.keys.at_rest:
        return PLAIN
    name, folder = at_rest_name(context.project.project.period), context.places.keys
    _refuse_destroyed(known_keys(context), name)
    path = folder / f"{name}.key"
    if not path.exists():
        raise KeyFileError(name, "the period's key for files at rest is not here; make it: desirelines keys new")
    return _at_rest(context, load_secret(path, name), name)


def body_at_rest(context: Context, body: str) -> AtRest:
    """How a body's map from client to record lies on disk; its key never leaves the body, which makes it.

    Raises:
        KeyFileError: the key is unusable, or was destroyed.
    """
    if not context.project.keys.at_rest:
        return PLAIN
    name = at_rest_name(context.project.project.period)
    known = known_keys(context)
    _refuse_destroyed(known, f"{name}-{body}")
    secret = ensure_secret(context.places.body(body) / f"{name}.key", name)
    if key_id(secret) not in known:
        context.note(key_made(key=f"{name}-{body}", key_id=key_id(secret)), body)
    return _at_rest(context, secret, name)


def carried_over(context: Context, path: Path, place: str) -> pl.DataFrame | None:
    """Rows that one linkage left for the next, under whichever period's key; None where that key was destroyed.

    Raises:
        BundleError: no key here opens them, and the log tells of none that was destroyed.
    """
    if not is_encrypted(path):
        return PLAIN.read(path, place)
    for file in sorted(context.places.keys.glob(FILES)):
        name = file.name.split(".")[0]
        try:
            return _at_rest(context, load_secret(file, name), name).read(path, place)
        except BundleError:
            continue
    if any(each.destroyed and STEM.fullmatch(each.name) for each in known_keys(context).values()):
        return None
    raise BundleError(place, "was encrypted at rest under a key that is not on this machine; take it over again")


def _at_rest(context: Context, secret: Secret, name: str) -> AtRest:
    return AtRest(derive(secret, "files at rest"), f"{context.project.project.name}|{name}")


def _refuse_destroyed(known: Lives, name: str) -> None:
    destroyed = next((each.destroyed for each in known.values() if each.name == name and each.destroyed), "")
    if destroyed:
        raise KeyFileError(
            name, f"was destroyed on {destroyed}, so nothing of its period can be read or made again"
        )
