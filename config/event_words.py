"""Closed lists of the words that event columns may hold; each may be stored for ever."""

from enum import StrEnum


class EventType(StrEnum):
    """What happened, from the body's or the person's side."""

    NEED = "need"
    CONTACT = "contact"
    REQUEST = "request"
    RESPONSE = "response"
    EVIDENCE_REQUEST = "evidence_request"
    EVIDENCE_RECEIVED = "evidence_received"
    REFERRAL = "referral"
    DECISION = "decision"
    VISIT = "visit"
    DELIVERY = "delivery"
    PAYMENT = "payment"
    COMPLAINT = "complaint"
    APPEAL = "appeal"
    CLOSURE = "closure"


class Direction(StrEnum):
    """Inbound is from the person to the body."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Initiator(StrEnum):
    """Who set the event off."""

    PERSON = "person"
    BODY = "body"
    THIRD_PARTY = "third_party"


class Channel(StrEnum):
    """How the person and the body met."""

    FACE_TO_FACE = "face_to_face"
    PHONE = "phone"
    WEB = "web"
    EMAIL = "email"
    POST = "post"
    TEXT = "text"
    HOME_VISIT = "home_visit"
    SYSTEM = "system"


class TsPrecision(StrEnum):
    """How finely the time of an event is known."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"


class AvoidableCode(StrEnum):
    """Why a contact could have been avoided, coded by the body; National Indicator 14."""

    NONE = "none"
    CHASE = "chase"
    UNCLEAR_LETTER = "unclear_letter"
    SHOULD_BE_ONLINE = "should_be_online"
    WRONG_PLACE = "wrong_place"
    REPEAT_INFO = "repeat_info"
    CLOSED_EARLY = "closed_early"
    NOT_ASSESSED = "not_assessed"


class Outcome(StrEnum):
    """How a journey ended."""

    ACHIEVED = "achieved"
    PARTIAL = "partial"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"
    TRANSFERRED = "transferred"
    OPEN = "open"


class SentimentSource(StrEnum):
    """Where a feeling was recorded. Free text is refused: it identifies people."""

    SURVEY = "survey"
    AGENT_CODE = "agent_code"
