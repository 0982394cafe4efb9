"""Graph matching: the encoded side laid over a list that knows only part of it, or has errors of its own.

**What the attacker knows**: as for colours. **What he does**: rows that have something rare in common
(`signatures`) are candidates, each with a chance beside its rivals (`rivals`). Probable pairs then vote which
value each shared token stands for (`votes`), tokens so read bring up new candidates among the others who share
them, the votes of others speak for or against each pair, and so on: percolation from whatever seeds there are,
with second thoughts. **Identified**: a record whose best pair is clearly likelier than not and names its person.

Sources: Narayanan & Shmatikov (2009), De-anonymizing social networks, IEEE S&P; Yartseva & Grossglauser (2013),
On the performance of percolation graph matching, COSN; chances in place of counts are ours.
"""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.attacks.claims import Claims
from benchmarks.attacks.mixing import GOLDEN, Flags, Hashes, Numbers, mixed
from benchmarks.attacks.rivals import chances
from benchmarks.attacks.sides import Side
from benchmarks.attacks.signatures import Signatures
from benchmarks.attacks.votes import Groups, Readings, evidence, groups, likely, readings

Weights = NDArray[np.float64]

ROUNDS: Final = 28
TRUST: Final = (0.3, 0.03)
"""Weight of what tokens say in the first round, and what each further round adds, up to 1: early readings are the
worst, and must not lock."""
INERTIA: Final = 0.5
"""Part of a chance that stays from round to round."""
FIRST_ROUNDS: Final = 6
"""Rounds before it may be found that nothing changes any more."""
LEAST_CHANCE: Final = 0.55
"""For a claim: more than what is left of two who look alike."""
LEAST_CHANGE: Final = 0.5
"""Of the expected number of right pairs, for another round."""
ON_LIST: Final = 4.0
"""Odds that somebody is on the list; the attacker's guess, the same at every overlap."""
MOST_PER_READING: Final = 400
"""New pairs that one reading of a token may bring up."""
LEAST_SHARE: Final = 0.25
"""Of a token's votes, for a reading to bring up candidates."""
SETTLED: Final = 0.99
FEW_COLUMNS: Final = 8
"""Composites up to which every two of them are also read together."""
MOST_TOGETHER: Final = 12
"""Rows with the same two values up to which they are candidates, on either side."""
KEPT: Final = 12
"""Candidates of each row that go into the next round."""


def matching_claims(encoded: Side, listed: Side, *, rounds: int = ROUNDS) -> list[Claims]:
    """Claims from signatures alone, and those after so many rounds of percolation."""
    of = [groups(encoded, listed, name) for name in encoded.columns]
    of = [each for each in of if len(each.our_sizes) and len(each.their_sizes)]
    signatures = Signatures(encoded, listed)
    prior = np.log2(ON_LIST / max(1, len(listed.record)))
    left, right = _same_body(encoded, listed, *signatures.candidates())
    base = signatures.bits(left, right) + prior
    chance = chances(left, right, base)
    claims = [_claims(encoded, listed, left, right, chance)]
    for turn in range(rounds):
        before, trust = chance.sum(), min(1.0, TRUST[0] + TRUST[1] * turn)
        found = [readings(each, left, right, chance) for each in of]
        pairs = left, right, base, chance
        left, right, base, chance = _with_new(encoded, listed, of, found, signatures, prior, pairs)
        bits = base.copy()
        for each, said in zip(of, found, strict=True):
            bits += trust * evidence(each, said, left, right, chance, len(listed.record))
        chance = INERTIA * chance + (1.0 - INERTIA) * chances(left, right, bits)
        kept = _best(left, bits)
        left, right, base, chance = left[kept], right[kept], base[kept], chance[kept]
        if turn >= FIRST_ROUNDS and abs(chance.sum() - before) < LEAST_CHANGE:
            break
    return [*claims, _claims(encoded, listed, left, right, chance)]


