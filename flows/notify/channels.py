"""The ways a message goes; each gives a phrase from a closed set if it did not, and never raises."""

import http.client
import json
import os
import smtplib
import ssl
import stat
import subprocess
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from config.notifications import CommandSettings, MailSettings, WebhookSettings
from flows.notify.notices import Notice

SECONDS: Final = 10
MOST_TOKEN_BYTES: Final = 4_096
SENT: Final = ""
ENVIRONMENT: Final = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
"""All that a program is given beside the message: no setting of ours, of Prefect or of the user."""


def by_command(settings: CommandSettings, notice: Notice) -> str:
    """Run a program with the message as JSON on its standard input; gives the problem, if any."""
    try:
        mode = Path(settings.program).stat().st_mode
        if not stat.S_ISREG(mode) or mode & (stat.S_IWGRP | stat.S_IWOTH):
            return "the program is no plain file, or others may change it"
        done = subprocess.run(  # noqa: S603 - the project file names it, and only its owner can change it
            [settings.program],
            input=_json(notice),
            env=ENVIRONMENT,
            cwd="/",
            timeout=SECONDS,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        return _kind(fault)
    return SENT if done.returncode == 0 else f"the program ended with {done.returncode}"


def by_webhook(settings: WebhookSettings, root: Path, notice: Notice) -> str:
    """Post the message as JSON; gives the problem, if any.

    No redirection is followed and no proxy used: the token is for this address alone.
    """
    headers = {"Content-Type": "application/json", "User-Agent": "desirelines"}
    if settings.token_file is not None:
        token = _token(root / settings.token_file)
        if token is None:
            return "token_file is missing, open to others, or not one line of plain text"
        headers["Authorization"] = f"Bearer {token}"
    parts = urlsplit(settings.url)
    try:
        connection = http.client.HTTPSConnection(
            str(parts.hostname), parts.port, timeout=SECONDS, context=ssl.create_default_context()
        )
        try:
            connection.request("POST", parts.path or "/", body=_json(notice), headers=headers)
            status = connection.getresponse().status
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as fault:
        return _kind(fault)
    return SENT if 200 <= status < 300 else f"the address answered {status}"


def by_mail(settings: MailSettings, notice: Notice) -> str:
    """Hand the message to the mail relay of this machine; gives the problem, if any."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = notice.subject, settings.sender, ", ".join(settings.to)
    message["Date"] = format_datetime(localtime())
    message.set_content(notice.text)
    try:
        # Without a name of its own, the library would look this machine up by its address.
        with smtplib.SMTP(settings.relay, settings.port, local_hostname="localhost", timeout=SECONDS) as relay:
            refused = relay.send_message(message)
    except (OSError, smtplib.SMTPException) as fault:
        return _kind(fault)
    return f"the relay refused {len(refused)} addresses" if refused else SENT


def _json(notice: Notice) -> bytes:
    return json.dumps(notice.to_json(), sort_keys=True).encode() + b"\n"


def _kind(fault: Exception) -> str:
    """A fault's class; its text may hold anything."""
    return type(fault).__name__


def _token(path: Path) -> str | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            facts = os.fstat(descriptor)
            if not stat.S_ISREG(facts.st_mode) or facts.st_mode & 0o077 or facts.st_uid != os.geteuid():
                return None
            line = stream.read(MOST_TOKEN_BYTES).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return line if line and line.isprintable() and " " not in line else None
