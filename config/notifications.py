"""Whom a run tells of itself, and of what; never of a value."""

from enum import StrEnum
from pathlib import PurePosixPath
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from config.frozen import Frozen, RelativePath


class Event(StrEnum):
    """What is worth a notification."""

    RUN_FAILED = "run_failed"
    """A run was refused, failed, was stopped or took too long."""
    STAGED = "staged"
    """A release waits for approval."""
    ATTACK_FAILED = "attack_failed"
    """The attack on the tables succeeded; nothing is staged."""
    SCHEDULE_MISSED = "schedule_missed"
    """A run started long after it was due."""
    RUN_REFUSED = "run_refused"
    """A scheduled run was refused before it was opened in the log, or what it made could not be handed on."""
    KEY_LACKING = "key_lacking"
    """The next period begins soon, and a key for it is not there."""


def absolute(path: str) -> str:
    """The path, if it says where the program is whatever the folder.

    Raises:
        ValueError: it does not.
    """
    pure = PurePosixPath(path)
    if not pure.is_absolute() or ".." in pure.parts:
        raise ValueError("a path that begins with '/', without '..'")
    return path


def https(address: str) -> str:
    """The address, if what is sent there is encrypted and nothing secret stands in it.

    Raises:
        ValueError: it is no such address.
    """
    parts = urlsplit(address)
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("an address that begins with https://, with a port that is a number") from None
    if parts.scheme != "https" or not parts.hostname or any(each <= " " or each > "~" for each in address):
        raise ValueError("an address that begins with https://")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("an address without a name, a password or a '?'; secrets belong into token_file")
    return address


def mailbox(address: str) -> str:
    """The address, if it is one mailbox.

    Raises:
        ValueError: it is not.
    """
    local, _, domain = address.partition("@")
    is_plain = address.isascii() and address.isprintable() and not set(address) & set(' ,;:<>()[]"\\')
    if not (local and domain) or "@" in domain or not is_plain:
        raise ValueError("one address such as governance@example.org")
    return address


Mailbox = Annotated[str, AfterValidator(mailbox)]


class CommandSettings(Frozen):
    """A program of this machine."""

    program: Annotated[str, AfterValidator(absolute)]
    """It is given the message on its standard input, and no arguments."""


class WebhookSettings(Frozen):
    """An address that takes the message as JSON."""

    url: Annotated[str, AfterValidator(https)]
    token_file: RelativePath | None = None
    """A file, of mode 0600, whose one line is sent along as a bearer token."""


class MailSettings(Frozen):
    """A mail relay on this machine."""

    relay: Literal["localhost", "127.0.0.1", "::1"] = "localhost"
    port: int = Field(default=25, ge=1, le=65_535)
    sender: Mailbox
    to: tuple[Mailbox, ...] = Field(min_length=1, max_length=20)


class NotificationSettings(Frozen):
    """Who is told. Without a channel nobody is."""

    on: tuple[Event, ...] = tuple(Event)
    late_minutes: int = Field(default=30, ge=1, le=10_080)
    """A run that starts more than so long after it was due missed its time."""
    key_days: int = Field(default=30, ge=1, le=366)
    """So long before a period ends, keys that the next one lacks are told."""
    command: CommandSettings | None = None
    webhook: WebhookSettings | None = None
    mail: MailSettings | None = None
