"""What happened to a person, body by body, and how it is measured."""

from linkage.journeys.thresholds import Measured, measure

__all__ = ["Measured", "measure"]
