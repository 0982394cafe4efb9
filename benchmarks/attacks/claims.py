"""Claims of who a record is, and how many of them are right."""

from dataclasses import dataclass

import numpy as np

from benchmarks.attacks.mixing import Hashes, Numbers, once
from benchmarks.attacks.sides import Side


@dataclass(frozen=True)
class Claims:
    """For some records, the one entry of the list that the attacker says it is.

    Attributes:
        record: places of records on the encoded side, each at most once.
        entry: places on the list, same shape.
    """

    record: Numbers
    entry: Numbers


@dataclass(frozen=True)
class Score:
    """How the claims came out.

    Attributes:
        records: on the encoded side.
        listed: of these, the records of somebody on the list.
        right: claims that name the record's person.
        wrong: all other claims.
    """

    records: int
    listed: int
    right: int
    wrong: int

    @property
    def identified(self) -> float:
        """Share of all records, in percent."""
        return 100.0 * self.right / self.records if self.records else 0.0

    @property
    def identified_of_listed(self) -> float:
        """Share of the records of people on the list, in percent."""
        return 100.0 * self.right / self.listed if self.listed else 0.0

    @property
    def precision(self) -> float | None:
        """Share of the claims that are right, in percent; None without a claim."""
        return 100.0 * self.right / (self.right + self.wrong) if self.right + self.wrong else None


def equal_and_unique(encoded: Hashes, listed: Hashes) -> Claims:
    """A claim for each value that stands exactly once on each side."""
    ours, record = once(encoded)
    theirs, entry = once(listed)
    _, left, right = np.intersect1d(ours, theirs, assume_unique=True, return_indices=True)
    return Claims(record[left], entry[right])


def score(claims: Claims, encoded: Side, listed: Side) -> Score:
    """Count the claims that are right. A record that is claimed twice is refused: one claim is all it may have."""
    if len(np.unique(claims.record)) < len(claims.record):
        raise ValueError("a record is claimed twice")
    right = int((encoded.person[claims.record] == listed.person[claims.entry]).sum())
    known = int(np.isin(encoded.person, listed.person).sum())
    return Score(encoded.records, known, right, len(claims.record) - right)
