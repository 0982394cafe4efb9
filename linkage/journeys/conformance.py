"""The path a journey took beside the path it would ideally take."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from config.settings import Project
from linkage.journeys.coded import words_of

PARTS = 10**9
"""Conformance is kept in whole billionths: sums of whole numbers are the same in every order."""
FIRST_CHARACTER = 0x100
"""Steps become characters from here on, so that a path is a string."""
MOST_AT_ONCE = 1 << 22
"""So many pairs of paths are compared at once."""


def paths(steps: pl.DataFrame) -> pl.DataFrame:
    """The steps of each journey as one string, a character for each step.

    Args:
        steps: events in the order of their journeys, with `journey` and `step` (an enum).

    Returns:
        `journey` and `path`, for journeys with at least one step.
    """
    words = words_of(steps["step"])
    letters = pl.DataFrame(
        {"code": range(len(words)), "letter": [chr(FIRST_CHARACTER + code) for code in range(len(words))]},
        schema={"code": pl.UInt32, "letter": pl.String},
    )
    coded = (
        steps.lazy()
        .filter(pl.col("step").is_not_null())
        .select("journey", code=pl.col("step").to_physical().cast(pl.UInt32))
    )
    return (
        coded.join(letters.lazy(), on="code", how="left", maintain_order="left")
        .group_by("journey", maintain_order=True)
        .agg(path=pl.col("letter").str.join(""))
        .collect()
    )


def as_path(words: Sequence[str], known: Sequence[str]) -> str:
    """Steps as a string, in the alphabet of `paths`."""
    codes = {word: code for code, word in enumerate(known)}
    return "".join(chr(FIRST_CHARACTER + codes[word]) for word in words)


def ideals_of(project: Project) -> Mapping[str, Sequence[str]]:
    """Type of journey to every way through its ideal path, in the alphabet of `paths`."""
    known = sorted(project.words.step)
    return {name: [as_path(way, known) for way in each.ideal_paths] for name, each in project.journeys.items()}


def with_ideal(taken: pl.DataFrame, ideals: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Distinct paths beside the way through the ideal path that each is measured by.

    Args:
        taken: `journey_type` and `path`.
        ideals: as `ideals_of` gives them; all types of `taken`.

    Returns:
        `journey_type`, `path` and `ideal`, each pair of type and path once.
    """
    distinct = taken.select("journey_type", "path").unique()
    parts = [distinct.clear().with_columns(ideal=pl.lit(None, dtype=pl.String))]
    for (name,), part in distinct.group_by("journey_type"):
        ways = ideals[str(name)]
        nearest = closest(part["path"].to_list(), ways)
        parts.append(part.with_columns(ideal=pl.Series(ways, dtype=pl.String).gather(nearest)))
    return pl.concat(parts)


def closest(taken: Sequence[str], ways: Sequence[str]) -> NDArray[np.int64]:
    """Of several ideal paths the one that each path is aligned to at the least cost; shape (paths,).

    Of those of equal cost, the longest: the path then follows the most steps. Of those again the first.
    """
    if len(ways) == 1:
        return np.zeros(len(taken), dtype=np.int64)
    found = np.empty(len(taken), dtype=np.int64)
    order = np.array(sorted(range(len(ways)), key=lambda at: (-len(ways[at]), at)))
    ordered = [ways[at] for at in order]
    step = max(MOST_AT_ONCE // len(ways), 1)
    for start in range(0, len(taken), step):
        costs = process.cdist(taken[start : start + step], ordered, scorer=Indel.distance, dtype=np.int32)
        found[start : start + step] = order[costs.argmin(axis=1)]
    return found


def conformance(taken: Sequence[str], ideal: Sequence[str]) -> NDArray[np.int64]:
    """1 - Indel(taken, ideal) / (len(taken) + len(ideal)), pair by pair, in billionths; shape (pairs,).

    The Indel distance is the cost of an optimal alignment to a linear reference: steps left out and steps put in.
    A network of alternatives and optional steps is the set of its linear paths, so that the cost of an optimal
    alignment to it is the least of theirs.

    Source: Adriansyah, van Dongen & van der Aalst (2011), EDOC, for alignments; Bergroth et al. (2000), SPIRE, for
    the distance by longest common subsequence.
    """
    shares = process.cpdist(taken, ideal, scorer=Indel.normalized_similarity, dtype=np.float64)
    billionths: NDArray[np.int64] = np.rint(shares * PARTS).astype(np.int64)
    return billionths


def alignment(taken: str, ideal: str) -> Counter[tuple[int, str]]:
    """How often each step was followed, skipped, repeated or inserted, in one optimal alignment.

    Of the optimal alignments the one in which each ideal step, in order, is met as early as can be. A step taken
    beyond those is repeated where the ideal path has it and it was followed, else inserted.

    Returns:
        (code of the step, kind) to its number.
    """
    met = Counter(taken[place] for place in followed(taken, ideal))
    counts: Counter[tuple[int, str]] = Counter()
    for letter, number in met.items():
        counts[ord(letter) - FIRST_CHARACTER, "followed"] = number
    for letter, number in (Counter(ideal) - met).items():
        counts[ord(letter) - FIRST_CHARACTER, "skipped"] = number
    for letter, number in (Counter(taken) - met).items():
        counts[ord(letter) - FIRST_CHARACTER, "repeated" if letter in met else "inserted"] = number
    return counts


def followed(taken: str, ideal: str) -> list[int]:
    """Places in `taken` of the steps that follow the ideal path, each ideal step met as early as can be.

    Of the longest common subsequences the earliest; what stands at the other places is repeated or inserted.
    """
    here, there, met = 0, 0, []
    longest = _longest(taken, ideal)
    while here < len(taken) and there < len(ideal):
        if taken[here] == ideal[there]:
            met.append(here)
            here, there = here + 1, there + 1
        elif longest[here + 1][there] >= longest[here][there + 1]:
            here += 1
        else:
            there += 1
    return met


def _longest(taken: str, ideal: str) -> list[list[int]]:
    """Lengths of the longest common subsequences of what is left at each place of the two."""
    rows = [[0] * (len(ideal) + 1)]
    for letter in reversed(taken):
        below = rows[-1]
        if letter not in ideal:
            rows.append(below)
            continue
        row = [0] * (len(ideal) + 1)
        for column in range(len(ideal) - 1, -1, -1):
            row[column] = below[column + 1] + 1 if letter == ideal[column] else max(below[column], row[column + 1])
        rows.append(row)
    rows.reverse()
    return rows
