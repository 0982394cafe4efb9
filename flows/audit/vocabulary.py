"""What an entry of each action may say, and nothing else."""

from collections.abc import Mapping
from typing import Final

from config.errors import AuditError
from config.notifications import Event
from config.terms import Action, Manner, ProfileName
from flows.audit.key_words import Original, RevocationReason, Signer
from flows.audit.kinds import (
    A_DIGEST,
    A_MOMENT,
    A_NAME,
    A_PERIOD,
    A_PUBLIC_KEY,
    A_SIGNATURE,
    AN_ERROR,
    AN_ID,
    COUNT,
    COUNTS,
    DIGEST_BY_BODY,
    DIGESTS,
    LEAST,
    NAMES,
    PEOPLE,
    PEOPLES,
    PER_MILLION,
    Fact,
    Schema,
    whole,
    word,
)
from flows.audit.signed_words import CHECK_VERDICTS, MOST_APPROVERS, PersonKeyEnd, Reviewed
from flows.audit.words import (
    ApprovalReason,
    Channel,
    Extract,
    Mode,
    Outcome,
    RefusalReason,
    Verdict,
    WithdrawalReason,
)

APPROVERS: Final = whole("approvers", 1, MOST_APPROVERS)
ALL_AGAIN: Final = word("manner", *(each for each in Manner if each != Manner.INCREMENTAL))
NEW_ONLY: Final = word("incremental", Manner.INCREMENTAL)
SIGNED: Final[Schema] = {"project": A_NAME, "approver": A_NAME, "key": A_DIGEST, "signature": A_SIGNATURE}
"""What every signed entry of a release has: `key` is the fingerprint of the one that signed."""
BUNDLE_PASSED: Final[Schema] = {
    "sender": A_NAME, "receiver": A_NAME,
    "bundle_kind": word("bundle kind", "tokens", "events", "spine", "tables"), "of": A_NAME,
    "number": COUNT, "bundle": A_DIGEST, "contents": A_DIGEST, "container": A_DIGEST,
}  # fmt: skip
"""What is said of a bundle that one party hands to another."""

