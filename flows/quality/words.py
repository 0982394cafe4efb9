"""Fields, levels and shares in words for people who are no statisticians."""

from typing import Final

from config.terms import Status
from flows.quality.contents import Share
from flows.report.figures import SHORTHAND

WITHHELD: Final = SHORTHAND[Status.CONFIDENTIAL]

FIELDS: Final = {
    "first_name": "First name",
    "middle_name": "Middle name",
    "last_name": "Last name",
    "names": "Both names",
    "dob": "Date of birth",
    "sex": "Sex",
    "address": "Address",
    "postcode": "Postcode",
    "place": "Town",
    "nhs_number": "NHS number",
    "nino": "National Insurance number",
    "uprn": "UPRN (number of the property)",
    "ssn": "Shared id",
}

PROPER: Final = ("NHS", "National", "UPRN")
"""What keeps its capital within a sentence."""

LEVELS: Final = {
    "exact": "same",
    "nickname": "form of one name",
    "sound": "sounds alike",
    "first3": "begins alike",
    "sorted": "same letters in another order",
    "last3": "ends alike",
    "initial": "same initial",
    "swapped": "day and month swapped",
    "year_month": "same year and month",
    "year_day": "same year and day",
    "month_day": "same month and day",
    "year": "same year",
    "street": "same street",
    "unit": "same",
    "sector": "same sector",
    "district": "same district",
    "crossed": "first and last swapped",
    "different": "different",
}

HIGHEST: Final = 0.9999
"""Above this a share is said to be over it, and below what is left to be under it."""

THRESHOLDS: Final = {
    "least_probability": "in use",
    "range_low": "looser",
    "range_high": "stricter",
}


def pattern_words(pattern: str) -> str:
    """What a pattern says: what is the same, what differs, and what is known of the rest.

    A field that it leaves out is not known to agree or to differ.
    """
    known: dict[str, list[str]] = {LEVELS["exact"]: [], LEVELS["different"]: []}
    for part in pattern.split():
        field, _, levels = part.partition("=")
        if (field, levels) != ("names", "different"):
            known.setdefault(_either(levels.split("|")), []).append(inner(field))
    said = [f"{words}: {', '.join(fields)}" for words, fields in known.items() if fields]
    return ". ".join(_first(each) for each in said) or "Nothing is known"


def inner(field: str) -> str:
    """A field's name within a sentence."""
    name = FIELDS[field].partition(" (")[0]
    return name if name.startswith(PROPER) else name[:1].lower() + name[1:]


def _either(levels: list[str]) -> str:
    words = [LEVELS[level] for level in levels]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


def percent(chance: float) -> str:
    """A share in percent, finer near nought and one, where differences count most."""
    if chance in (0.0, 1.0):
        return f"{100 * chance:.0f}%"
    if chance > HIGHEST:
        return f"over {100 * HIGHEST:.2f}%"
    if chance < 1 - HIGHEST:
        return f"under {100 * (1 - HIGHEST):.2f}%"
    return f"{100 * chance:.{1 if 0.01 <= chance <= 0.99 else 2}f}%"


def threshold(chance: float) -> str:
    """A probability that somebody chose, as it was chosen."""
    return _bare(f"{100 * chance:.6f}") + "%"


def of_hundred(chance: float) -> str:
    """How many of 100."""
    count = 100 * chance
    if 0 < count < 0.005:
        return "fewer than 0.01"
    return _bare(f"{count:.{2 if count < 1 else 1 if count < 10 else 0}f}")


def rare(chance: float) -> str:
    """A chance that may be very small: in percent, or one in so many."""
    if chance >= 0.001 or chance <= 0:
        return percent(chance)
    size = round(1 / chance)
    digits = max(len(str(size)) - 2, 0)
    return f"1 in {round(size, -digits):,}"


def said(share: Share) -> str:
    """A share, or as much of it as may be said."""
    if share.share is not None:
        return percent(share.share)
    if share.low > 0:
        return f"over {percent(share.low)}"
    if share.high < 1:
        return f"under {percent(share.high)}"
    return WITHHELD


def interval(share: Share) -> str:
    """The 95 % interval; nothing where the share itself is not shown."""
    return f"{percent(share.low)} to {percent(share.high)}" if share.share is not None else ""


def number(count: int | None) -> str:
    """A count, or the sign for one that is not shown."""
    return WITHHELD if count is None else f"{count:,}"


def signed(bits: float) -> str:
    """A weight with its sign."""
    return f"{round(bits, 1) + 0.0:+.1f}".replace("-", "\N{MINUS SIGN}")


def _bare(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
