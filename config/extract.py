"""What a project file may say of an extract of journeys, for a safe setting only. Nothing in it has a default."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.frozen import Frozen, Name
from config.terms import BandLevel, DateLevel, ExtractColumn, RouteLevel, SegmentLevel, SensitiveColumn, TypeLevel

Level = DateLevel | SegmentLevel | RouteLevel | TypeLevel | BandLevel


class ExtractSettings(Frozen):
    """How much of each journey may be told, and how alike journeys must be made. Where the section is missing, no
    extract is ever made."""

    setting: Literal["safe setting"]
    """Whoever writes these words says that the extract is read in a safe setting, and nowhere else."""
    approved_by: Name
    """Who of [people] answers for it; may approve, and is never the one who makes it."""
    least_people: int = Field(ge=5)
    """k: different people whom each row may be about."""
    least_values: int = Field(ge=2)
    """l: different values of each sensitive column among rows that are alike."""
    diversity: Literal["distinct", "entropy"]
    """Whether values are counted, or weighed by how even they are."""
    most_distance: Annotated[float, Field(gt=0, lt=1)]
    """t: how far the values among rows that are alike may be from those of the whole extract."""
    most_suppressed_percent: Annotated[float, Field(ge=0, le=100)]
    """Journeys left out, of all journeys."""
    sensitive: tuple[SensitiveColumn, ...] = Field(min_length=1)
    """Columns that nobody may learn of a person they know."""
    started: tuple[DateLevel, ...] = ()
    segment: tuple[SegmentLevel, ...] = ()
    route: tuple[RouteLevel, ...] = ()
    journey_type: tuple[TypeLevel, ...] = ()
    duration: tuple[BandLevel, ...] = ()
    """Levels at which a column may be told that somebody could know of a person."""
    segment_groups: dict[Name, Name] = {}
    """Segment to its group."""

    @model_validator(mode="after")
    def _columns_fit(self) -> "ExtractSettings":
        known = self.levels
        if not known:
            raise ValueError("levels for at least one column: " + ", ".join(ExtractColumn))
        if any(len(set(levels)) < len(levels) for levels in known.values()):
            raise ValueError("each level of a column once")
        if len(set(self.sensitive)) < len(self.sensitive):
            raise ValueError("each sensitive column once")
        both = sorted({str(each) for each in known} & {str(each) for each in self.sensitive})
        if both:
            raise ValueError(f"a column to be sensitive or to have levels, not both: {', '.join(both)}")
        if (SegmentLevel.GROUP in self.segment) != bool(self.segment_groups):
            raise ValueError("segment_groups where 'group' is a level of segment, and only there")
        return self

    @property
    def levels(self) -> Mapping[ExtractColumn, Sequence[Level]]:
        """The columns that somebody could know of a person (quasi-identifiers), with their allowed levels."""
        named: dict[ExtractColumn, Sequence[Level]] = {
            ExtractColumn.STARTED: self.started,
            ExtractColumn.SEGMENT: self.segment,
            ExtractColumn.ROUTE: self.route,
            ExtractColumn.JOURNEY_TYPE: self.journey_type,
            ExtractColumn.DURATION: self.duration,
        }
        return {column: levels for column, levels in named.items() if levels}
