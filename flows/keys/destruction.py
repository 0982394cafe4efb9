"""Crypto-erasure: a past period's keys are destroyed, and nothing of it can be read, made or compared again."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.errors import KeyFileError
from config.load import Loaded, load_project
from flows.audit.key_facts import key_destroyed
from flows.context import OUTSIDE, context_of
from flows.custody import ZONE, custodian
from flows.keys.known import keyed_for, known_keys, short_id
from flows.keys.lives import Lives, serving, successor_of
from flows.keys.names import AT_REST, SECRETS, NamedKey, at_rest_name, named_key
from flows.keys.register import write_register
from flows.keys.rotation import PERIOD
from flows.keys.wipe import wipe
from flows.layout import layout
from linkage.journeys.coded import period_end, period_start


@dataclass(frozen=True)
class Doomed:
    """One key to be destroyed; its file may be gone already, or lie on another machine."""

    name: str
    key_id: str
    path: Path | None


def destroy_period(project_file: Path, period: str, actor: str) -> str:
    """Destroy the keys of a past period: first the log says so, then the files go.

    Killed in between, or given on another machine, the same command completes it.

    Returns:
        What was destroyed, what was not and why, and what is left to do by hand.

    Raises:
        KeyFileError: the period is none, or not past, or no key of it is known.
    """
    loaded = load_project(project_file)
    _is_past(loaded, period)
    with context_of(project_file, OUTSIDE, custodian(loaded, actor)) as context:
        known = known_keys(context)
        doomed = [*_at_rest(loaded, known, period), *_secrets(loaded, known, period)]
        if not doomed:
            raise KeyFileError(
                at_rest_name(period), "no key is of this period alone, so there is nothing to destroy"
            )
        for each in doomed:
            if each.key_id not in known or not known[each.key_id].destroyed:
                context.note(key_destroyed(key=each.name, key_id=each.key_id, period=period), ZONE)
        for each in doomed:
            if each.path is not None:
                wipe(each.path)
        known = known_keys(context)
        write_register(context.places.keys, loaded.project.project.name, known)
    lines = [
        f"destroyed {each.name} {short_id(each.key_id)}"
        + ("" if each.path else ": its file was not on this machine")
        for each in doomed
    ]
    split = [known[each.key_id] for each in doomed if known[each.key_id].shares]
    lines += [
        f"collect and destroy the {each.shares} shares of {each.name}: {each.custody} give it back"
        for each in split
    ]
    lines += [f"{name} serves later periods too and stays; rotate it first to destroy it" for name in
              _kept(loaded, known, period)]  # fmt: skip
    lines.append(
        "give the same command on every machine that holds these keys, and destroy their backups and snapshots: a "
        "file that was overwritten may live on in them, and in a solid-state disk"
    )
    return "\n".join(lines)


def _is_past(loaded: Loaded, period: str) -> None:
    if not PERIOD.fullmatch(period):
        raise KeyFileError(
            "of a period", "--period: expected a year (2025), a month (2025-06) or a quarter (2025-Q1)"
        )
    now = loaded.project.project.period
    if period_end(period) > period_start(now):
        raise KeyFileError(
            "of a period", f"--period: expected one that ends before the project's period, {now}, begins"
        )


def _at_rest(loaded: Loaded, known: Lives, period: str) -> Iterator[Doomed]:
    """The keys for files at rest: of all zones, and each body's own."""
    places, name = layout(loaded), at_rest_name(period)
    folders = {name: places.keys} | {f"{name}-{body}": places.body(body) for body in loaded.project.bodies}
    for each, folder in folders.items():
        key = NamedKey(each, AT_REST, folder, name)
        here = {key.id_of(path): path for path in key.files()} if os.access(folder, os.R_OK | os.X_OK) else {}
        elsewhere = {life.key_id: None for life in known.values() if life.name == each}
        yield from (Doomed(each, own, path) for own, path in (elsewhere | here).items())


def _secrets(loaded: Loaded, known: Lives, period: str) -> Iterator[Doomed]:
    """Linkage and spine keys whose last period this was."""
    for use in SECRETS:
        key = named_key(loaded, getattr(loaded.project.keys, use))
        life = serving(known, key.name, period)
        if life is not None and _ended(loaded, known, key.name, period):
            yield Doomed(key.name, life.key_id, key.file_of(life.key_id))


def _ended(loaded: Loaded, known: Lives, name: str, period: str) -> bool:
    """Whether the key that serves a period serves no later one, nor the one that the project's keys are of."""
    life = serving(known, name, period)
    after = None if life is None else successor_of(known, life)
    if life is None or after is None or serving(known, name, keyed_for(loaded.project)) == life:
        return False
    return not after.active_from or period_start(after.active_from) <= period_end(period)


def _kept(loaded: Loaded, known: Lives, period: str) -> list[str]:
    names = [getattr(loaded.project.keys, use) for use in SECRETS]
    return [name for name in names if not _ended(loaded, known, name, period)]
