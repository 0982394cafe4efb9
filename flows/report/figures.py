"""Numbers as readers see them; what is not published is never a number."""

from config.terms import Status

SHORTHAND = {
    Status.CONFIDENTIAL: "[c]",
    Status.NOT_AVAILABLE: "[x]",
    Status.NOT_APPLICABLE: "[z]",
}
MEANING = {
    Status.CONFIDENTIAL: "confidential: withheld to protect people",
    Status.NOT_AVAILABLE: "not available: the records needed were not supplied",
    Status.NOT_APPLICABLE: "not applicable: the figure makes no sense here",
}


def whole(number: int | None, status: str) -> str:
    """A count, with thousands apart, or the shorthand of its status."""
    if status != Status.PUBLISHED:
        return SHORTHAND[Status(status)]
    return "" if number is None else f"{number:,}"


def measured(number: float | None, unit: str | None, status: str) -> str:
    """A statistic without its unit (but %), or the shorthand of its status."""
    if status != Status.PUBLISHED:
        return SHORTHAND[Status(status)]
    return "" if number is None else rounded(number, unit)


def with_unit(number: float, unit: str | None) -> str:
    """A statistic with its unit, for where no column head says it."""
    rest = (unit or "").removeprefix("%").strip()
    return f"{rounded(number, unit)} {rest}".strip()


def span(low: float | None, high: float | None, unit: str | None) -> str:
    """A linkage range; nothing where it is not known."""
    return "" if low is None or high is None else f"{rounded(low, unit)} to {rounded(high, unit)}"


def share(part: float | None) -> str:
    """A share from 0 to 1, in percent."""
    return "" if part is None else rounded(100 * part, "%")


def rounded(number: float, unit: str | None) -> str:
    """One decimal for percent and large figures, else up to two; no trailing zeros, no minus before zero."""
    percent = unit is not None and unit.startswith("%")
    text = f"{number:,.{1 if percent or abs(number) >= 100 else 2}f}".rstrip("0").rstrip(".")
    return ("0" if text == "-0" else text) + ("%" if percent else "")
