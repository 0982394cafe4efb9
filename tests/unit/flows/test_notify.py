"""Notifications: what may be told, and each way it goes."""

import json
import socket
from pathlib import Path

import pytest

from config.errors import AuditError, DisclosureError, SettingsError
from config.load import load_project
from config.notifications import CommandSettings, Event, MailSettings, WebhookSettings
from flows.audit.entry import Entry
from flows.audit.facts import Facts, run_closed, run_failed, run_opened
from flows.audit.release_facts import attacked, staged
from flows.audit.words import Mode, Verdict
from flows.notify.channels import by_command, by_mail, by_webhook
from flows.notify.notices import Notice, notices_of
from tests.support.sinks import mail_sink, web_sink

RUN = "run-0123456789ab"
FAILED = Notice(
    Event.RUN_FAILED, "example", "2025", {"run": RUN, "stage": "link", "error": "StageError", "exit_code": 50}
)


def entries(*said: Facts) -> list[Entry]:
    """A run's entries, as far as notices read them."""
    return [
        Entry(
            seq=place, previous="0" * 64, at="2026-03-01T09:30:00Z", actor="ann", zone="run", run=RUN,
            subject=facts.subject(RUN), facts=facts, code="0.1.0", config="0" * 64,
        )
        for place, facts in enumerate(said, 1)
    ]  # fmt: skip


def attack(verdict: Verdict, recovered: int = 0) -> Facts:
    return attacked(
        tables="a" * 64, cells=90, recovered=recovered, inside_protection=0, certainly_below=0, verdict=verdict
    )


OPENED = run_opened(runner="ann", mode=Mode.PREFECT)
REFUSED = run_failed(stage="publish", error=DisclosureError("the attack on the tables succeeded"))
STAGED = staged(release="cceef7a0b9405848", tables="a" * 64, manifest="b" * 64, approvers=1)


@pytest.mark.parametrize(
    ("said", "on", "told"),
    [
        ((OPENED, attack(Verdict.PASSED), STAGED, run_closed()), set(Event), [Event.STAGED]),
        ((OPENED, attack(Verdict.FAILED, 3), REFUSED), set(Event), [Event.ATTACK_FAILED]),
        ((OPENED, attack(Verdict.FAILED, 3), REFUSED), {Event.RUN_FAILED}, [Event.RUN_FAILED]),
        ((OPENED, REFUSED), set(Event), [Event.RUN_FAILED]),
        ((OPENED, REFUSED), {Event.STAGED}, []),
        ((OPENED, run_closed()), set(Event), []),
    ],
)
def test_a_run_is_told_of_by_what_its_entries_say(
    said: tuple[Facts, ...], on: set[Event], told: list[Event]
) -> None:
    found = notices_of(entries(*said), "example", "2025", on)
    assert [each.event for each in found] == told


@pytest.mark.parametrize(
    "facts",
    [
        {"run": RUN, "stage": "link", "error": "StageError"},
        {"run": RUN, "stage": "link", "error": "StageError", "exit_code": 50, "who": "ann"},
        {"run": RUN, "stage": "link", "error": "Mary Smith", "exit_code": 50},
        {"run": RUN, "stage": "link", "error": "StageError", "exit_code": -1},
    ],
)
def test_a_message_is_made_of_the_facts_of_its_event_and_of_nothing_else(facts: dict[str, int | str]) -> None:
    with pytest.raises(AuditError):
        Notice(Event.RUN_FAILED, "example", "2025", facts)


@pytest.mark.parametrize("event", list(Event))
def test_every_event_has_a_text(event: Event) -> None:
    some = {"run": RUN, "stage": "link", "error": "StageError", "release": "cceef7a0b9405848"}
    some |= {"key": "example-spine", "lack": "not on this machine", "of": "2026"}
    counts = ("exit_code", "recovered", "inside_protection", "certainly_below", "minutes_late", "left_out", "days")
    from flows.notify.notices import SCHEMAS

    notice = Notice(
        event, "example", "2025", {name: some.get(name, 3 if name in counts else "x") for name in SCHEMAS[event]}
    )
    assert RUN in notice.text or event is Event.RUN_REFUSED
    assert notice.subject.startswith("desirelines, example 2025: ")