SCHEMAS: Final[Mapping[Action, tuple[Schema, ...]]] = {
    Action.RUN_OPENED: ({"runner": A_NAME, "mode": word("mode", *Mode)},),
    Action.RUN_CLOSED: ({},),
    Action.RUN_FAILED: ({"stage": A_NAME, "error": AN_ERROR, "exit_code": COUNT},),
    Action.RECEIVED: (
        {
            "body": A_NAME, "extract": word("extract", *Extract), "file": A_DIGEST, "rows_in": PEOPLE,
            "rows_out": PEOPLE, "quarantined": PEOPLES, "least_people": LEAST,
        },
    ),
    Action.VALIDATED: (
        {"body": A_NAME, "extract": word("extract", *Extract), "rules_passed": COUNT, "rules_failed": COUNT},
    ),
    Action.ENCODED: (
        {
            "body": A_NAME, "bundle_kind": word("tokens", "tokens"), "inputs": DIGESTS, "key_id": AN_ID,
            "profile": word("profile", *ProfileName), "rows": PEOPLE, "clients": PEOPLE, "composites": COUNT,
            "withheld": PEOPLES, "bundle": A_DIGEST, "least_people": LEAST,
        },
        {
            "body": A_NAME, "bundle_kind": word("events", "events"), "inputs": DIGESTS, "rows": PEOPLE,
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
            "approvers": NAMES, "people_alike": COUNT, "values_alike": COUNT, "most_distance": PER_MILLION,
            "journeys": PEOPLE, "suppressed": PEOPLES, "spine": A_DIGEST, "inputs": DIGEST_BY_BODY,
            "rows": A_DIGEST, "output": A_DIGEST, "least_people": LEAST,
        },
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
        {
            "input": A_DIGEST, "cells": COUNT, "withheld": COUNTS, "output": A_DIGEST, "spent_lines": COUNT,
            "spent": A_DIGEST,
        },
    ),
    Action.ATTACKED: (
        {
            "tables": A_DIGEST, "cells": COUNT, "recovered": COUNT, "inside_protection": COUNT,
            "certainly_below": COUNT, "verdict": word("verdict", *Verdict),
        },
    ),
    Action.STAGED: (
        {"release": AN_ID, "tables": A_DIGEST, "manifest": A_DIGEST, "approvers": APPROVERS},
        {"release": AN_ID, "tables": A_DIGEST, "manifest": A_DIGEST},
    ),
    Action.APPROVED: (
        {
            "release": AN_ID, "manifest": A_DIGEST, "check": A_DIGEST, "verdict": word("check", *CHECK_VERDICTS),
            "reviewed": word("reviewed", *Reviewed), "reason": word("reason", *ApprovalReason), **SIGNED,
        },
        {"release": AN_ID, "manifest": A_DIGEST, "approver": A_NAME, "reason": word("reason", *ApprovalReason)},
    ),
    Action.REFUSED: (
        {"release": AN_ID, "manifest": A_DIGEST, "reason": word("reason", *RefusalReason), **SIGNED},
        {"release": AN_ID, "manifest": A_DIGEST, "approver": A_NAME, "reason": word("reason", *RefusalReason)},
    ),
    Action.PUBLISHED: ({"release": AN_ID, "manifest": A_DIGEST},),
    Action.WITHDRAWN: (
        {"release": AN_ID, "manifest": A_DIGEST, "reason": word("reason", *WithdrawalReason), **SIGNED},
        {"release": AN_ID, "manifest": A_DIGEST, "reason": word("reason", *WithdrawalReason)},
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
        {"person": A_NAME, "key": A_DIGEST, "reason": word("reason", *PersonKeyEnd)},
    ),
    Action.KEY_ROTATED: (
        {"key": A_NAME, "key_id": AN_ID, "previous_key_id": AN_ID},
        {"key": A_NAME, "key_id": AN_ID, "previous_key_id": AN_ID, "from_period": A_PERIOD},
        {
            "key": A_NAME, "key_id": AN_ID, "previous_key_id": AN_ID, "use": word("use", *Signer),
            "public_key": A_PUBLIC_KEY, "previous_public_key": A_PUBLIC_KEY, "size": COUNT, "root": A_DIGEST,
            "signature": A_SIGNATURE,
        },
    ),
    Action.KEY_SPLIT: (
        {
            "key": A_NAME, "key_id": AN_ID, "threshold": COUNT, "shares": COUNT,
            "original": word("original", *Original),
        },
    ),
    Action.KEY_RESTORED: ({"key": A_NAME, "key_id": AN_ID},),
    Action.KEY_REVOKED: ({"key": A_NAME, "key_id": AN_ID, "reason": word("reason", *RevocationReason)},),
    Action.KEY_DESTROYED: ({"key": A_NAME, "key_id": AN_ID, "period": A_PERIOD},),
    Action.LOG_CONTINUED: (
        {
            "key": A_NAME, "key_id": AN_ID, "previous_key_id": AN_ID, "use": word("use", *Signer),
            "public_key": A_PUBLIC_KEY, "previous_public_key": A_PUBLIC_KEY, "size": COUNT, "root": A_DIGEST,
            "last_signature": A_SIGNATURE, "voucher": A_PUBLIC_KEY, "signature": A_SIGNATURE,
        },
    ),
    Action.CLOCK_TURNED_BACK: ({"seconds": COUNT},),
    Action.HANDED_OVER: (BUNDLE_PASSED,),
    Action.TAKEN_OVER: (
        BUNDLE_PASSED,
        {
            "sender": A_NAME, "receiver": A_NAME, "log_kind": word("log", "log"), "number": COUNT,
            "container": A_DIGEST,
        },
    ),
    Action.PARTY_REGISTERED: (
        {
            "project": A_NAME, "party": A_NAME, "zones": NAMES, "public_key": A_PUBLIC_KEY,
            "signature": A_SIGNATURE,
        },
    ),
    Action.TURN_SIGNED: (
        {
            "project": A_NAME, "party": A_NAME, "receiver": A_NAME, "first": COUNT, "size": COUNT,
            "root": A_DIGEST, "signature": A_SIGNATURE,
        },
    ),
    Action.NOTIFIED: (
        {
            "event": word("event", *Event), "channel": word("channel", *Channel),
            "outcome": word("outcome", *Outcome),
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
    Action.PARTY_REGISTERED: "party",
    Action.TURN_SIGNED: "party",
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
