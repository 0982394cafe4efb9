"""The limits of a release, as the project file says them."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.frozen import Coordinate, Frozen, Name, Percent
from config.protection import (
    PARAMETERS,
    CellKeySettings,
    ControlledRoundingSettings,
    DifferentialPrivacySettings,
    RoundingSettings,
    faults_of,
    least_shown,
)
from config.terms import SENSITIVE, Method


class ReviewSettings(Frozen):
    """What an output checker is told to look at where the attack found nothing. Turns no control off."""

    most_withheld_percent: Percent = 50.0
    """Of a table's cells."""
    most_complementary_percent: Percent = 50.0
    """Of its withheld cells, those withheld only because they would give others back."""
    close_people: int = Field(default=2, ge=0, le=100)
    """So many people above the least number a cell still is close to it."""
    most_close_percent: Percent = 10.0
    """Of published cells, those close to the least number; of shares, those whose numerator is."""
    most_single_body_percent: Percent = 50.0
    """Of published cells, those to which one body alone contributes and that name no body."""


class DisclosureSettings(Frozen):
    """The limits of a release. There is no value that means 'off'."""

    least_people: int = Field(ge=5)
    """Fewer distinct people than this in a cell, and it is withheld."""
    least_bodies: int = Field(ge=1)
    """Cells to which fewer bodies contribute are withheld."""
    protection: int = Field(ge=2)
    """An attacker must be left unsure of a withheld number of people by at least this much."""
    refused_pairs: tuple[tuple[Name, Name], ...]
    """Pairs of bodies that may not be linked to each other; they never appear together in any table."""
    dominance_people: int = Field(default=2, ge=1, le=5)
    """n of the (n, k) rule: so many people together ..."""
    dominance_percent: int = Field(default=85, ge=20, le=90)
    """... may make up this much of an amount, in percent, and no more."""
    estimate_percent: int = Field(default=10, ge=5, le=100)
    """p of the p % rule: nobody in a cell may estimate another's part of an amount more closely than this."""
    sensitive: tuple[Name, ...] = Field(default=SENSITIVE, min_length=1)
    """Dimensions whose category must not be known of everybody in a group."""
    least_categories: Annotated[int, Field(ge=2)] | None = None
    """A group's people fall in at least so many categories of each sensitive dimension: l of l-diversity."""
    diversity: Literal["distinct", "entropy"] = "distinct"
    """How categories are counted; by entropy, a category of few people counts little."""
    zeros: Literal["structural", "sampled"] = "structural"
    """Whether a combination that nobody falls in is public, or a secret like any small number."""
    structural_zeros: tuple[tuple[Coordinate, Coordinate], ...] = ()
    """Pairs of 'dimension=category' that cannot occur together: public where other zeros are secrets."""
    review: ReviewSettings = ReviewSettings()
    method: Method = Method.SUPPRESSION
    """How the tables are protected."""
    rounding: RoundingSettings | None = None
    controlled_rounding: ControlledRoundingSettings | None = None
    cell_key: CellKeySettings | None = None
    differential_privacy: DifferentialPrivacySettings | None = None

    periods: Literal["cumulative", "separate"] = "cumulative"
    """Whether what is counted for one period is counted for later ones too. If so, and where it is not said, a
    cell of two releases is one cell whatever their periods, so that small changes are not shown."""

    @model_validator(mode="after")
    def _method_has_its_parameters(self) -> "DisclosureSettings":
        given = {section: getattr(self, section) for section in PARAMETERS.values()}
        fault = faults_of(self.method, given, self.least_people, self.protection)
        if fault:
            raise ValueError(fault)
        return self

    @property
    def least_shown(self) -> int:
        """The least number of people that a published row may show, under the method."""
        base = None if self.rounding is None else self.rounding.base
        return least_shown(self.method, base, self.least_people)
