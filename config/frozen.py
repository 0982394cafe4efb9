"""The base of everything that is read from outside."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Strict, closed and unchanging; its errors show no input."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)
