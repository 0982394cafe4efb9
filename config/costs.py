"""What a contact costs where the event itself does not say: a number of pence, or a range."""

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from config.frozen import Frozen

Pence = Annotated[int, Field(ge=0, le=10_000_000)]


class UnitCost(Frozen):
    """The usual cost of a contact, and the lowest and highest that are thought possible."""

    usual: Pence
    low: Pence | None = None
    """The usual cost where it is not said."""
    high: Pence | None = None

    @property
    def lowest(self) -> int:
        """In pence."""
        return self.usual if self.low is None else self.low

    @property
    def highest(self) -> int:
        """In pence."""
        return self.usual if self.high is None else self.high

    @model_validator(mode="after")
    def _ordered(self) -> "UnitCost":
        if not self.lowest <= self.usual <= self.highest:
            raise ValueError("low <= usual <= high")
        return self


def _as_range(said: object) -> object:
    """A number alone is the usual cost; anything that is neither is left for the model to refuse."""
    return {"usual": said} if isinstance(said, int) and not isinstance(said, bool) else said


Cost = Annotated[UnitCost, BeforeValidator(_as_range)]
