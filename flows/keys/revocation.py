"""Revocation: from one entry of the log on, nothing made with a key is believed."""

from pathlib import Path

from config.errors import KeyFileError
from config.load import load_project
from flows.audit.key_facts import key_revoked
from flows.audit.key_words import RevocationReason
from flows.audit.release_facts import key_made
from flows.audit.signers import public_id
from flows.context import OUTSIDE, Context, context_of
from flows.custody import ZONE, custodian
from flows.keys.known import keyed_for, known_keys, short_id
from flows.keys.lives import KeyLife, serving
from flows.keys.names import RECORD, NamedKey, named_key
from flows.keys.register import write_register
from flows.release.places import State, standing

LEAST_PREFIX = 6


def revoke_key(project_file: Path, asked: str, reason: str, actor: str) -> str:
    """Revoke a key.

    Args:
        project_file: of the project.
        asked: a key's name, for the one that serves now; or the name, a dot, and the id or the start of it.
        reason: a word of `flows.audit.vocabulary.RevocationReason`.
        actor: who does it.

    Returns:
        What was done, which releases can no longer be approved, and what comes next.

    Raises:
        KeyFileError: no such key or reason, or it signs the log by now.
    """
    loaded = load_project(project_file)
    name, _, prefix = asked.partition(".")
    key = named_key(loaded, name)
    if reason not in list(RevocationReason):
        raise KeyFileError(name, f"a reason for revoking is one of {', '.join(RevocationReason)}")
    with context_of(project_file, OUTSIDE, custodian(loaded, actor)) as context:
        life = _meant(context, key, prefix)
        if key.signs and public_id(context.log.signer(key.use)) == life.key_id:
            raise KeyFileError(
                name, f"signs the log by now; first let another take over: desirelines keys rotate {name} "
                f"(or, if it is lost, keys replace-lost {name}), then revoke {name}.{life.key_id[:LEAST_PREFIX]}"
            )  # fmt: skip
        if not life.revoked:
            context.note(key_revoked(key=name, key_id=life.key_id, reason=RevocationReason(reason)), ZONE)
        write_register(context.places.keys, loaded.project.project.name, known_keys(context))
        day = known_keys(context)[life.key_id].revoked
        return "\n".join(
            [
                f"{name} {short_id(life.key_id)} is revoked since {day}",
                *_stopped(context),
                _next(context, key, life),
            ]
        )


def _meant(context: Context, key: NamedKey, prefix: str) -> KeyLife:
    """The key that was asked for; a body's own is noted in the log with its first use there."""
    if key.use == RECORD and key.path.exists():
        own = key.id_of(key.path)
        if own not in known_keys(context):
            context.note(key_made(key=key.name, key_id=own), ZONE)
    known = known_keys(context)
    if not prefix:
        life = serving(known, key.name, keyed_for(context.project))
        if life is None:
            raise KeyFileError(key.name, "neither the log nor the register knows it")
        return life
    found = [each for each in known.values() if each.name == key.name and each.key_id.startswith(prefix)]
    if len(prefix) < LEAST_PREFIX or len(found) != 1:
        raise KeyFileError(
            key.name, f"{len(found)} keys have an id that starts so; give at least {LEAST_PREFIX} digits of one, "
            "as 'desirelines keys show' prints it"
        )  # fmt: skip
    return found[0]


def _stopped(context: Context) -> list[str]:
    """A line for each staged release that can no longer be approved."""
    staged = {name for state, name in standing(context.places) if state is State.STAGED}
    behind = {name: context.log.behind.revoked_behind(name) for name in context.log.behind.staged()}
    return [
        f"release {name} can no longer be approved: it rests on tokens of {', '.join(bodies)}"
        for name, bodies in behind.items()
        if bodies and name in staged
    ]


def _next(context: Context, key: NamedKey, life: KeyLife) -> str:
    serves = serving(known_keys(context), key.name, keyed_for(context.project))
    if key.signs:
        return "what it signed before another took over stays as it is; beyond that it signs nothing"
    if serves is None or serves.key_id != life.key_id:
        return "another key serves by now; bundles made with the revoked one are refused"
    if key.use == RECORD:
        return f"next: desirelines keys rotate {key.name}, then encode again; the body's records get new ids"
    again = "every body encodes again" if key.use == "linkage" else "link again"
    return f"next: desirelines keys rotate {key.name}, hand the new key out, and {again}"