def _same_body(encoded: Side, listed: Side, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    same = encoded.body[encoded.record[left]] == listed.body[listed.record[right]]
    return left[same], right[same]


def _with_new(
    encoded: Side,
    listed: Side,
    of: list[Groups],
    found: list[Readings],
    signatures: Signatures,
    prior: float,
    pairs: tuple[Numbers, Numbers, Weights, Weights],
) -> tuple[Numbers, Numbers, Weights, Weights]:
    """The pairs and those that read tokens bring up; new ones start without a chance, so that they do not vote."""
    left, right, base, chance = pairs
    open_left, open_right = np.ones(len(encoded.record), dtype=bool), np.ones(len(listed.record), dtype=bool)
    open_left[left[chance >= SETTLED]] = False
    open_right[right[chance >= SETTLED]] = False
    known = [likely(each, said, LEAST_SHARE) for each, said in zip(of, found, strict=True)]
    brought = [_by_one(each, told, open_left, open_right) for each, told in zip(of, known, strict=True)]
    if len(of) <= FEW_COLUMNS:
        brought += _by_two(of, known, open_left, open_right)
    width = max(1, len(listed.record))
    keys = np.unique(np.concatenate([np.empty(0, np.int64), *(one * width + other for one, other in brought)]))
    keys = keys[~np.isin(keys, left * width + right)]
    one, other = _same_body(encoded, listed, *np.divmod(keys, width))
    return (
        np.concatenate([left, one]),
        np.concatenate([right, other]),
        np.concatenate([base, signatures.bits(one, other) + prior]),
        np.concatenate([chance, np.zeros(len(one))]),
    )


def _by_one(
    of: Groups, told: tuple[Numbers, Numbers, Weights], open_left: Flags, open_right: Flags
) -> tuple[Numbers, Numbers]:
    """Open rows of each token that is read, with the open rows of its value."""
    token, value, _ = told
    few = of.our_sizes[token] * of.their_sizes[value] <= MOST_PER_READING
    read = pl.DataFrame({"token": token[few], "value": value[few]})
    ours, theirs = np.flatnonzero((of.ours >= 0) & open_left), np.flatnonzero((of.theirs >= 0) & open_right)
    made = (
        pl.DataFrame({"left": ours, "token": of.ours[ours]})
        .join(read, on="token")
        .join(pl.DataFrame({"right": theirs, "value": of.theirs[theirs]}), on="value")
    )
    return made["left"].to_numpy(), made["right"].to_numpy()


def _by_two(
    of: list[Groups], known: list[tuple[Numbers, Numbers, Weights]], open_left: Flags, open_right: Flags
) -> list[tuple[Numbers, Numbers]]:
    """Open rows with the same best readings of two composites at once, where few on the list have both values."""
    ours, theirs = [], []
    for each, (token, value, share) in zip(of, known, strict=True):
        best = np.full(len(each.our_sizes), -1, dtype=np.int64)
        order = np.argsort(share, kind="stable")
        best[token[order]] = value[order]
        ours.append(np.where(each.ours >= 0, best[each.ours], -1))
        theirs.append(each.theirs)
    brought = []
    for one in range(len(of)):
        for other in range(one):
            left = _together(ours[one], ours[other], open_left, "left")
            right = _together(theirs[one], theirs[other], open_right, "right")
            made = left.join(right, on="both")
            brought.append((made["left"].to_numpy(), made["right"].to_numpy()))
    return brought


def _together(one: Numbers, other: Numbers, free: Flags, name: str) -> pl.DataFrame:
    rows = np.flatnonzero((one >= 0) & (other >= 0) & free)
    both: Hashes = mixed(one[rows].astype(np.uint64) * GOLDEN + mixed(other[rows].astype(np.uint64)))
    return pl.DataFrame({name: rows, "both": both}).filter(pl.len().over("both") <= MOST_TOGETHER)


def _best(left: Numbers, bits: Weights) -> Numbers:
    """Places of each row's best pairs."""
    order = np.lexsort((-bits, left))
    ranked = left[order]
    starts = np.flatnonzero(np.diff(ranked, prepend=-1))
    rank = np.arange(len(ranked)) - np.repeat(starts, np.diff(np.append(starts, len(ranked))))
    return np.sort(order[rank < KEPT])


def _claims(encoded: Side, listed: Side, left: Numbers, right: Numbers, chance: Weights) -> Claims:
    """Each record's likeliest entry, if likely enough, and if no other record has a better claim to it."""
    pairs = pl.DataFrame(
        {"row": left, "record": encoded.record[left], "entry": listed.record[right], "chance": chance}
    )
    # Which of an entry's rows a row is makes no difference to whom it names.
    best = (
        pairs.group_by("row", "record", "entry")
        .agg(pl.col("chance").sum())
        .group_by("record", "entry")
        .agg(pl.col("chance").max())
        .filter(pl.col("chance") > LEAST_CHANCE)
        .sort("chance", "record", "entry", descending=[True, False, False])
        .unique("record", keep="first", maintain_order=True)
        .unique("entry", keep="first", maintain_order=True)
    )
    return Claims(best["record"].to_numpy(), best["entry"].to_numpy())
