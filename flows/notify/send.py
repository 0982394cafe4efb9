"""Sends what there is to tell of a run, and says in the log whether it went; no run fails by it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from config.errors import AuditError
from config.notifications import Event, NotificationSettings
from flows.audit.kinds import Fact
from flows.audit.notice_facts import notified
from flows.audit.words import Channel
from flows.context import Context
from flows.notify.channels import by_command, by_mail, by_webhook
from flows.notify.notices import Notice, notices_of
from flows.progress import say

ZONE = "run"


def notify(context: Context) -> None:
    """Tell of a run that is over: failed, staged, or attacked with success."""
    project = context.project
    entries = [each for each in context.log.entries if each.run == context.run]
    on = set(project.notifications.on)
    send(context, notices_of(entries, project.project.name, project.project.period, on))


def notify_late(context: Context, minutes: int, left_out: int) -> None:
    """Tell of a run that started long after it was due.

    Args:
        context: of the run.
        minutes: how long after.
        left_out: runs that were due before it and are not made up for.
    """
    project, settings = context.project, context.project.notifications
    if Event.SCHEDULE_MISSED in settings.on and minutes > settings.late_minutes:
        facts: dict[str, Fact] = {"run": context.run, "minutes_late": minutes, "left_out": left_out}
        send(context, [Notice(Event.SCHEDULE_MISSED, project.project.name, project.project.period, facts)])


def send(context: Context, notices: Sequence[Notice]) -> None:
    """Send messages by every channel that the project has; what does not go is told here and in the log."""
    for notice in notices:
        for channel, way in channels(context.project.notifications, context.loaded.root):
            problem = way(notice)
            if problem:
                say(f"  notification '{notice.event}' was not sent by {channel}: {problem}")
            try:
                context.note(notified(event=notice.event, channel=channel, sent=not problem), ZONE)
            except AuditError as error:
                say(f"  the log does not say so: {error}")


def channels(settings: NotificationSettings, root: Path) -> Iterator[tuple[Channel, Callable[[Notice], str]]]:
    """The ways that a project has; each takes a message and gives the problem, if any.

    Args:
        settings: who is told.
        root: the project file's folder.
    """
    command, webhook, mail = settings.command, settings.webhook, settings.mail
    if command is not None:
        yield Channel.COMMAND, lambda notice: by_command(command, notice)
    if webhook is not None:
        yield Channel.WEBHOOK, lambda notice: by_webhook(webhook, root, notice)
    if mail is not None:
        yield Channel.MAIL, lambda notice: by_mail(mail, notice)
