"""Closed lists of words that an entry of the log may hold."""

from enum import StrEnum


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
