"""Closed lists of words that stand in what people sign, and in what is said of their keys."""

from enum import StrEnum
from typing import Final

MOST_APPROVERS: Final = 2
CHECK_VERDICTS: Final = ("pass", "review")
"""Verdicts of the check for disclosure that a release can be approved under; the first calls for no look."""


class Reviewed(StrEnum):
    """Whether an approver says that they looked at what the check calls for a look at."""

    YES = "yes"
    NO = "no"


class PersonKeyEnd(StrEnum):
    """Why a person's key counts no longer."""

    LOST = "lost"
    STOLEN = "stolen"
    REPLACED = "replaced"
    LEFT = "left"
