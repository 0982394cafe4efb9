"""How long a stage may take before it is ended."""

from typing import Annotated

from pydantic import Field

from config.frozen import Frozen

Minutes = Annotated[float, Field(gt=0, le=10_080)]


class TimeOuts(Frozen):
    """Minutes that each stage may take, tries and waits included; what takes longer hangs."""

    encode_minutes: Minutes = 720.0
    """For each body."""
    link_minutes: Minutes = 720.0
    journeys_minutes: Minutes = 720.0
    """Open journeys at a moment too."""
    publish_minutes: Minutes = 720.0
    extract_minutes: Minutes = 720.0

    def of(self, stage: str) -> float:
        """The limit of a stage."""
        return float(getattr(self, f"{stage}_minutes"))
