"""What every model of the project file is, and the words that may name things in it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""Lower case letters, digits and underscores."""


class Frozen(BaseModel):
    """Strict, closed and unchanging; its errors show no input."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)
