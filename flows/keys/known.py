"""Which key serves now, and whether what was made with a key may be believed. Unknown means no."""

from collections.abc import Sequence
from pathlib import Path

from anonymise.keys import Secret
from config.bundles import TokenManifest
from config.errors import BundleError, KeyFileError, ReleaseError
from config.load import Loaded
from config.settings import Project
from config.terms import Action
from flows.audit.checkpoint import PublicKeys
from flows.audit.entry import Entry
from flows.audit.held import LOG_FILE, verify_folder
from flows.audit.signing import load_public_key
from flows.context import Context, anchors
from flows.keyring import COMES_FROM, kept_apart, load_own_secret
from flows.keys.lives import KeyLife, Lives, lives, serving
from flows.keys.names import SECRETS, named_key
from flows.keys.register import agreed, read_register
from flows.layout import layout

ID_SHOWN = 8


def known_keys(context: Context) -> Lives:
    """The life of every key that the log knows; where it is a zone's own, also of those in the register.

    Raises:
        KeyFileError: the register is unusable, or says what the log does not.
    """
    return _agreed(context.project, context.log.entries, context.places.keys)


def _agreed(project: Project, entries: Sequence[Entry], keys: Path) -> Lives:
    projects = [getattr(project.keys, use) for use in SECRETS]
    registered = read_register(keys, project.project.name)
    return agreed(entries, registered, projects, is_shared=project.hand_over is not None)


def lives_here(loaded: Loaded) -> Lives:
    """The same, read with the log's public halves alone; where there is no log here, the register tells.

    Raises:
        AuditError: the log does not verify.
        KeyFileError: the register, or a public half that the log needs, is unusable; or the register says what
            the log does not.
    """
    places, names = layout(loaded), loaded.project.keys
    if not (places.log / LOG_FILE).exists():
        return lives((), read_register(places.keys, loaded.project.project.name))
    keys = PublicKeys(load_public_key(places.keys, names.log), load_public_key(places.keys, names.witness))
    return _agreed(loaded.project, verify_folder(places.log, anchors(loaded, places), keys).entries, places.keys)


def keyed_for(project: Project) -> str:
    """The period that the project's keys are of."""
    return project.encoding.key_period or project.project.period


def serving_secret(context: Context, use: str) -> Secret:
    """The linkage or the spine key of the project's period; a zone alone needs its own only.

    Args:
        context: of the run.
        use: linkage or spine.

    Raises:
        KeyFileError: it is not on this machine, unusable, revoked, destroyed, or the same as the other one.
    """
    names = context.project.keys
    name = getattr(names, use)
    (other,) = (getattr(names, each) for each in SECRETS if each != use)
    folder, known = context.places.keys, known_keys(context)
    period = keyed_for(context.project)
    life = serving(known, name, period)
    if life is None:
        return load_own_secret(folder, name, apart_from=other)
    refuse_ended(life)
    secret = named_key(context.loaded, name).secret_of(life.key_id)
    if secret is None and not (folder / f"{name}.key").exists():
        raise KeyFileError(name, f"there is no such key file; {COMES_FROM}")
    if secret is None:
        raise KeyFileError(
            name, f"the key that serves {period}, {short_id(life.key_id)}, is not on this machine; "
            "take it over from the custodian"
        )  # fmt: skip
    return kept_apart(secret, folder, apart_from=other)


def refuse_ended(life: KeyLife) -> None:
    """Nothing, where a key may still be used.

    Raises:
        KeyFileError: it is revoked or destroyed.
    """
    shown = short_id(life.key_id)
    if life.destroyed:
        raise KeyFileError(
            life.name, f"{shown} was destroyed on {life.destroyed}; nothing of its period can be made"
        )
    if life.revoked:
        raise KeyFileError(
            life.name, f"{shown} was revoked on {life.revoked} ({life.reason}); "
            f"make another: desirelines keys rotate {life.name}"
        )  # fmt: skip


def trust_bundles(context: Context, manifests: Sequence[TokenManifest]) -> None:
    """Nothing, where every bundle of tokens was made with the key that serves the period, and that key is trusted.

    Raises:
        BundleError: naming all bodies whose bundles were made with a key that is unknown, revoked, destroyed, or
            not the one that serves.
    """
    known, name = known_keys(context), context.project.keys.linkage
    period = keyed_for(context.project)
    due = serving(known, name, period)
    unknown, ended, others = set(), set(), set()
    for each in manifests:
        life = known.get(each.key_id)
        if life is None or life.name != name:
            unknown.add(each.body)
        elif life.revoked or life.destroyed:
            ended.add(each.body)
        elif due is None or life.key_id != due.key_id:
            others.add(each.body)
    _refuse(
        unknown, "made with a key that neither the log nor keys/register.json knows; ask the key custodian for "
        "the register, or encode again with the project's key"
    )  # fmt: skip
    _refuse(
        ended, f"made with a key that was revoked or destroyed since; once the custodian has given "
        f"'desirelines keys rotate {name}' and handed the new key out, encode again"
    )  # fmt: skip
    serves = "no key" if due is None else f"key {short_id(due.key_id)}"
    _refuse(others, f"made with another key than the one that serves {period}, {serves}; encode again")


def trust_spine(context: Context, spine: str) -> None:
    """Nothing, where no key for person ids was revoked since a spine was linked.

    Raises:
        BundleError: one was.
    """
    name, entries = context.project.keys.spine, context.log.entries
    revoked = [
        entry.seq for entry in entries if entry.action is Action.KEY_REVOKED and entry.facts.values["key"] == name
    ]
    linked = [
        entry.seq for entry in entries if entry.action is Action.LINKED and entry.facts.values["spine"] == spine
    ]
    if revoked and max(linked, default=0) < max(revoked):
        raise BundleError("spine/all", "was linked before a key for person ids was revoked; link again")


def refuse_revoked(context: Context, release: str) -> None:
    """Nothing, where no key behind a release is revoked.

    Raises:
        ReleaseError: tokens behind it were made with a key that was revoked since.
    """
    behind = context.log.behind.revoked_behind(release)
    if behind:
        ids = ", ".join(sorted({short_id(each) for each in behind.values()}))
        raise ReleaseError(
            release, f"rests on tokens of {', '.join(behind)} made with a key that is revoked ({ids}); "
            "refuse it, have these bodies encode again with the new key, and run again"
        )  # fmt: skip


def short_id(key_id: str) -> str:
    """A key's id as people read it."""
    return f"{key_id[:ID_SHOWN]}…"


def _refuse(bodies: set[str], problem: str) -> None:
    if bodies:
        listed = ", ".join(f"tokens/{body}" for body in sorted(bodies))
        raise BundleError(listed, f"{'was' if len(bodies) == 1 else 'were'} {problem}")
