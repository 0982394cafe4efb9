"""Closed lists of words that may be stored for ever."""

from enum import StrEnum
from typing import Final


class ProfileName(StrEnum):
    """Named sets of composite tokens."""

    STRICT = "strict"
    ENCLAVE = "enclave"


class ExtractKind(StrEnum):
    """What an extract of a body holds."""

    PEOPLE = "people"
    EVENTS = "events"


class Classifier(StrEnum):
    """What learns weights from labelled pairs, where there are labels."""

    LOGISTIC = "logistic"
    NAIVE_BAYES = "naive_bayes"


class TableKind(StrEnum):
    """What a published table counts."""

    JOURNEYS = "journeys"
    MEASURES = "measures"
    OVERLAP = "overlap"
    HAND_OFFS = "hand_offs"
    TRANSITIONS = "transitions"
    AVOIDABLE = "avoidable"
    EVIDENCE = "evidence"
    CONFORMANCE = "conformance"
    STEPS = "steps"
    ROUTES = "routes"
    IN_FLIGHT = "in_flight"


class Breakdown(StrEnum):
    """Dimensions that a table may be broken down by, beside those of its kind."""

    JOURNEY_TYPE = "journey_type"
    SEGMENT = "segment"
    MONTH = "month"
    SERVICE = "service"
    MOTIVE = "motive"


class ExtractColumn(StrEnum):
    """What an extract of journeys may tell that somebody could know of a person: the quasi-identifiers."""

    STARTED = "started"
    SEGMENT = "segment"
    ROUTE = "route"
    JOURNEY_TYPE = "journey_type"
    DURATION = "duration"


class SensitiveColumn(StrEnum):
    """What an extract of journeys may tell that nobody may learn of a person they know."""

    JOURNEY_TYPE = "journey_type"
    SEGMENT = "segment"
    STATE = "state"
    DURATION = "duration"
    HAND_OFFS = "hand_offs"


