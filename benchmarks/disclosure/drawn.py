"""Invented events, skewed as real ones are: few large bodies and routes, many small ones, and affinities."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from benchmarks.disclosure.hierarchies import Sizes, names


@dataclass(frozen=True)
class Skew:
    """How uneven the drawn events are.

    Attributes:
        zipf: exponent of the shares of bodies, routes and segments; 0 makes all alike.
        affinity: standard deviation of the logarithm of the factor of each pair of a body and a route, a route
            and a segment, a body and a segment.
        never: share of such pairs that nobody is in: not every body is on every route.
        season: how far months lie from the mean, as a share of it.
    """

    zipf: float = 0.8
    affinity: float = 1.0
    never: float = 0.22
    season: float = 0.2


def events(sizes: Sizes, *, people: int, each: float, skew: Skew, seed: int) -> pl.DataFrame:
    """One row per event: `person`, `agency`, `route`, `segment`, `month`.

    Args:
        sizes: how many categories each dimension has.
        people: how many persons.
        each: mean number of events of a person; 1 gives everybody exactly one, more a geometric number.
        skew: how uneven.
        seed: the same seed gives the same events.
    """
    random = np.random.default_rng(seed)
    shape = (sizes.agencies, sizes.routes, sizes.segments, sizes.months)
    weight = _weights(shape, skew, random)
    number = np.ones(people, dtype=np.int64) if each == 1 else random.geometric(1 / each, people)
    person = np.repeat(np.arange(people), number)
    # A person's segment stays; body, route and month are drawn anew for each event.
    by_segment = weight.sum(axis=(0, 1, 3))
    segment = random.choice(sizes.segments, size=people, p=by_segment / by_segment.sum())[person]
    place = np.empty(len(person), dtype=np.int64)
    for each_segment in range(sizes.segments):
        chosen = np.flatnonzero(segment == each_segment)
        part = np.cumsum(weight[:, :, each_segment, :].ravel())
        place[chosen] = np.searchsorted(part, random.random(len(chosen)) * part[-1], side="right")
    agency, route, month = np.unravel_index(place, (sizes.agencies, sizes.routes, sizes.months))
    drawn = {"agency": agency, "route": route, "segment": segment, "month": month}
    return pl.DataFrame(
        {"person": person} | {name: pl.Series(names(name, sizes)).gather(at) for name, at in drawn.items()}
    )


def _weights(shape: tuple[int, int, int, int], skew: Skew, random: np.random.Generator) -> np.ndarray:
    """How likely each combination of body, route, segment and month is, not normed."""
    weight = np.ones(shape)
    for axis in range(3):
        share = random.permutation(np.arange(1, shape[axis] + 1, dtype=np.float64) ** -skew.zipf)
        weight *= _along(share, (axis,))
    for axes in ((0, 1), (1, 2), (0, 2)):
        pair = tuple(shape[axis] for axis in axes)
        met = random.random(pair) >= (skew.never if 1 in axes else 0.0)
        weight *= _along(np.where(met, random.lognormal(0.0, skew.affinity, pair), 0.0), axes)
    phase = 2 * np.pi * np.arange(shape[3]) / 12
    return weight * _along(1 + skew.season * np.cos(phase), (3,))


def _along(factor: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """Shaped so that it multiplies a four-dimensional array along some of its axes."""
    return factor.reshape([factor.shape[axes.index(axis)] if axis in axes else 1 for axis in range(4)])
