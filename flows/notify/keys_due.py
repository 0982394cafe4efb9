"""Tells of keys that the next period lacks, at the end of each run and not every time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from config.errors import PipelineError
from config.notifications import Event
from config.terms import Action
from flows.audit.entry import Entry
from flows.audit.words import Outcome
from flows.context import Context
from flows.keys.known import keyed_for, known_keys
from flows.keys.names import SECRETS, at_rest_name, named_key
from flows.keys.next_period import Lacking, following, lacking, lacking_at_rest
from flows.notify.notices import Notice
from flows.notify.send import send
from flows.progress import say

AGAIN: Final = timedelta(days=7)
"""A project that runs every hour tells once a week."""


def notify_keys(context: Context, now: datetime) -> None:
    """Say which keys the next period lacks, and tell so; no run fails by it.

    Args:
        context: of a run that is over.
        now: this moment.
    """
    project, settings = context.project, context.project.notifications
    try:
        found = keys_lacking(context, now)
    except PipelineError as error:
        say(f"  the keys of the next period could not be looked at: {error}")
        return
    for each in found:
        say(f"  {each.sentence}: docs/how-to/keep-keys-for-years.md")
    if Event.KEY_LACKING not in settings.on or was_told(context.log.entries, now):
        return
    name, period = project.project.name, project.project.period
    send(
        context,
        [
            Notice(
                Event.KEY_LACKING,
                name,
                period,
                {"run": context.run, "key": each.key, "lack": each.lack, "of": each.of, "days": each.days},
            )
            for each in found
        ],
    )


def keys_lacking(context: Context, now: datetime) -> Sequence[Lacking]:
    """The keys that the next period lacks on this machine.

    Raises:
        KeyFileError: a key's file, or the register, is unusable.
    """
    project, days = context.project, context.project.notifications.key_days
    known, names = known_keys(context), [getattr(project.keys, use) for use in SECRETS]
    keys = {name: named_key(context.loaded, name) for name in names}
    here = {name: {key.id_of(path) for path in key.files()} for name, key in keys.items()}
    found = lacking(known, here, dict.fromkeys(names, keyed_for(project)), now, days)
    if not project.keys.at_rest:
        return found
    next_name = at_rest_name(following(project.project.period))
    at_rest = [next_name] if (context.places.keys / f"{next_name}.key").exists() else []
    return [*found, *lacking_at_rest(known, at_rest, project.project.period, now, days)]


def was_told(entries: Sequence[Entry], now: datetime) -> bool:
    """Whether lacking keys were told lately, by any channel."""
    since = (now - AGAIN).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return any(
        entry.action is Action.NOTIFIED
        and entry.facts.values["event"] == Event.KEY_LACKING
        and entry.facts.values["outcome"] == Outcome.SENT
        and entry.at > since
        for entry in reversed(entries)
    )