class DateLevel(StrEnum):
    """How finely an extract tells a date. A week can lie in two months, so no month is a coarser week."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


class SegmentLevel(StrEnum):
    """How finely an extract tells a segment."""

    SEGMENT = "segment"
    GROUP = "group"
    ALL = "all"


class RouteLevel(StrEnum):
    """How finely an extract tells which bodies a journey went through."""

    FULL = "full"
    FIRST_3 = "first_3"
    FIRST_2 = "first_2"
    FIRST_1 = "first_1"
    BODIES = "bodies"
    NUMBER = "number"
    ALL = "all"


class TypeLevel(StrEnum):
    """How finely an extract tells the kind of a journey."""

    TYPE = "type"
    ALL = "all"


class BandLevel(StrEnum):
    """How finely an extract tells a number of days."""

    DAYS = "days"
    BAND = "band"
    WIDE_BAND = "wide_band"
    ALL = "all"


ExtractLevel = DateLevel | SegmentLevel | RouteLevel | TypeLevel | BandLevel


class Hierarchical(StrEnum):
    """Sorts of categories that may be put into groups."""

    SERVICE = "service"
    STEP = "step"
    SEGMENT = "segment"
    EVIDENCE_TYPE = "evidence_type"
    JOURNEY_TYPE = "journey_type"
    REASON = "reason"
    BODY = "body"
    MONTH = "month"
    MOTIVE = "motive"


HIERARCHICAL_DIMENSIONS = {
    "journey_type": Hierarchical.JOURNEY_TYPE,
    "segment": Hierarchical.SEGMENT,
    "month": Hierarchical.MONTH,
    "service": Hierarchical.SERVICE,
    "from_body": Hierarchical.BODY,
    "to_body": Hierarchical.BODY,
    "first_body": Hierarchical.BODY,
    "repeating_body": Hierarchical.BODY,
    "from_step": Hierarchical.STEP,
    "to_step": Hierarchical.STEP,
    "step": Hierarchical.STEP,
    "stage": Hierarchical.STEP,
    "reason": Hierarchical.REASON,
    "evidence_type": Hierarchical.EVIDENCE_TYPE,
    "motive": Hierarchical.MOTIVE,
}
"""Dimension that has a total, to the sort of its categories. Those without a total have no groups either."""

SENSITIVE = (
    "journey_type",
    "service",
    "reason",
    "evidence_type",
    "to_body",
    "repeating_body",
    "motive",
    "route",
)
"""Dimensions that say what happened to people: what must not be known of everybody in a group."""

TELLING = ("segment", "month", "from_body", "first_body", "from_step", "to_step", "step", "stage", "age")
"""Dimensions that say who people are, when, whence, or how a process runs. That a step always follows another is
the process and not the person; a project may count steps among what is sensitive."""


class Status(StrEnum):
    """What a published cell shows, or why it is empty; the shorthand of official statistics."""

    PUBLISHED = ""
    HELD = "h"
    CONFIDENTIAL = "c"
    NOT_AVAILABLE = "x"
    NOT_APPLICABLE = "z"


SHOWN: Final = (Status.PUBLISHED, Status.HELD)
"""Rows with numbers: true ones, or those of an earlier release that differ from them by few people at most."""


class Method(StrEnum):
    """How the tables of a release are protected."""

    SUPPRESSION = "suppression"
    """Unsafe cells are withheld, and further ones so that sums do not give them back; the rest is exact."""
    ROUNDING = "rounding"
    """Small cells are withheld, all others are rounded to the middle of a band."""
    CONTROLLED_ROUNDING = "controlled_rounding"
    """Every cell is rounded up or down to a multiple, so that all sums still add up."""
    CELL_KEY = "cell_key"
    """Every cell is changed by a little noise that depends on nothing but whose cell it is."""
    DIFFERENTIAL_PRIVACY = "differential_privacy"
    """Every number is noisy to a degree that bounds what it says of any one person."""


class Action(StrEnum):
    """Everything that the audit log may say happened."""

    RUN_OPENED = "run_opened"
    RUN_CLOSED = "run_closed"
    RUN_FAILED = "run_failed"
    RECEIVED = "received"
    VALIDATED = "validated"
    ENCODED = "encoded"
    LINKED = "linked"
    MEASURED = "measured"
    EXTRACTED = "extracted"
    PROTECTED = "protected"
    ATTACKED = "attacked"
    STAGED = "staged"
    APPROVED = "approved"
    REFUSED = "refused"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    ERASURE_LIFTED = "erasure_lifted"
    EXPIRED = "expired"
    KEY_MADE = "key_made"
    KEY_ROTATED = "key_rotated"
    PERSON_KEY_REGISTERED = "person_key_registered"
    PERSON_KEY_REVOKED = "person_key_revoked"
    KEY_SPLIT = "key_split"
    KEY_RESTORED = "key_restored"
    KEY_REVOKED = "key_revoked"
    KEY_DESTROYED = "key_destroyed"
    LOG_CONTINUED = "log_continued"
    CLOCK_TURNED_BACK = "clock_turned_back"
    HANDED_OVER = "handed_over"
    TAKEN_OVER = "taken_over"
    PARTY_REGISTERED = "party_registered"
    TURN_SIGNED = "turn_signed"
    NOTIFIED = "notified"


TOTAL = "__all__"


class Manner(StrEnum):
    """Why all pairs were looked for, or that only those of new and changed rows were."""

    FULL = "full"
    """Nothing is kept from one linkage to the next."""
    FIRST = "first"
    """Nothing was kept before, or it cannot be read."""
    SETTINGS = "settings"
    """Key, period of the key, profile, composites, bodies or bounds are others than before."""
    CROWDS = "crowds"
    """Other tokens than before are shared by too many."""
    MANY = "many"
    """So many records are new or have changed that looking for all pairs is less work."""
    INCREMENTAL = "incremental"
