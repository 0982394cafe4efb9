"""When a step of a journey is a hot spot: thresholds of five tests."""

from typing import Annotated, Final

from pydantic import Field

from config.frozen import Frozen, Percent

LEAST_MET: Final = 3
"""A step is a hot spot if it meets so many of the five tests."""
MOST_HOT: Final = 4
"""So many hot spots are named for each type of journey."""


class HotSpotSettings(Frozen):
    """A step meets a test from the threshold on."""

    wait_days: Annotated[float, Field(ge=0)] = 10.0
    """Median days since the event before: at least."""
    drop_off_percent: Percent = 10.0
    """Visits after which nothing happens: at least."""
    avoidable_percent: Percent = 30.0
    """Assessed contacts at the step that were avoidable: at least."""
    feeling: Annotated[float, Field(ge=-2, le=2)] = -0.5
    """Mean feeling, -2 to 2: at most."""
    rework_percent: Percent = 20.0
    """Visits by journeys that had been at the step before: at least."""
