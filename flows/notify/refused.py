"""Tells of a scheduled run that the log cannot tell of: refused before it was opened, or after it was closed."""

import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from config.errors import PipelineError, SettingsError, StageError
from config.load import load_project
from config.notifications import Event, NotificationSettings
from config.toml import MOST_BYTES
from flows.audit.kinds import A_NAME, A_PERIOD
from flows.hardening.modes import changeable_by_others
from flows.notify.notices import Notice
from flows.notify.send import channels
from flows.progress import say

UNNAMED: Final = "a project whose file has faults"


@dataclass(frozen=True)
class Told:
    """Whom to tell, and of which project.

    Attributes:
        name: the project's.
        period: of it; empty where the file does not tell.
        settings: who is told.
    """

    name: str
    period: str
    settings: NotificationSettings


@contextmanager
def told_if_refused(project_file: str) -> Iterator[None]:
    """Around a whole scheduled run: what ends it and does not stand in the log is told from here."""
    try:
        yield
    except PipelineError as error:
        if not error.noted:
            tell_refused(Path(project_file), type(error).__name__, error.exit_code)
        raise
    except Exception:
        # Whatever it is, it leaves the flow as this.
        tell_refused(Path(project_file), StageError.__name__, StageError.exit_code)
        raise


def tell_refused(project_file: Path, error: str, exit_code: int) -> None:
    """Tell of a refusal by every channel of the project; no refusal becomes another one by it.

    A project file that others may change tells nobody: they could have put an address of their own into it, to
    which the webhook's token would go.

    Args:
        project_file: of the project; it may have faults.
        error: the refusal's class.
        exit_code: of the refusal.
    """
    try:
        if changeable_by_others(project_file) or changeable_by_others(project_file.resolve().parent):
            say("  nobody was told: others may change the project file, and so who is told")
            return
        whom = _whom(project_file)
    except OSError as fault:
        say(f"  nobody was told: the project file cannot be read ({type(fault).__name__})")
        return
    if whom is None:
        say("  nobody was told: [notifications] of the project file has faults itself")
        return
    if Event.RUN_REFUSED not in whom.settings.on:
        return
    notice = Notice(Event.RUN_REFUSED, whom.name, whom.period, {"error": error, "exit_code": exit_code})
    for channel, way in channels(whom.settings, project_file.resolve().parent):
        problem = way(notice)
        if problem:
            say(f"  notification '{notice.event}' was not sent by {channel}: {problem}")


def _whom(project_file: Path) -> Told | None:
    """Whom a project tells; where its file has faults, by those of its sections that have none."""
    try:
        project = load_project(project_file).project
        return Told(project.project.name, project.project.period, project.notifications)
    except SettingsError:
        pass
    with project_file.open("rb") as stream:
        text = stream.read(MOST_BYTES).decode("utf-8", "replace")
    said, known = _section(text, "notifications"), _section(text, "project") or {}
    if said is None:
        return None
    try:
        settings = NotificationSettings.model_validate_json(json.dumps(said, default=str))
    except ValidationError:
        return None
    name, period = known.get("name"), known.get("period")
    return Told(
        str(name) if A_NAME.holds(name, 0) else UNNAMED, str(period) if A_PERIOD.holds(period, 0) else "", settings
    )


def _section(text: str, name: str) -> dict[str, Any] | None:  # TOML holds anything
    """One section of a file whose other sections may be no TOML at all; None where it is none itself."""
    parts = [part for part in re.split(r"(?m)^(?=\[)", text) if re.match(rf"\[{name}[\].]", part)]
    try:
        found = tomllib.loads("".join(parts)).get(name, {})
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
