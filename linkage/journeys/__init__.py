"""What happened to a person, body by body, and how it is measured."""

from linkage.journeys.measure import Measured, measure

__all__ = ["Measured", "measure"]
