"""Which segments are compared with everybody else, and from what size on."""

from pydantic import Field

from config.frozen import Frozen, Name


class PersonaSettings(Frozen):
    """Personas: segments whose measures stand beside those of everybody else."""

    least_people: int = Field(ge=20, le=1_000_000)
    """People behind a measure, in the segment and among the others, from which on the two are compared."""
    segments: tuple[Name, ...] = ()
    """Segments that are compared; all of [words.segment] where none are listed."""
