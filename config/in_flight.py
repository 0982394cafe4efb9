"""How long open journeys have been open, in bands of days, and when a run counts them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from config.frozen import Frozen
from config.schedule import Cron

Days = Annotated[int, Field(ge=1, le=3_650)]


class InFlightSettings(Frozen):
    """Journeys that are open at a moment."""

    age_days: tuple[Days, ...] = Field(default=(7, 14, 28, 56, 91), min_length=1, max_length=12)
    """First day of each band of ages after the first band, which begins with day 0."""
    cron: Cron | None = None
    """When the scheduler counts open journeys, beside its whole runs; in the time zone of [schedule]."""

    @model_validator(mode="after")
    def _rising(self) -> "InFlightSettings":
        if any(later <= sooner for sooner, later in pairwise(self.age_days)):
            raise ValueError("age_days that rise from each to the next")
        return self

    @property
    def bands(self) -> tuple[str, ...]:
        """Names of the bands, youngest first; no spreadsheet takes one for a date."""
        return tuple(self._named())

    def _named(self) -> Iterator[str]:
        starts = (0, *self.age_days)
        for first, after in pairwise(starts):
            yield f"{first}_to_{after - 1}"
        yield f"{starts[-1]}_or_more"
