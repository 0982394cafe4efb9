"""Identity numbers that pass their check rules and plainly belong to nobody."""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flows.synthetic.names import Names, Numbers

NHS_BLOCK: Final = 900_000
"""People per block of a million nine-digit stems; a block has over 909,000 stems with a valid check digit."""

NINO_PREFIXES: Final = tuple("Z" + letter for letter in "ABCEGHJKLMNPRSTWXY")
"""Allowed letters, but a first letter under which very few real numbers were ever issued."""

NINO_STEP: Final = 7_368_787
UPRN_START: Final = 999_000_000_000
"""Twelve digits, far above the range in use."""

UPRN_STEP: Final = 389_999_993


def nhs_numbers(people: Numbers) -> Names:
    """NHS numbers from 999 downwards: 999 is kept for tests, 800 to 998 are not in use.

    Args:
        people: person numbers from 0, shape (people,).

    Source: NHS Data Dictionary, "NHS NUMBER" (modulus 11; a check digit of 10 is not used).
    """
    numbers = np.empty(len(people), dtype=object)
    blocks, places = np.divmod(people, NHS_BLOCK)
    for block in np.unique(blocks):
        chosen = np.flatnonzero(blocks == block)
        numbers[chosen] = _stems(int(block))[places[chosen]].astype(str)
    return numbers


@lru_cache(maxsize=2)
def _stems(block: int) -> NDArray[np.int64]:
    """Ten-digit numbers of one block with their check digit, in an order that tells nothing."""
    stems = (999 - block) * 1_000_000 + np.arange(1_000_000, dtype=np.int64)
    weighted = np.zeros(len(stems), dtype=np.int64)
    rest = stems.copy()
    for weight in range(2, 11):
        rest, digit = np.divmod(rest, 10)
        weighted += weight * digit
    check = (11 - weighted % 11) % 11
    valid = (stems * 10 + check)[check < 10]
    return np.asarray(np.random.default_rng(block).permutation(valid))


def ninos(people: Numbers) -> Names:
    """National Insurance numbers that all begin with Z.

    Source: HM Revenue & Customs, National Insurance Manual, NIM39110 (letters and prefixes never used).
    """
    space = len(NINO_PREFIXES) * 1_000_000
    scattered = (people * NINO_STEP + 12_345) % space
    prefixes, digits = np.divmod(scattered, 1_000_000)
    known = np.array(NINO_PREFIXES, dtype=object)
    six = np.char.zfill(digits.astype(str), 6).astype(object)
    return np.asarray(known[prefixes] + six + np.array(list("ABCD"), dtype=object)[people % 4])


def uprns(addresses: Numbers) -> Names:
    """Unique property reference numbers of addresses, from a range that is not in use."""
    return (UPRN_START + (addresses * UPRN_STEP) % 1_000_000_000).astype(str).astype(object)
