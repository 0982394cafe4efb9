"""Delete what has been kept for long enough: told in the log first, then removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from config.errors import SettingsError
from config.load import Loaded, load_project
from config.retention import RetentionSettings, Zone
from config.sealing import sealed
from flows.audit.entry import Entry
from flows.audit.keeping_facts import MEBIBYTE, expired
from flows.audit.words import Mode
from flows.context import OUTSIDE, Context, context_of, runner
from flows.layout import layout
from flows.pipeline import opened
from flows.progress import table
from flows.retention.clock import believe
from flows.retention.files import EXPIRED, Held, hidden_in, look, names_in, remove
from flows.retention.kinds import Item, items, roots

DAY: Final = 86_400


@dataclass(frozen=True)
class Due:
    """Something that has been kept for long enough, and what it holds."""

    item: Item
    held: Held


def retain(
    project_file: Path,
    actor: str,
    *,
    zone: str = "",
    dry_run: bool = False,
    today: str = "",
    mode: Mode = Mode.DIRECT,
) -> list[str]:
    """Delete what the project file no longer keeps; gives lines to show.

    Args:
        project_file: of the project.
        actor: who runs it.
        zone: one of `config.retention.Zone`; empty for all.
        dry_run: true: only tell what would be deleted.
        today: today's date as a person typed it; empty where nobody did.
        mode: what drives the run.

    Raises:
        SettingsError: the project file has no [retention], or there is no such zone.
        RetentionError: the clock cannot be believed.
        BusyError: a run of the project is under way.
    """
    loaded, now = load_project(project_file), datetime.now(UTC)
    settings = loaded.project.retention
    if settings is None:
        raise SettingsError(loaded.file, ["retention: this section is required to delete anything"])
    if zone and zone not in list(Zone):
        raise SettingsError(loaded.file, [f"--zone: expected one of {', '.join(Zone)}"])
    with context_of(project_file, OUTSIDE, runner(loaded, actor)) as context:
        entries = context.log.entries
    believe(now, entries, most_silent_days=settings.most_silent_days, confirmed=today)
    if dry_run:
        return _shown(due(loaded, settings, entries, zone, now), settings, "would be deleted")
    with opened(project_file, actor, mode) as (run, who), context_of(project_file, run, who) as context:
        return expire(context, settings, zone, now)


@sealed("retain")
def expire(context: Context, settings: RetentionSettings, zone: str, now: datetime) -> list[str]:
    """Remove what a killed command left half-removed, then what is due; each kind is told in the log before."""
    for where, _, root in roots(context.loaded, context.places):
        if zone in ("", where):
            for parts in hidden_in(root, EXPIRED):
                remove(root, parts)
    if zone in ("", Zone.SCHEDULER):
        root = context.loaded.root
        for name in names_in(root):
            if name.startswith(".") and name.endswith(EXPIRED):
                remove(root, (name,))
    found = due(context.loaded, settings, context.log.entries, zone, now)
    for (owner, kind), each in _by_kind(found).items():
        size = sum(one.held.size for one in each)
        context.note(expired(kind=kind, files=sum(one.held.files for one in each), size=size), owner)
        for one in each:
            remove(one.item.root, one.item.parts)
    return _shown(found, settings, "deleted")


def due(
    loaded: Loaded, settings: RetentionSettings, entries: Sequence[Entry], zone: str, now: datetime
) -> list[Due]:
    """What was last written longer ago than its kind is kept. A moment that is still to come is not long ago."""
    found = []
    for item in items(loaded, layout(loaded), entries):
        days = settings.days(item.kind)
        if days is None or zone not in ("", item.zone):
            continue
        held = look(item.root, item.parts)
        if held is not None and now.timestamp() - held.written > days * DAY:
            found.append(Due(item, held))
    return found


def _by_kind(found: Sequence[Due]) -> Mapping[tuple[str, str], list[Due]]:
    grouped: dict[tuple[str, str], list[Due]] = {}
    for each in found:
        grouped.setdefault((each.item.owner, each.item.kind), []).append(each)
    return grouped


def _shown(found: Sequence[Due], settings: RetentionSettings, what: str) -> list[str]:
    if not found:
        return [f"nothing {what}: nothing has been kept for longer than [retention] says"]
    rows = [
        {
            "zone": owner,
            "kind": kind,
            "files": f"{sum(one.held.files for one in each):,}",
            "MiB": f"{-(-sum(one.held.size for one in each) // MEBIBYTE):,}",
            "kept": f"{settings.days(kind)} days",
        }
        for (owner, kind), each in _by_kind(found).items()
    ]
    return [f"{what}, because last written longer ago than [retention] keeps them:", table(rows)]