def test_a_webhook_is_posted_to_with_its_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tmp_path / "hook.token"
    token.write_text("s3cret\n")
    token.chmod(0o600)
    with web_sink(tmp_path) as sink:
        settings = WebhookSettings(url=sink.url, token_file="hook.token")
        assert by_webhook(settings, tmp_path, FAILED) == "SSLCertVerificationError"
        monkeypatch.setenv("SSL_CERT_FILE", str(sink.certificate))
        assert by_webhook(settings, tmp_path, FAILED) == ""
        assert by_webhook(WebhookSettings(url=sink.url), tmp_path, FAILED) == ""
        assert sink.tokens == ["Bearer s3cret", ""]
        assert sink.bodies[0]["facts"] == dict(FAILED.facts)
        sink.status = 302
        assert by_webhook(settings, tmp_path, FAILED) == "the address answered 302"
        assert len(sink.bodies) == 3, "a redirection was followed"
        token.chmod(0o640)
        assert by_webhook(settings, tmp_path, FAILED).startswith("token_file is ")
        assert len(sink.bodies) == 3


def test_mail_goes_to_the_relay_of_this_machine() -> None:
    with mail_sink() as sink:
        settings = MailSettings(port=sink.port, sender="desirelines@example.org", to=("governance@example.org",))
        assert by_mail(settings, FAILED) == ""
    (message,) = sink.messages
    assert message["To"] == "governance@example.org"
    assert message["Subject"] == FAILED.subject
    assert "StageError (exit code 50)" in str(message.get_payload())
    assert by_mail(settings, FAILED) == "ConnectionRefusedError"


def test_a_program_is_given_the_message_and_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    program, taken = tmp_path / "tell", tmp_path / "taken"
    program.write_text(
        f"#!/bin/sh\ncat > {taken}\nenv >> {taken}\nexit $(test -e {tmp_path}/broken && echo 3 || echo 0)\n"
    )
    program.chmod(0o700)
    settings = CommandSettings(program=str(program))
    assert by_command(settings, FAILED) == ""
    line, *env = taken.read_text().splitlines()
    assert json.loads(line)["event"] == "run_failed"
    assert not [each for each in env if "PREFECT" in each]
    (tmp_path / "broken").touch()
    assert by_command(settings, FAILED) == "the program ended with 3"
    program.chmod(0o770)
    assert "others may change it" in by_command(settings, FAILED)
    assert by_command(CommandSettings(program=str(tmp_path / "none")), FAILED) == "FileNotFoundError"


EXAMPLE = (Path(__file__).parents[3] / "config" / "example" / "project.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (
            '[notifications.webhook]\nurl = "http://example.org/hook"',
            "notifications.webhook.url: expected an address",
        ),
        ('[notifications.webhook]\nurl = "https://me:pw@example.org/"', "secrets belong into token_file"),
        ('[notifications.webhook]\nurl = "https://example.org/?token=1"', "secrets belong into token_file"),
        ('[notifications.webhook]\nurl = "https://example.org:x/"', "with a port that is a number"),
        ('[notifications.webhook]\nurl = "https://e.org"\ntoken_file = "/etc/token"', "below the project file's"),
        ('[notifications.command]\nprogram = "tell"', "expected a path that begins with '/'"),
        (
            '[notifications.mail]\nsender = "a@b.org"\nto = ["a@b.org, c@d.org"]',
            "notifications.mail.to.0: expected one",
        ),
        ('[notifications.mail]\nrelay = "mail.example.org"\nsender = "a@b.org"\nto = ["a@b.org"]', "mail.relay"),
        ('[notifications]\non = ["everything"]', "notifications.on.0: expected 'run_failed'"),
    ],
)
def test_a_channel_that_is_unsafe_or_unclear_is_refused(tmp_path: Path, section: str, said: str) -> None:
    (tmp_path / "project.toml").write_text(f"{EXAMPLE}\n{section}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load_project(tmp_path / "project.toml")
    assert said in str(refused.value)


def test_no_name_is_looked_up_for_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_up(*_: object) -> str:
        raise AssertionError("a name was looked up")

    monkeypatch.setattr(socket, "getfqdn", looked_up)
    with mail_sink() as sink:
        settings = MailSettings(relay="127.0.0.1", port=sink.port, sender="a@example.org", to=("b@example.org",))
        assert by_mail(settings, FAILED) == ""
