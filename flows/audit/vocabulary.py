"""What an entry of each action may say: kinds of facts, closed lists of words, and no free text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from config.errors import AuditError
from config.notifications import Event
from config.terms import Action, Manner, ProfileName
from flows.audit.key_words import Original, RevocationReason, Signer
from flows.audit.signed_words import CHECK_VERDICTS, MOST_APPROVERS, PersonKeyEnd, Reviewed

Fact = int | str | tuple[str, ...] | Mapping[str, int | str]

LEAST_PEOPLE_ALLOWED: Final = 5
MOST_WHOLE: Final = 2**53 - 1
"""Largest whole number that every JSON reader keeps exactly (RFC 8785, section 3.2.2.3)."""
MOST_MEMBERS: Final = 1_000

NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}")
ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
LABEL: Final = re.compile(r"(?=.{1,120}\Z)[a-z][a-z0-9_.+/-]*( [a-z0-9_.+/-]+){0,7}")
"""Names of rules, composites, reasons and pairs of bodies: they come from code and settings, never from data."""
ERROR: Final = re.compile(r"[A-Z][A-Za-z]{1,39}Error")


class Mode(StrEnum):
    """What drives a run."""

    DIRECT = "direct"
    PREFECT = "prefect"


class Extract(StrEnum):
    """What a body's file holds."""

    PEOPLE = "people"
    EVENTS = "events"


class Verdict(StrEnum):
    """How the attack on the tables ended."""

    PASSED = "passed"
    FAILED = "failed"


class ApprovalReason(StrEnum):
    """Why a release may go out."""

    CHECKED = "checked"
    CORRECTION = "correction"


class RefusalReason(StrEnum):
    """Why a release may not go out."""

    DISCLOSURE_RISK = "disclosure_risk"
    LINKAGE_QUALITY = "linkage_quality"
    WRONG_PERIOD = "wrong_period"
    WRONG_TABLES = "wrong_tables"
    NOT_NEEDED = "not_needed"


class WithdrawalReason(StrEnum):
    """Why a published release is taken back."""

    DISCLOSURE = "disclosure"
    ERROR_FOUND = "error_found"
    ERASURE = "erasure"
    SUPERSEDED = "superseded"


class Channel(StrEnum):
    """The way a notification goes."""

    COMMAND = "command"
    WEBHOOK = "webhook"
    MAIL = "mail"


class Outcome(StrEnum):
    """Whether a notification went."""

    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True)
class Kind:
    """A kind of fact.

    Attributes:
        name: stands in errors and in the reference.
        holds: whether a value is of this kind, given the entry's least number of people (0: none given).
    """

    name: str
    holds: Callable[[object, int], bool]


def _matching(name: str, pattern: re.Pattern[str]) -> Kind:
    return Kind(name, lambda value, _: isinstance(value, str) and pattern.fullmatch(value) is not None)


def _word(name: str, *words: str) -> Kind:
    return Kind(name, lambda value, _: isinstance(value, str) and value in words)


def _whole(name: str, least: int, most: int) -> Kind:
    return Kind(name, lambda value, _: type(value) is int and least <= value <= most)


def _by(labels: re.Pattern[str], kind: Kind, *, least_members: int = 0) -> Kind:
    def holds(value: object, least: int) -> bool:
        return (
            isinstance(value, Mapping)
            and least_members <= len(value) <= MOST_MEMBERS
            and all(isinstance(each, str) and labels.fullmatch(each) for each in value)
            and all(kind.holds(each, least) for each in value.values())
        )

    return Kind(f"{kind.name} by name", holds)


def _is_people(value: object, least: int) -> bool:
    if least < LEAST_PEOPLE_ALLOWED:
        return False
    return value == f"<{least}" or (type(value) is int and least <= value <= MOST_WHOLE and value % least == 0)


def _is_digests(value: object, _: int) -> bool:
    return (
        isinstance(value, tuple)
        and 0 < len(value) <= MOST_MEMBERS
        and all(isinstance(each, str) and DIGEST.fullmatch(each) for each in value)
        and list(value) == sorted(set(value))
    )


