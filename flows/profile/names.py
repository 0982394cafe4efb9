"""Names that bodies usually give to our columns."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

PLAIN: Final = re.compile(r"[A-Za-z0-9 _./()-]{1,60}")
"""Anything else in a name might be a value, as where a file has no header."""
USUAL: Final[Mapping[str, Sequence[str]]] = {
    "client_ref": (
        "client id", "client no", "client number", "client reference", "customer id", "customer no",
        "customer number", "customer ref", "person id", "person no", "person ref", "tenant no", "tenant id",
        "patient id", "patient no", "account holder id", "account no", "citizen id", "case person id",
        "service user id", "applicant id",
    ),
    "title": ("salutation", "name title", "person title"),
    "first_name": ("forename", "forenames", "given name", "given names", "firstname", "christian name", "fname"),
    "middle_name": ("middle names", "middlename", "other names", "other forenames", "second name"),
    "last_name": ("surname", "family name", "lastname", "lname"),
    "dob": ("date of birth", "birth date", "birthdate", "born", "born on", "birthday", "d o b"),
    "sex": ("gender", "sex code", "gender code"),
    "house": ("house no", "house number", "house name", "building", "paon", "property no", "property number"),
    "street": ("road", "street name", "address line 1", "address 1", "thoroughfare"),
    "place": ("town", "city", "village", "post town", "locality"),
    "postcode": ("post code", "postal code", "zip", "zip code", "pcode"),
    "nhs_number": ("nhs no", "nhs", "nhs num", "nhs id"),
    "nino": ("ni no", "ni number", "national insurance number", "national insurance no", "nat ins no", "ni"),
    "uprn": ("unique property reference number", "property reference", "property ref"),
    "ssn": ("social security number", "personal number", "other shared id"),
    "case_ref": ("case id", "case no", "case number", "case reference", "job or case", "job no", "matter no"),
    "event_id": ("event no", "event number", "event ref", "activity id", "contact id", "row id", "record id"),
    "event_seq": ("seq", "sequence", "event sequence", "order no", "row no", "line no"),
    "ts": ("timestamp", "time stamp", "logged at", "date time", "event date", "event time", "occurred at", "when"),
    "ts_precision": ("time quality", "time precision", "precision"),
    "event_type": ("type", "activity", "activity type", "event kind", "event", "contact type"),
    "direction": ("in out", "inbound outbound", "in or out"),
    "initiator": ("started by", "initiated by", "raised by"),
    "channel": ("method", "contact method", "contact channel", "medium", "access channel"),
    "service": ("service area", "team", "department", "service name"),
    "step": ("stage", "status", "step name", "process step"),
    "need_code": ("need", "need type", "problem", "reason code"),
    "need_date": ("need since", "need identified", "need start"),
    "motive": ("reason", "purpose", "why"),
    "voluntary": ("own choice", "by choice", "self referred"),
    "evidence_type": ("evidence", "document type", "proof"),
    "avoidable_code": ("avoidable", "avoidable contact", "ni14"),
    "outcome": ("result", "disposal", "closure reason"),
    "due_date": ("target date", "deadline", "due", "due by"),
    "to_body": ("referred to", "referral to", "to agency"),
    "sentiment": ("feeling", "mood", "satisfaction", "score"),
    "sentiment_source": ("feeling from", "satisfaction source"),
    "unit_cost_pence": ("cost pence", "cost", "unit cost"),
    "segment": ("group", "client group", "customer segment"),
    "consent_scope": ("consent", "consent given", "consent code"),
}  # fmt: skip
"""Column of ours → what others call it, in lower case with single blanks; beside our own name."""


def plain(name: str) -> str:
    """A name in lower case, its words apart by single blanks; empty where more than a plain name stands in it."""
    if not PLAIN.fullmatch(name):
        return ""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[a-z0-9]+", apart.lower()))


KNOWN: Final = {plain(name): ours for ours, names in USUAL.items() for name in (*names, ours)}
"""Every usual name to our column."""


def ours_for(name: str) -> str:
    """Our column that a column of this name usually is; empty where the name is not usual."""
    return KNOWN.get(plain(name), KNOWN.get(plain(name.lower()), ""))
