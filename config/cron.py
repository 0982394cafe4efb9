"""Times that come again, as five fields: minute, hour, day of the month, month, day of the week."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MOST_DIGITS: Final = 4
DAYS_OF_MONTH: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""The most days that each month can have."""


@dataclass(frozen=True)
class Field:
    """One of the five fields.

    Attributes:
        name: as a person says it.
        least: its lowest number.
        most: its highest number.
        words: names that stand for numbers.
    """

    name: str
    least: int
    most: int
    words: Mapping[str, int]


FIELDS: Final = (
    Field("minute", 0, 59, {}),
    Field("hour", 0, 23, {}),
    Field("day of the month", 1, 31, {}),
    Field("month", 1, 12, {word: place for place, word in enumerate(MONTHS, 1)}),
    # Sunday is 0 and 7.
    Field("day of the week", 0, 7, {word: place for place, word in enumerate(WEEKDAYS)}),
)


def cron(text: str) -> str:
    """The five fields as they were given, if they name a time that comes.

    Nothing else is taken: no words such as @monthly, no sixth field for seconds, no letters such as L, which not
    every scheduler reads alike.

    Raises:
        ValueError: naming the field and what it may hold.
    """
    parts = text.split()
    if len(parts) != len(FIELDS):
        raise ValueError(
            "five fields: minute, hour, day of the month, month, day of the week, such as '0 6 1 * *'; "
            f"there are {len(parts)}"
        )
    held = [_numbers(part, field) for part, field in zip(parts, FIELDS, strict=True)]
    days, months, weekdays = parts[2], held[3], parts[4]
    if days != "*" and weekdays == "*" and min(held[2]) > max(DAYS_OF_MONTH[month - 1] for month in months):
        raise ValueError("a time that comes; none of the months has so many days")
    return text


def _numbers(part: str, field: Field) -> set[int]:
    """The numbers that a field names."""
    return {number for each in part.split(",") for number in _range(each, field)}


def _range(text: str, field: Field) -> range:
    span, stroke, step = text.partition("/")
    first, dash, last = span.partition("-")
    if span == "*":
        start, end = field.least, field.most
    else:
        start = _number(first, field)
        end = _number(last, field) if dash else field.most if stroke else start
    every = 1
    if stroke:
        every = int(step) if _is_number(step) else 0
    if every < 1 or end < start:
        raise _fault(field)
    return range(start, end + 1, every)


def _number(text: str, field: Field) -> int:
    if text.lower() in field.words:
        return field.words[text.lower()]
    if not (_is_number(text) and field.least <= int(text) <= field.most):
        raise _fault(field)
    return int(text)


def _is_number(text: str) -> bool:
    """Digits, and no more of them than any field needs."""
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def _fault(field: Field) -> ValueError:
    return ValueError(
        f"five fields, of which '{field.name}' is *, a number from {field.least} to {field.most}, a range such as "
        f"{field.least}-{field.most}, a step such as */2, or a list of these with commas"
    )
