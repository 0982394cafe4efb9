"""A key as shares of words, any few of which give it back: SLIP-39 by `shamir-mnemonic`. Pure but for its chance.

Source: SatoshiLabs Improvement Proposal 39, Shamir's secret sharing for mnemonic codes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from shamir_mnemonic import (  # type: ignore[import-untyped] # it ships no types
    MnemonicError,
    Share,
    combine_mnemonics,
    generate_mnemonics,
)

from config.errors import KeyFileError

FORMAT: Final = "desirelines key share 1"
ITERATION_EXPONENT: Final = 6
"""10,000 times 2^6 rounds of PBKDF2, for the passphrase; 0.14 CPU-seconds."""
LEAST_SHARES, MOST_SHARES = 2, 16
WORDS_A_LINE: Final = 4
MOST_BYTES: Final = 8_192
HEADINGS: Final = ("project", "key", "key id", "share", "for", "date", "passphrase")
MISTYPED: Final = "is mistyped: a word is unknown, missing or in another place"


@dataclass(frozen=True)
class Heading:
    """What stands above the words; nothing of it is secret.

    Attributes:
        project: whose key it is.
        key: its name.
        key_id: its public id.
        number: of the share, from 1.
        shares: that there are.
        threshold: that are needed.
        custodian: whom it is for; empty where nobody said.
        date: of the split.
        passphrase: whether one is needed too.
    """

    project: str
    key: str
    key_id: str
    number: int
    shares: int
    threshold: int
    custodian: str
    date: str
    passphrase: bool

    @property
    def lines(self) -> list[str]:
        """As text."""
        said = {
            "project": self.project,
            "key": self.key,
            "key id": self.key_id,
            "share": f"{self.number} of {self.shares}; {self.threshold} are needed",
            "for": self.custodian or "whoever it is handed to",
            "date": self.date,
            "passphrase": "needed too" if self.passphrase else "none",
        }
        return [FORMAT, *(f"{name}: {said[name]}" for name in HEADINGS)]


@dataclass(frozen=True)
class Typed:
    """One share as it was read: its words, and what its heading says, where it has one."""

    words: str
    said: dict[str, str]

    def __repr__(self) -> str:
        """Without the words."""
        return "Typed(…)"


def split(
    name: str,
    material: bytes,
    threshold: int,
    shares: int,
    passphrase: str = "",
    *,
    exponent: int = ITERATION_EXPONENT,
) -> list[str]:
    """A key as shares, each a line of words; proved to give the key back before this returns.

    Args:
        name: of the key, for errors.
        material: the key; an even number of bytes, at least 16.
        threshold: shares that give it back.
        shares: that there are.
        passphrase: needed beside the shares; printable ASCII, or empty for none.
        exponent: of the number of rounds that the passphrase costs.

    Raises:
        KeyFileError: the numbers, the passphrase or the key are not of this kind, or the shares do not work.
    """
    check_numbers(name, threshold, shares)
    if not all(32 <= ord(each) <= 126 for each in passphrase):
        raise KeyFileError(name, "a passphrase holds unaccented letters, digits, signs and spaces alone")
    if len(material) < 16 or len(material) % 2:
        raise KeyFileError(name, "only a key of an even number of bytes can be split")
    words: list[str]
    (words,) = generate_mnemonics(
        1, [(threshold, shares)], material, passphrase.encode(), extendable=True, iteration_exponent=exponent
    )
    # Every share takes part in at least one of these.
    starts = [*range(0, shares - threshold + 1, threshold), shares - threshold]
    for start in dict.fromkeys(starts):
        if combine_mnemonics(list(islice(words, start, start + threshold)), passphrase.encode()) != material:
            raise KeyFileError(name, "the shares do not give the key back; nothing was written")
    return words


def check_numbers(name: str, threshold: int, shares: int) -> None:
    """Nothing, where a key can be split so.

    Raises:
        KeyFileError: it cannot; one share that is the whole key is no split.
    """
    if not LEAST_SHARES <= threshold <= shares <= MOST_SHARES:
        raise KeyFileError(name, f"expected {LEAST_SHARES} <= threshold <= shares <= {MOST_SHARES}")


def combined(name: str, typed: Sequence[Typed], passphrase: str = "") -> bytes:
    """The key that shares give, if they are enough and of one split. A wrong passphrase gives another key.

    Raises:
        KeyFileError: saying which share is at fault and how, never a word of it.
    """
    shares = [_share(name, each.words, number) for number, each in enumerate(typed, 1)]
    if not shares:
        raise KeyFileError(name, "there is no share")
    first = shares[0]
    for number, each in enumerate(shares, 1):
        if each.group_parameters() != first.group_parameters():
            raise KeyFileError(
                name, f"share {number} is of another key, or of another split of the key, than share 1"
            )
        if each.index in {one.index for one in shares[: number - 1]}:
            raise KeyFileError(name, f"share {number} is the same as one before it")
    needed = first.member_threshold
    if len(shares) < needed:
        raise KeyFileError(name, f"{needed} shares are needed, and {len(shares)} are here")
    try:
        material: bytes = combine_mnemonics([each.mnemonic() for each in shares[:needed]], passphrase.encode())
    except (MnemonicError, ValueError):
        raise KeyFileError(name, "the shares do not fit together; one is not what it was") from None
    return material


def threshold_of(name: str, typed: Typed, number: int) -> int:
    """How many shares are needed, as one of them says.

    Raises:
        KeyFileError: it is mistyped.
    """
    needed: int = _share(name, typed.words, number).member_threshold
    return needed


def read_share(name: str, data: bytes, number: int) -> Typed:
    """A share as a file or as typed: words, with or without their numbers and a heading.

    Args:
        name: of the key, for errors.
        data: its bytes.
        number: of the share among those given, for errors.

    Raises:
        KeyFileError: it is not text, or no share.
    """
    try:
        text = data.decode("ascii") if len(data) <= MOST_BYTES else ""
    except UnicodeDecodeError:
        text = ""
    lines, said, words = text.splitlines(), {}, []
    for line in lines:
        title, colon, value = line.partition(": ")
        if colon and title in HEADINGS:
            said[title] = value.strip()
        elif line.strip() != FORMAT:
            words += [each.lower() for each in line.split() if not each.rstrip(".").isdigit()]
    if not words:
        raise KeyFileError(name, f"share {number} holds no words of a share")
    return Typed(" ".join(words), said)


def share_text(heading: Heading, words: str) -> str:
    """A share for its custodian: the heading, then the words with their numbers."""
    numbered = [f"{number:>2}. {word:<10}" for number, word in enumerate(words.split(), 1)]
    rows = [
        "".join(numbered[start : start + WORDS_A_LINE]).rstrip() for start in range(0, len(numbered), WORDS_A_LINE)
    ]
    return "\n".join([*heading.lines, "", *rows]) + "\n"


def _share(name: str, words: str, number: int) -> Share:
    try:
        return Share.from_mnemonic(words)
    except (MnemonicError, ValueError):
        raise KeyFileError(name, f"share {number} {MISTYPED}") from None
