"""Numbers as readers see them; what is not published is never a number."""

from collections.abc import Iterable

from config.terms import SHOWN, Status

SHORTHAND = {
    Status.CONFIDENTIAL: "[c]",
    Status.NOT_AVAILABLE: "[x]",
    Status.NOT_APPLICABLE: "[z]",
}
HELD = "[h]"
MEANING = {
    Status.HELD: "held: as in an earlier release; the true number differs from it by few people, or not at all",
    Status.CONFIDENTIAL: "confidential: withheld to protect people",
    Status.NOT_AVAILABLE: "not available: the records needed were not supplied",
    Status.NOT_APPLICABLE: "not applicable: the figure makes no sense here",
}


def whole(number: int | None, status: str) -> str:
    """A count, with thousands apart, or the shorthand of its status."""
    if status not in SHOWN:
        return SHORTHAND[Status(status)]
    return "" if number is None else f"{number:,}"


def marked(number: int | None, status: str) -> str:
    """As `whole`, with a sign behind a number that is held."""
    text = whole(number, status)
    return f"{text} {HELD}" if status == Status.HELD and text else text


def measured(number: float | None, unit: str | None, status: str, *, places: int | None = None) -> str:
    """A statistic without its unit (but %), or the shorthand of its status."""
    if status not in SHOWN:
        return SHORTHAND[Status(status)]
    return "" if number is None else rounded(number, unit, places=places)


def with_unit(number: float, unit: str | None) -> str:
    """A statistic with its unit, for where no column head says it."""
    rest = (unit or "").removeprefix("%").strip()
    return f"{rounded(number, unit)} {rest}".strip()


def span(low: float | None, high: float | None, unit: str | None, *, places: int | None = None) -> str:
    """A linkage range; nothing where it is not known."""
    if low is None or high is None:
        return ""
    return f"{rounded(low, unit, places=places)} to {rounded(high, unit, places=places)}"


def signed(number: float, unit: str | None = None) -> str:
    """A number that may be negative, its sign before it; zero has none."""
    text = rounded(abs(number), unit)
    if not text.strip("0.,%"):
        return text
    return ("+" if number > 0 else "\N{MINUS SIGN}") + text


def share(part: float | None) -> str:
    """A share from 0 to 1, in percent."""
    return "" if part is None else rounded(100 * part, "%")


def rounded(number: float, unit: str | None, *, places: int | None = None) -> str:
    """A number as it is read.

    Args:
        number: any.
        unit: beginning with % for percent.
        places: after the point; without it as many as the number needs, up to `most_places`.
    """
    percent = unit is not None and unit.startswith("%")
    text = f"{number:,.{most_places(number, unit) if places is None else places}f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    bare = text.removeprefix("-")
    return (text if bare.strip("0.") else bare) + ("%" if percent else "")


def most_places(number: float, unit: str | None) -> int:
    """One place for percent and for large figures, else two."""
    return 1 if (unit is not None and unit.startswith("%")) or abs(number) >= 100 else 2


def common_places(numbers: Iterable[float], unit: str | None) -> int:
    """The places that the numbers of one column need, so that they stand under each other."""
    texts = [rounded(number, unit).rstrip("%") for number in numbers]
    return max((len(text.partition(".")[2]) for text in texts), default=0)
