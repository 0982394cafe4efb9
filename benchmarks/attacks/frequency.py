"""Frequency: the commonest token is the commonest value.

**What the attacker knows**: the tokens without the key, and a list of people in plain text. **What he does**:
for each composite he ranks the tokens and the list's values by how often they stand and takes equal ranks for
equal values wherever the frequency has no tie on either side. If one record and one person alone agree on all
the tokens that he has so named, he names the person as that record's. With *beside*, he also asks that the
missing tokens, the number of rows and the body agree. **Identified**: a claim about a record that names its
person.

**With public frequencies only** he has no list of these people, but knows exactly how names, dates and places
are spread: he takes another population out of the same towns and ranks its values. He names no person, only what
a token says. **Identified** (a weaker thing, so a stricter figure): a record of which at least one token's plain
text is named rightly, unless one person in a hundred or more shares it, as sexes are shared.
"""

from typing import Final

import numpy as np

from benchmarks.attacks.beside import beside
from benchmarks.attacks.claims import Claims, Score, equal_and_unique
from benchmarks.attacks.mixing import Flags, Hashes, Numbers, mixed, number
from benchmarks.attacks.sides import Column, Side

MOST_SETS: Final = 400
"""Different sets of named tokens that are looked at; the commonest come first."""

COMMON: Final = 0.01
"""Share of people from which on a value says too little to be counted as found out."""


def frequency_claims(encoded: Side, listed: Side, *, with_beside: bool) -> Claims:
    """Records that fit one person on the list, on all tokens whose values the frequencies tell."""
    ours, theirs, named = _named_values(encoded, listed)
    start, other = (
        (beside(encoded), beside(listed))
        if with_beside
        else (np.zeros(encoded.records, np.uint64), np.zeros(listed.records, np.uint64))
    )
    claims = [_claims_of(kind, ours, theirs, start, other) for kind in _commonest_kinds(named)]
    return Claims(
        np.concatenate([np.empty(0, np.int64), *(each.record for each in claims)]),
        np.concatenate([np.empty(0, np.int64), *(each.entry for each in claims)]),
    )


def named_by_public_frequencies(encoded: Side, elsewhere: Side) -> Score:
    """Records of which a token's plain text is told rightly from frequencies in another population."""
    right = np.zeros(encoded.records, dtype=bool)
    claimed = np.zeros(encoded.records, dtype=bool)
    for name, column in encoded.columns.items():
        other = elsewhere.columns[name]
        group, value = same_rank(column, other)
        telling = column.sizes[group] < max(2.0, COMMON * encoded.records)
        group, value = group[telling], value[telling]
        fits = column.value[group] == other.value[value]
        for groups, flags in ((group[fits], right), (group, claimed)):
            flags[encoded.record[column.rows[np.isin(column.group, groups)]]] = True
    return Score(encoded.records, encoded.records, int(right.sum()), int((claimed & ~right).sum()))


def same_rank(ours: Column, theirs: Column) -> tuple[Numbers, Numbers]:
    """Groups of both sides whose sizes have the same rank, and no tie on either side."""
    order, other = (np.argsort(-each.sizes, kind="stable") for each in (ours, theirs))
    both = min(len(order), len(other))
    free = _untied(ours.sizes[order])[:both] & _untied(theirs.sizes[other])[:both]
    return order[:both][free], other[:both][free]


def _untied(falling: Numbers) -> Flags:
    # A group of two stands beside groups that are not seen to be shared; it never has a rank of its own.
    before = np.concatenate([[True], falling[1:] != falling[:-1]])[: len(falling)]
    after = np.concatenate([falling[1:] != falling[:-1], [True]])[: len(falling)]
    free: Flags = before & after & (falling > 2)
    return free


def _named_values(encoded: Side, listed: Side) -> tuple[Hashes, Hashes, Hashes]:
    """Of each record (first row that has it): its named values, and which; of the list, all that were named.

    Returns:
        Numbers of shape (composites, records), (composites, entries), and (records,) for the set named.
    """
    used = [(name, *same_rank(encoded.columns[name], listed.columns[name])) for name in encoded.columns]
    used = [each for each in used if len(each[1])]
    ours = np.zeros((len(used), encoded.records), dtype=np.uint64)
    theirs = np.zeros((len(used), listed.records), dtype=np.uint64)
    named = np.zeros(encoded.records, dtype=np.uint64)
    for place, (name, group, value) in enumerate(used):
        labels = mixed(np.arange(len(group), dtype=np.uint64) + number(place)) | np.uint64(1)
        for row, side, groups in ((ours[place], encoded, group), (theirs[place], listed, value)):
            column = side.columns[name]
            label = np.zeros(len(column.value), dtype=np.uint64)
            label[groups] = labels
            # The rows stand in reverse, so that of several rows of a record the first one counts.
            row[side.record[column.rows[::-1]]] = label[column.group[::-1]]
        named += np.where(ours[place] != 0, number(place), np.uint64(0))
    return ours, theirs, named


def _commonest_kinds(named: Hashes) -> list[Numbers]:
    """Records by the set of their named tokens, the commonest sets first."""
    _, inverse, counts = np.unique(named, return_inverse=True, return_counts=True)
    order = np.argsort(inverse, kind="stable")
    kinds = np.split(order, np.cumsum(counts)[:-1])
    return [kinds[each] for each in np.argsort(-counts, kind="stable")[:MOST_SETS]]


def _claims_of(kind: Numbers, ours: Hashes, theirs: Hashes, start: Hashes, other: Hashes) -> Claims:
    """Claims about the records of one kind: those that no other record and one entry alone agrees with."""
    used = np.flatnonzero(ours[:, kind[0]] != 0)
    record, entry = start[kind].copy(), other.copy()
    fits = np.ones(len(other), dtype=bool)
    for place in used:
        record += mixed(ours[place, kind] + number(int(place)))
        entry += mixed(theirs[place] + number(int(place)))
        fits &= theirs[place] != 0
    entries = np.flatnonzero(fits)
    found = equal_and_unique(record, entry[entries])
    return Claims(kind[found.record], entries[found.entry])
