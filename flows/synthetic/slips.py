"""Slips of those who write people down: the finger, the ear and the form."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.random import Generator

from flows.synthetic.names import Names, nicknames

ROWS: Final = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS: Final = {
    key: row[max(at - 1, 0) : at] + row[at + 1 : at + 2] for row in ROWS for at, key in enumerate(row)
}
"""Key to the keys beside it."""

SOUNDS: Final = (
    ("ph", "f"), ("ck", "k"), ("ou", "u"), ("ie", "y"), ("ey", "y"), ("c", "k"), ("ee", "ea"), ("ai", "ay"),
    ("th", "t"), ("y", "i"), ("z", "s"), ("s", "ss"), ("l", "ll"), ("tt", "t"), ("nn", "n"), ("e", "a"),
)  # fmt: skip
"""Spellings that sound alike; the first that occurs is exchanged."""


def misspelt(rng: Generator, texts: Names) -> Names:
    """Each text with one slip: a neighbouring key, two letters exchanged, one dropped, doubled, or misheard."""
    kinds = rng.choice(5, len(texts), p=(0.3, 0.2, 0.2, 0.15, 0.15)).tolist()
    places, choices = rng.random(len(texts)).tolist(), rng.random(len(texts)).tolist()
    return _column(
        text if text is None or len(text) < 2 else _slip(text, kind, int(place * len(text)), choice)
        for text, kind, place, choice in zip(texts.tolist(), kinds, places, choices, strict=True)
    )


def _slip(text: str, kind: int, place: int, choice: float) -> str:
    before, letter, after = text[:place], text[place], text[place + 1 :]
    if kind == 0 and letter.lower() in NEIGHBOURS:
        near = NEIGHBOURS[letter.lower()]
        other = near[int(choice * len(near))]
        return before + (other.upper() if letter.isupper() else other) + after
    if kind == 1 and after:
        return before + after[0].lower() + letter.lower() + after[1:] if before else after[0] + letter + after[1:]
    if kind == 2:
        return before + after
    if kind == 4:
        return _misheard(text)
    return before + letter + letter.lower() + after


def _misheard(text: str) -> str:
    lower = text.lower()
    for heard, written in SOUNDS:
        place = lower.find(heard, 1)
        if place > 0:
            return text[:place] + written + text[place + len(heard) :]
    return text + "e"


def familiar(rng: Generator, forenames: Names) -> Names:
    """What the bearers of the forenames are called by friends; names without such a form stay."""
    known, choices = nicknames(), rng.random(len(forenames)).tolist()
    return _column(
        known[name][int(choice * len(known[name]))] if name in known else name
        for name, choice in zip(forenames.tolist(), choices, strict=True)
    )


def initials(texts: Names) -> Names:
    """The first letter of each."""
    return _column(text[:1] if text else text for text in texts.tolist())


def wrong_digit(rng: Generator, numbers: Names) -> Names:
    """Each number with one digit replaced by a random one."""
    places, digits = rng.random(len(numbers)).tolist(), rng.integers(0, 10, len(numbers)).tolist()
    return _column(
        text if text is None else text[: (at := int(place * len(text)))] + str(digit) + text[at + 1 :]
        for text, place, digit in zip(numbers.tolist(), places, digits, strict=True)
    )


def wrong_dates(rng: Generator, dates: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> Names:
    """Each date with a slip: day and month exchanged where that is a date, else a year or a day beside."""
    chance = rng.random(len(dates)).tolist()
    aside = rng.choice([-10, -2, -1, 1, 2, 10], len(dates)).tolist()
    return _column(
        _wrong_date(str(text), each, by)
        for text, each, by in zip(np.datetime_as_string(dates, unit="D").tolist(), chance, aside, strict=True)
    )


def _wrong_date(iso: str, chance: float, by: int) -> str:
    year, month, day = int(iso[:4]), int(iso[5:7]), int(iso[8:])
    if chance < 0.5 and day <= 12 and day != month:
        return f"{year:04d}-{day:02d}-{month:02d}"
    if chance < 0.75:
        return f"{year + by:04d}-{month:02d}-{min(day, 28):02d}"
    return f"{year:04d}-{month:02d}-{(day + abs(by) - 1) % 28 + 1:02d}"


def _column(texts: Iterable[str | None]) -> Names:
    listed = list(texts)
    column = np.empty(len(listed), dtype=object)
    column[:] = listed
    return column
