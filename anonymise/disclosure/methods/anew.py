"""New numbers for all cells, by each method."""

from dataclasses import dataclass

import numpy as np

from anonymise.disclosure.methods import rounding
from anonymise.disclosure.methods.cell_key import perturbed, reach
from anonymise.disclosure.methods.changed import Manner
from anonymise.disclosure.methods.controlled import around, controlled
from anonymise.disclosure.methods.differential import Noise, noisy, unbounded
from anonymise.disclosure.methods.given import Given, cell_keys, people_alone
from anonymise.disclosure.methods.ptable import ptable
from anonymise.disclosure.space import Ints
from anonymise.disclosure.system import COUNT, PEOPLE
from config.disclosure import DisclosureSettings
from config.errors import DisclosureError
from config.protection import CellKeySettings
from config.terms import Method


@dataclass(frozen=True)
class Anew:
    """What a method makes of the numbers.

    Attributes:
        numbers: each cell's people, then each cell's count; shape (2 * cells,).
        manner: how they are to be read.
        widened: multiples beyond its neighbours that a rounded number may be away.
        epsilon: spent.
        scale: of noise without end.
    """

    numbers: Ints
    manner: Manner
    widened: int = 0
    epsilon: float = 0.0
    scale: float = 0.0


def anew(found: Given, settings: DisclosureSettings, noise: Noise | None) -> Anew:
    """The numbers by the method of the settings.

    Raises:
        DisclosureError: the tables lack what the method needs, or it finds no numbers.
    """
    truth = found.truth.astype(np.int64)
    least, method = settings.least_people, settings.method
    if settings.rounding is not None:
        base = settings.rounding.base
        manner = Manner(method, lambda shown: rounding.band(shown, base), base, least)
        return Anew(rounding.rounded(truth, base), manner)
    if settings.controlled_rounding is not None:
        return _controlled(found, settings.controlled_rounding.base, least)
    if settings.cell_key is not None:
        return _by_cell_key(found, truth, settings.cell_key, least)
    if settings.differential_privacy is None or noise is None:
        raise DisclosureError(f"method '{method}' is not given what it needs")
    noise_found = noisy(found, settings.differential_privacy, noise)
    manner = Manner(method, unbounded, 1, least)
    return Anew(noise_found.numbers, manner, epsilon=noise_found.epsilon, scale=noise_found.scale)


def _controlled(found: Given, base: int, least: int) -> Anew:
    rounded = controlled(found.linear, found.truth, base)
    manner = Manner(Method.CONTROLLED_ROUNDING, lambda shown: around(shown, base, rounded.widened), base, least)
    return Anew(rounded.numbers, manner, rounded.widened)


def _by_cell_key(found: Given, truth: Ints, settings: CellKeySettings, least: int) -> Anew:
    """People with their noise; things with theirs, but never fewer of them than people are shown."""
    size, chances, keys = found.joint.size, ptable(settings, least), cell_keys(found)
    people = perturbed(truth[:size], keys, chances, layer=PEOPLE)
    count = np.maximum(perturbed(truth[size : 2 * size], keys, chances, layer=COUNT), people)
    # Where people are what is counted, one number is not told as two.
    same = people_alone(found)
    count[same] = people[same]
    most = settings.most_deviation
    manner = Manner(Method.CELL_KEY, lambda shown: reach(shown, most), max(most, 5), least)
    return Anew(np.concatenate([people, count]), manner)
