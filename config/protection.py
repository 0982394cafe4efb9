"""Parameters of the methods of protection; each has a least strength, and none has a default."""

from typing import Final

from pydantic import Field

from config.frozen import Frozen
from config.terms import Method


class RoundingSettings(Frozen):
    """Every number to the middle of its band."""

    base: int = Field(ge=5, le=1_000)
    """Width of a band: as many different numbers look the same."""


class ControlledRoundingSettings(Frozen):
    """Every number up or down to a multiple, with all sums kept."""

    base: int = Field(ge=5, le=1_000)
    """Numbers are published as multiples of this; at least `least_people`."""


class CellKeySettings(Frozen):
    """Noise that follows from whose cell it is."""

    most_deviation: int = Field(ge=3, le=20)
    """No number is changed by more than this."""
    variance: float = Field(ge=1, le=50)
    """How strong the noise is, in people squared."""


class DifferentialPrivacySettings(Frozen):
    """Noise scaled to what one person can change."""

    epsilon: float = Field(gt=0, le=10)
    """What one release spends, over all its tables together."""
    total_epsilon: float = Field(gt=0, le=20)
    """What all releases of one period may spend together."""
    most_cells_per_person: int = Field(ge=1, le=1_000)
    """Of each table, so many things of one person are counted and no more."""


PARAMETERS: Final[dict[Method, str]] = {
    Method.ROUNDING: "rounding",
    Method.CONTROLLED_ROUNDING: "controlled_rounding",
    Method.CELL_KEY: "cell_key",
    Method.DIFFERENTIAL_PRIVACY: "differential_privacy",
}
"""Method to the section of [disclosure] that holds its parameters; suppression has none."""


def faults_of(method: Method, given: dict[str, Frozen | None], least_people: int, protection: int) -> str:
    """What is wrong with a method and its parameters, '' if nothing is.

    Args:
        method: the one that is chosen.
        given: section to its parameters, None where it is not there.
        least_people: of the release.
        protection: of the release.
    """
    wanted = PARAMETERS.get(method)
    for section, parameters in given.items():
        if section == wanted and parameters is None:
            return f"a section [disclosure.{section}], since method is '{method}'"
        if section != wanted and parameters is not None:
            return f"no section [disclosure.{section}], since method is '{method}'"
    chosen = given.get(wanted or "")
    if isinstance(chosen, RoundingSettings | ControlledRoundingSettings) and chosen.base <= protection:
        return f"a base greater than protection, {protection}"
    if isinstance(chosen, ControlledRoundingSettings) and chosen.base < least_people:
        return f"a base of least_people or more, {least_people}: a number is shown as 0 or as the base"
    if isinstance(chosen, CellKeySettings):
        return _cell_key_fault(chosen, least_people, protection)
    if isinstance(chosen, DifferentialPrivacySettings) and chosen.epsilon > chosen.total_epsilon:
        return "an epsilon of total_epsilon or less"
    return ""


def most_never_shown(most_deviation: int, least_people: int) -> int:
    """The greatest number that cell-key noise never shows.

    Whatever is shown beyond it may stand for `least_people`.
    """
    return max(least_people - most_deviation - 1, 0)


def least_shown(method: Method, base: int | None, least_people: int) -> int:
    """The least number of people that a published row may show.

    Args:
        method: of the release.
        base: of rounding, None under other methods.
        least_people: of the release.
    """
    if method is Method.SUPPRESSION:
        return least_people
    if base is None:
        return 0
    return -(-least_people // base) * base - base // 2


def _cell_key_fault(chosen: CellKeySettings, least_people: int, protection: int) -> str:
    # So that a number that is never shown can fall to 0, and the least one that is shown can fall as well.
    least = max((least_people + 1) // 2, protection)
    if chosen.most_deviation < least:
        return f"a most_deviation of {least} or more, for these limits of least_people and protection"
    if chosen.variance > chosen.most_deviation**2 / 3:
        return "a variance of at most a third of most_deviation squared, beyond which noise is mostly extreme"
    return ""
