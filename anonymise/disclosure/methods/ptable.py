"""The chances by which a number becomes another: noise of a given strength, and otherwise as free as can be.

Of all distributions of whole-number noise that keep the limits, the one of greatest entropy is taken: mean zero, a
given variance, never beyond the greatest deviation, no negative result, and none among the numbers that are never
shown. Its chances are exp(a·d + b·d²) up to a factor, and a and b follow from mean and variance.

Source: Marley & Leaver (2011), "A method for confidentialising user-defined tables: statistical properties and a
risk-utility analysis", and the maximum-entropy form of Giessing (2016), "Computational issues in the design of
transition probabilities and disclosure risk estimation for additive noise".
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from anonymise.disclosure.space import Ints
from anonymise.disclosure.system import Floats
from config.errors import DisclosureError
from config.protection import CellKeySettings, most_never_shown

MOST_STEPS: Final = 200
SURE: Final = 1e-12
INSIDE: Final = 0.05
"""How far, as part of the possible range, a variance stays from its ends, where some results are impossible."""


@dataclass(frozen=True)
class Row:
    """What a true number may become.

    Attributes:
        shown: results in rising order, shape (results,).
        chance: of each, same shape; they sum to 1.
    """

    shown: Ints
    chance: Floats


@dataclass(frozen=True)
class Ptable:
    """Rows of chances, one for each true number from 0; the last one, moved along, serves all greater ones.

    Attributes:
        rows: by true number.
        most_deviation: no number is changed by more.
        never_shown: 1 to this are never results.
    """

    rows: tuple[Row, ...]
    most_deviation: int
    never_shown: int

    def row(self, number: int) -> Row:
        """The row of a true number."""
        last = len(self.rows) - 1
        if number <= last:
            return self.rows[number]
        return Row(self.rows[last].shown + (number - last), self.rows[last].chance)

    def perturbed(self, numbers: Ints, uniform: Floats) -> Ints:
        """What each number becomes, given a number of the unit interval for each: the inverse of the distribution.

        Args:
            numbers: true, shape (numbers,); none negative.
            uniform: same shape, from 0 up to but without 1.
        """
        last = len(self.rows) - 1
        result = numbers.copy()
        at = np.minimum(numbers, last)
        for each in np.unique(at):
            chosen = at == each
            row = self.rows[each]
            place = np.searchsorted(np.cumsum(row.chance)[:-1], uniform[chosen], side="right")
            result[chosen] = row.shown[place] + numbers[chosen] - each
        return result


def ptable(settings: CellKeySettings, least_people: int) -> Ptable:
    """The chances for a release.

    Zero stays zero. Where a true number is so small that noise of the variance asked for cannot keep the limits,
    the nearest variance that can is taken.

    Args:
        settings: greatest deviation and variance.
        least_people: whatever is shown, and is not zero, may stand for as many.
    """
    most = settings.most_deviation
    never = most_never_shown(most, least_people)
    rows = [Row(np.zeros(1, dtype=np.int64), np.ones(1))]
    for number in range(1, never + most + 2):
        noise = np.arange(-most, most + 1, dtype=np.int64)
        results = number + noise
        noise = noise[(results == 0) | (results > never)]
        rows.append(Row(noise + number, greatest_entropy(noise, settings.variance)))
    return Ptable(tuple(rows), most, never)


def greatest_entropy(noise: Ints, variance: float) -> Floats:
    """Chances of greatest entropy with mean zero and a variance as near to the one asked for as can be.

    Args:
        noise: possible values in rising order, some below and some above zero; shape (values,).
        variance: asked for.

    Returns:
        Shape (values,).

    Raises:
        DisclosureError: no chances have mean zero, or the search for them did not end.
    """
    if noise[0] >= 0 or noise[-1] <= 0:
        raise DisclosureError("noise of mean zero cannot keep these limits", {"possible values": len(noise)})
    least, greatest = _variances(noise)
    room = INSIDE * (greatest - least)
    target = float(np.clip(variance, least + min(room, variance), greatest - room))
    moments = np.vstack([noise, noise * noise]).astype(np.float64)
    if greatest - least < SURE:
        only: Floats = np.zeros(len(noise))
        only[0], only[-1] = noise[-1], -noise[0]
        only /= noise[-1] - noise[0]
        return only
    return _solved(moments, np.array([0.0, target]))


def _solved(moments: Floats, target: Floats) -> Floats:
    """Chances exp(λ·moments) up to a factor with these mean moments, by Newton's method on the convex dual."""
    multiplier = np.zeros(len(target))
    value, chance = _dual(moments, target, multiplier)
    for _ in range(MOST_STEPS):
        slope = moments @ chance - target
        if np.max(np.abs(slope)) < SURE:
            return chance
        centred = moments - (moments @ chance)[:, None]
        step = np.linalg.solve((centred * chance) @ centred.T, slope)
        size = 1.0
        while size > SURE:
            next_value, next_chance = _dual(moments, target, multiplier - size * step)
            if next_value <= value - 1e-4 * size * float(slope @ step) or size * np.max(np.abs(step)) < SURE:
                break
            size /= 2
        multiplier, value, chance = multiplier - size * step, next_value, next_chance
    # Rounding keeps the last digits from settling; what is left over is far below any chance that matters.
    if np.max(np.abs(moments @ chance - target)) < 1e-8:
        return chance
    raise DisclosureError("the chances of the noise were not found", {"steps": MOST_STEPS})


def _dual(moments: Floats, target: Floats, multiplier: Floats) -> tuple[float, Floats]:
    exponent = multiplier @ moments
    greatest = float(exponent.max())
    weight = np.exp(exponent - greatest)
    chance: Floats = weight / weight.sum()
    return greatest + float(np.log(weight.sum())) - float(multiplier @ target), chance


def _variances(noise: Ints) -> tuple[float, float]:
    """The least and greatest variance that noise of mean zero can have.

    Least where only the values nearest to zero occur, greatest where only the outermost two do.
    """
    below, above = noise[noise <= 0][-1], noise[noise >= 0][0]
    return float(-below * above), float(-noise[0] * noise[-1])
