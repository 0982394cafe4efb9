"""Journeys one by one for a safe setting: generalised until each might be one of many, then attacked."""

from anonymise.extract.attack import attack_extract
from anonymise.extract.make import JourneyExtract, make_extract

__all__ = ["JourneyExtract", "attack_extract", "make_extract"]
