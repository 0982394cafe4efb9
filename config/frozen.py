"""Models that never change and let nothing unknown in, and the kinds of text that they hold."""

from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _relative(path: str) -> str:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts:
        raise ValueError("a path below the project file's folder, without '..'")
    return path


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""Lower case letters, digits and underscores."""
Coordinate = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}=[a-z0-9_][a-z0-9_-]{0,39}$")]
"""A dimension and one of its categories."""
KeyName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
Label = Annotated[str, Field(min_length=1, max_length=120)]
RelativePath = Annotated[str, Field(min_length=1), AfterValidator(_relative)]
Period = Annotated[str, Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$")]
"""A year, a month or a quarter."""
Probability = Annotated[float, Field(gt=0, lt=1)]
Percent = Annotated[float, Field(ge=0, le=100)]


class Frozen(BaseModel):
    """Strict, closed and unchanging; its errors show no input."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)