COUNT: Final = _whole("count", 0, MOST_WHOLE)
PER_MILLION: Final = _whole("parts per million", 0, 1_000_000)
LEAST: Final = _whole("least people", LEAST_PEOPLE_ALLOWED, 1_000_000)
PEOPLE: Final = Kind("people", _is_people)
A_NAME: Final = _matching("name", NAME)
AN_ID: Final = _matching("id", ID)
A_DIGEST: Final = _matching("digest", DIGEST)
A_MOMENT: Final = _matching("moment", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"))
A_PERIOD: Final = _matching("period", re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?"))
A_PUBLIC_KEY: Final = _matching("public key", DIGEST)
A_SIGNATURE: Final = _matching("signature", re.compile(r"[0-9a-f]{128}"))
AN_ERROR: Final = _matching("error", ERROR)
APPROVERS: Final = _whole("approvers", 1, MOST_APPROVERS)
DIGESTS: Final = Kind("digests", _is_digests)
COUNTS: Final = _by(LABEL, COUNT)
PEOPLES: Final = _by(LABEL, PEOPLE)
ALL_AGAIN: Final = _word("manner", *(each for each in Manner if each != Manner.INCREMENTAL))
NEW_ONLY: Final = _word("incremental", Manner.INCREMENTAL)
DIGEST_BY_BODY: Final = _by(NAME, A_DIGEST, least_members=1)

Schema = Mapping[str, Kind]

SIGNED: Final[Schema] = {"project": A_NAME, "approver": A_NAME, "key": A_DIGEST, "signature": A_SIGNATURE}
"""What every signed entry of a release has: `key` is the fingerprint of the one that signed."""
BUNDLE_PASSED: Final[Schema] = {
    "sender": A_NAME, "receiver": A_NAME,
    "bundle_kind": _word("bundle kind", "tokens", "events", "spine", "tables"), "of": A_NAME,
    "number": COUNT, "bundle": A_DIGEST, "contents": A_DIGEST, "container": A_DIGEST,
}  # fmt: skip
"""What is said of a bundle that one party hands to another."""

SCHEMAS: Final[Mapping[Action, tuple[Schema, ...]]] = {
    Action.RUN_OPENED: ({"runner": A_NAME, "mode": _word("mode", *Mode)},),
    Action.RUN_CLOSED: ({},),
    Action.RUN_FAILED: ({"stage": A_NAME, "error": AN_ERROR, "exit_code": COUNT},),
    Action.RECEIVED: (
        {
            "body": A_NAME, "extract": _word("extract", *Extract), "file": A_DIGEST, "rows_in": PEOPLE,
            "rows_out": PEOPLE, "quarantined": PEOPLES, "least_people": LEAST,
        },
    ),
    Action.VALIDATED: (
        {"body": A_NAME, "extract": _word("extract", *Extract), "rules_passed": COUNT, "rules_failed": COUNT},
    ),
    Action.ENCODED: (
        {
            "body": A_NAME, "bundle_kind": _word("tokens", "tokens"), "inputs": DIGESTS, "key_id": AN_ID,
            "profile": _word("profile", *ProfileName), "rows": PEOPLE, "clients": PEOPLE, "composites": COUNT,
            "withheld": PEOPLES, "bundle": A_DIGEST, "least_people": LEAST,
        },
        {
            "body": A_NAME, "bundle_kind": _word("events", "events"), "inputs": DIGESTS, "rows": PEOPLE,
            "bundle": A_DIGEST, "least_people": LEAST,
        },
    ),
    Action.LINKED: (
        {
            "settings": A_DIGEST, "least_probability": PER_MILLION, "range_low": PER_MILLION,
            "range_high": PER_MILLION, "candidates": PEOPLE, "candidates_left_out": PEOPLE, "links": PEOPLES,
            "persons": PEOPLE, "merges": PEOPLE, "splits": PEOPLE, "manner": ALL_AGAIN,
            "records_new": PEOPLE, "records_erased": PEOPLE, "persons_erased": PEOPLE,
            "inputs": DIGEST_BY_BODY, "spine": A_DIGEST, "least_people": LEAST,
        },
        {
            "settings": A_DIGEST, "least_probability": PER_MILLION, "range_low": PER_MILLION,
            "range_high": PER_MILLION, "candidates": PEOPLE, "candidates_left_out": PEOPLE, "links": PEOPLES,
            "persons": PEOPLE, "merges": PEOPLE, "splits": PEOPLE, "manner": NEW_ONLY,
            "records_new": PEOPLE, "records_changed": PEOPLE, "records_erased": PEOPLE, "persons_erased": PEOPLE,
            "inputs": DIGEST_BY_BODY, "spine": A_DIGEST, "least_people": LEAST,
        },
    ),
    Action.MEASURED: (
        {
            "tables": COUNT, "journeys": PEOPLE, "persons": PEOPLE, "events": PEOPLE, "open_journeys": PEOPLE,
            "events_without_person": PEOPLE, "events_after_period": PEOPLE, "spine": A_DIGEST,
            "inputs": DIGEST_BY_BODY, "output": A_DIGEST, "least_people": LEAST,
        },
        {
            "tables": COUNT, "journeys": PEOPLE, "persons": PEOPLE, "events": PEOPLE, "open_journeys": PEOPLE,
            "events_without_person": PEOPLE, "events_after_period": PEOPLE, "spine": A_DIGEST,
            "inputs": DIGEST_BY_BODY, "output": A_DIGEST, "least_people": LEAST, "as_at": A_MOMENT,
        },
        {
            "tables": COUNT, "journeys": PEOPLE, "persons": PEOPLE, "events": PEOPLE, "open_journeys": PEOPLE,
            "events_without_person": PEOPLE, "events_after_period": PEOPLE, "events_without_consent": PEOPLE,
            "spine": A_DIGEST, "inputs": DIGEST_BY_BODY, "output": A_DIGEST, "least_people": LEAST,
        },
        {
            "tables": COUNT, "journeys": PEOPLE, "persons": PEOPLE, "events": PEOPLE, "open_journeys": PEOPLE,
            "events_without_person": PEOPLE, "events_after_period": PEOPLE, "events_without_consent": PEOPLE,
            "spine": A_DIGEST, "inputs": DIGEST_BY_BODY, "output": A_DIGEST, "least_people": LEAST,
            "as_at": A_MOMENT,
        },
    ),
    Action.EXTRACTED: (
        {
            "approver": A_NAME, "people_alike": COUNT, "values_alike": COUNT, "most_distance": PER_MILLION,
            "journeys": PEOPLE, "suppressed": PEOPLES, "spine": A_DIGEST, "inputs": DIGEST_BY_BODY,
            "rows": A_DIGEST, "output": A_DIGEST, "least_people": LEAST,
        },
    ),
    Action.PROTECTED: (
        {"input": A_DIGEST, "cells": COUNT, "withheld": COUNTS, "output": A_DIGEST},
        {
            "input": A_DIGEST, "cells": COUNT, "withheld": COUNTS, "output": A_DIGEST, "held": COUNT,
            "earlier": DIGESTS,
        },
    ),
    Action.ATTACKED: (
        {
            "tables": A_DIGEST, "cells": COUNT, "recovered": COUNT, "inside_protection": COUNT,
            "certainly_below": COUNT, "verdict": _word("verdict", *Verdict),
        },
    ),
    Action.STAGED: (
        {"release": AN_ID, "tables": A_DIGEST, "manifest": A_DIGEST, "approvers": APPROVERS},
        {"release": AN_ID, "tables": A_DIGEST, "manifest": A_DIGEST},
    ),
    Action.APPROVED: (
        {
            "release": AN_ID, "manifest": A_DIGEST, "check": A_DIGEST, "verdict": _word("check", *CHECK_VERDICTS),
            "reviewed": _word("reviewed", *Reviewed), "reason": _word("reason", *ApprovalReason), **SIGNED,
        },
        {"release": AN_ID, "manifest": A_DIGEST, "approver": A_NAME, "reason": _word("reason", *ApprovalReason)},
    ),
    Action.REFUSED: (
        {"release": AN_ID, "manifest": A_DIGEST, "reason": _word("reason", *RefusalReason), **SIGNED},
        {"release": AN_ID, "manifest": A_DIGEST, "approver": A_NAME, "reason": _word("reason", *RefusalReason)},
    ),
    Action.PUBLISHED: ({"release": AN_ID, "manifest": A_DIGEST},),
    Action.WITHDRAWN: (
        {"release": AN_ID, "manifest": A_DIGEST, "reason": _word("reason", *WithdrawalReason), **SIGNED},
        {"release": AN_ID, "manifest": A_DIGEST, "reason": _word("reason", *WithdrawalReason)},
    ),
    Action.ERASED: ({"body": A_NAME, "records": PEOPLE, "marks": A_DIGEST, "least_people": LEAST},),
    Action.ERASURE_LIFTED: ({"body": A_NAME, "records": PEOPLE, "marks": A_DIGEST, "least_people": LEAST},),
    Action.EXPIRED: ({"kind": A_NAME, "files": COUNT, "mebibytes": COUNT},),
    Action.KEY_MADE: ({"key": A_NAME, "key_id": AN_ID},),
    Action.PERSON_KEY_REGISTERED: (
        {
            "project": A_NAME, "person": A_NAME, "key": A_DIGEST, "public_key": A_PUBLIC_KEY,
            "signature": A_SIGNATURE,
        },
    ),
    Action.PERSON_KEY_REVOKED: (
        {"person": A_NAME, "key": A_DIGEST, "reason": _word("reason", *PersonKeyEnd)},
    ),
    Action.KEY_ROTATED: (
        {"key": A_NAME, "key_id": AN_ID, "previous_key_id": AN_ID},
        {"key": A_NAME, "key_id": AN_ID, "previous_key_id": AN_ID, "from_period": A_PERIOD},
        {
            "key": A_NAME, "key_id": AN_ID, "previous_key_id": AN_ID, "use": _word("use", *Signer),
            "public_key": A_PUBLIC_KEY, "previous_public_key": A_PUBLIC_KEY, "size": COUNT, "root": A_DIGEST,
            "signature": A_SIGNATURE,
        },
    ),
    Action.KEY_SPLIT: (
        {
            "key": A_NAME, "key_id": AN_ID, "threshold": COUNT, "shares": COUNT,
            "original": _word("original", *Original),
        },
    ),
    Action.KEY_RESTORED: ({"key": A_NAME, "key_id": AN_ID},),
    Action.KEY_REVOKED: ({"key": A_NAME, "key_id": AN_ID, "reason": _word("reason", *RevocationReason)},),
    Action.KEY_DESTROYED: ({"key": A_NAME, "key_id": AN_ID, "period": A_PERIOD},),
    Action.LOG_CONTINUED: (
        {
            "key": A_NAME, "key_id": AN_ID, "previous_key_id": AN_ID, "use": _word("use", *Signer),
            "public_key": A_PUBLIC_KEY, "previous_public_key": A_PUBLIC_KEY, "size": COUNT, "root": A_DIGEST,
            "last_signature": A_SIGNATURE, "voucher": A_PUBLIC_KEY, "signature": A_SIGNATURE,
        },
    ),
    Action.CLOCK_TURNED_BACK: ({"seconds": COUNT},),
    Action.HANDED_OVER: (BUNDLE_PASSED,),
    Action.TAKEN_OVER: (
        BUNDLE_PASSED,
        {
            "sender": A_NAME, "receiver": A_NAME, "log_kind": _word("log", "log"), "number": COUNT,
            "container": A_DIGEST,
        },
    ),
    Action.NOTIFIED: (
        {
            "event": _word("event", *Event), "channel": _word("channel", *Channel),
            "outcome": _word("outcome", *Outcome),
        },
    ),
}  # fmt: skip
"""The facts of each action: all of one schema, and nothing else."""

SUBJECTS: Final[Mapping[Action, str]] = {
    Action.RECEIVED: "file",
    Action.VALIDATED: "body",
    Action.ENCODED: "bundle",
    Action.LINKED: "spine",
    Action.MEASURED: "output",
    Action.EXTRACTED: "output",
    Action.PROTECTED: "output",
    Action.ATTACKED: "tables",
    Action.STAGED: "release",
    Action.APPROVED: "release",
    Action.REFUSED: "release",
    Action.PUBLISHED: "release",
    Action.WITHDRAWN: "release",
    Action.ERASED: "body",
    Action.ERASURE_LIFTED: "body",
    Action.EXPIRED: "kind",
    Action.KEY_MADE: "key_id",
    Action.KEY_ROTATED: "key_id",
    Action.PERSON_KEY_REGISTERED: "key",
    Action.PERSON_KEY_REVOKED: "key",
    Action.KEY_SPLIT: "key_id",
    Action.KEY_RESTORED: "key_id",
    Action.KEY_REVOKED: "key_id",
    Action.KEY_DESTROYED: "key_id",
    Action.LOG_CONTINUED: "key_id",
    Action.HANDED_OVER: "container",
    Action.TAKEN_OVER: "container",
}
"""The fact that an entry is about; of the others, the subject is the run."""


def check(action: Action, values: Mapping[str, Fact]) -> None:
    """Refuse facts that are not exactly what the action may say.

    Raises:
        AuditError: naming the action and the fact at fault, never a value.
    """
    schemas = SCHEMAS[action]
    schema = next((each for each in schemas if set(each) == set(values)), None)
    if schema is None:
        known = set().union(*schemas)
        missing = sorted(set(schemas[0]) - set(values))
        problem = "has a fact it may not have" if set(values) - known else f"lacks {', '.join(missing)}"
        raise AuditError(f"an entry '{action}' {problem}")
    given = values.get("least_people")
    least = given if isinstance(given, int) else 0
    for name, kind in schema.items():
        if not kind.holds(values[name], least):
            raise AuditError(f"in an entry '{action}', '{name}' is not of the kind '{kind.name}'")
