"""What was made before clients were erased holds them still: it is refused, and removed where it lies about.

The log tells which is which. A bundle, a spine or tables count as made after an erasure if the log says so of
their digest after the entry of the erasure; so a copy kept aside of an older one lets nobody back in.
"""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from config.bundles import BundleManifest
from config.errors import BundleError
from config.terms import Action
from flows.context import Context
from flows.stores import digest_of, sync

OLDER: Final = "was made before clients of a body were erased"


def last_erasure(context: Context, body: str = "") -> int:
    """Number of the log's last entry of an erasure, of this body or of any; 0 where there is none."""
    return max(
        (
            entry.seq
            for entry in context.log.entries
            if entry.action is Action.ERASED and body in ("", entry.facts.values["body"])
        ),
        default=0,
    )


def last_change(context: Context, body: str) -> int:
    """Number of the log's last entry that changed whom a body keeps out; 0 where there is none."""
    return max(
        (
            entry.seq
            for entry in context.log.entries
            if entry.action in (Action.ERASED, Action.ERASURE_LIFTED) and entry.facts.values["body"] == body
        ),
        default=0,
    )


def said_since(context: Context, seq: int, action: Action, facts: Mapping[str, str]) -> bool:
    """Whether an entry after number `seq` says this."""
    return any(
        entry.seq > seq
        and entry.action is action
        and all(entry.facts.values.get(name) == value for name, value in facts.items())
        for entry in context.log.entries
    )


def refuse_older_bundle(context: Context, manifest: BundleManifest, kind: str) -> None:
    """Nothing, where a bundle of tokens or events was made since its body last erased clients.

    Raises:
        BundleError: it was not, so it may hold them.
    """
    erased = last_erasure(context, manifest.body)
    facts = {"body": manifest.body, "bundle_kind": kind, "bundle": manifest.digest}
    if erased and not said_since(context, erased, Action.ENCODED, facts):
        raise BundleError(f"{kind}/{manifest.body}", f"{OLDER}; encode again")


def refuse_older(context: Context, name: str, action: Action, facts: Mapping[str, str], then: str) -> None:
    """Nothing, where what the log tells of so was made since clients of any body were last erased.

    Raises:
        BundleError: naming `name`, and what to do.
    """
    erased = last_erasure(context)
    if erased and not said_since(context, erased, action, facts):
        raise BundleError(name, f"{OLDER}; {then}")


def drop_older(context: Context, kept: Iterable[tuple[Path, str, Action]]) -> int:
    """Remove folders that were made before clients were last erased; gives how many.

    Args:
        context: of the run.
        kept: a folder, the file in it whose digest the log has as `output`, and the action it was made by.
    """
    erased, dropped = last_erasure(context), 0
    for folder, file, action in kept:
        path = folder / file
        if not erased or folder.is_symlink() or not folder.is_dir():
            continue
        if path.is_file() and said_since(context, erased, action, {"output": digest_of(path)}):
            continue
        shutil.rmtree(folder)
        sync(folder.parent)
        dropped += 1
    return dropped
