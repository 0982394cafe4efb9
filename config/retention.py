"""How long each kind of thing that a zone holds is kept after it was last written."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, model_validator

from config.frozen import Frozen
from config.schedule import Cron

NOT_SAID: Final = "no section [retention] says how long anything is kept, so nothing is ever deleted"
KEEP: Final = "keep"
KEEPING: Final = r"^(keep|[1-9][0-9]{0,4} days)$"
Keeping = Annotated[str, Field(pattern=KEEPING)]
"""`keep`, or a number of days such as `90 days`."""


class Zone(StrEnum):
    """The zones that hold what can be deleted."""

    BODIES = "bodies"
    EXCHANGE = "exchange"
    LINKAGE = "linkage"
    ANALYSIS = "analysis"
    PUBLICATION = "publication"
    SCHEDULER = "scheduler"


class RetentionSettings(Frozen):
    """How long things are kept. Each kind must be said: nothing is kept, or deleted, by default.

    The log, keys, published releases, bodies' lists of erased clients and anchors are in no kind: they stay.
    """

    extracts: Keeping
    """The files that a body hands in; they are the body's own."""
    may_delete_extracts: bool
    """Without it, `extracts` must be kept."""
    quarantine: Keeping
    """Rows that a body's encoding set aside."""
    arrival: Keeping
    """The page in a body that tells what arrived."""
    map: Keeping
    """Client references and record ids."""
    tokens: Keeping
    events: Keeping
    spine: Keeping
    """Bundles on their way."""
    persons: Keeping
    """What the linkage unit keeps from one linkage to the next."""
    tables: Keeping
    """Measured tables, unprotected, and the decisions made on them."""
    open_journeys: Keeping
    """The same of open journeys."""
    journey_extract: Keeping
    """Journeys one by one, for a safe setting."""
    staged: Keeping
    """Releases that wait for approval."""
    refused: Keeping
    """Releases that were refused."""
    checks: Keeping
    """Checks of releases that are neither staged nor published any more."""
    quality: Keeping
    """Reports on quality, and what they are made of."""
    unfinished: Keeping
    """What killed runs left half-written."""
    scheduler: Keeping
    """Prefect's own folder below the project's, where no other is configured."""
    most_silent_days: int = Field(ge=1, le=366)
    """Where the log's last entry is older than this, the clock is believed once somebody confirms the date."""
    cron: Cron | None = None
    """When the scheduler deletes; in the time zone of [schedule]."""

    @model_validator(mode="after")
    def _allowed(self) -> "RetentionSettings":
        if self.extracts != KEEP and not self.may_delete_extracts:
            raise ValueError("may_delete_extracts = true where extracts are not kept; they are the bodies' own")
        return self

    def days(self, kind: str) -> int | None:
        """Days for which a kind is kept; None: for ever."""
        said = str(getattr(self, kind))
        return None if said == KEEP else int(said.split()[0])
