"""Verdicts, reasons, rules and findings in words for people who sign releases off."""

from collections.abc import Mapping
from typing import Final

from config.terms import Status
from flows.check.contents import Check, CheckReason, CheckVerdict, Lost, Outlook, Reason
from flows.report.figures import SHORTHAND, rounded
from flows.report.labels import head

NOTHING: Final = "\N{EN DASH}"

VERDICTS: Final = {
    CheckVerdict.PASS: "Pass",
    CheckVerdict.REVIEW: "Review",
    CheckVerdict.FAIL: "Fail",
}
ADVICE: Final = {
    CheckVerdict.PASS: "The attack found nothing, and nothing calls for a look. The release may be approved.",
    CheckVerdict.REVIEW: "The attack found nothing. Look at what is listed below; if it is as it should be, the "
    "release may be approved.",
    CheckVerdict.FAIL: "Nothing was staged, and this may not be released. The figures of the tables are left out "
    "of this page, since withheld numbers could be worked out from them.",
}

RULES: Final = {
    "few people": "Fewer people than the least number are in the cell.",
    "few bodies": "Fewer bodies contribute than the least number.",
    "pair without a gateway": "Two bodies that may not be linked to each other both stand among its coordinates.",
    "statistic needs more people": "A median or percentile rests on too few people.",
    "few behind the figure": "A few people are behind the share, or all but a few.",
    "whole group": "Everybody in the cell is behind the share: to know that somebody is in the group would "
    "tell it of them.",
    "nobody behind the figure": "Nobody in the cell is behind the share, and that is a secret here.",
    "whole group in one category": "All people of a group are in one category, which tells it of each of them.",
    "nobody of a group in a category": "Nobody of a group is in the category, and that is a secret here.",
    "too few categories in a group": "The people of a group are in too few categories of something sensitive.",
    "few people dominate the figure": "A few people make up most of the amount behind the figure.",
    "few people dominate the count": "A few people make up most of what is counted.",
    "figure gives away its largest part": "One person of the cell could estimate another's part of the amount.",
    "count gives away its largest part": "One person of the cell could estimate another's part of the count.",
    "differs by few people from a total": "A published total has a few people more, whom the difference would "
    "single out.",
    "same cell withheld in another row": "The same cell stands in another row that may not be shown.",
    "withheld in an earlier release": "An earlier release withheld it, and the two together would tell too much.",
    "would give another cell back": "Complementary: shown, it would give another withheld cell back.",
}
"""Reasons of decisions; one that is not here is shown by its name alone."""

FINDINGS: Final = {
    "recovered exactly": "Only one number is possible.",
    "certainly below the least number of people": "Every possible number of people is below the least number.",
    "inside protection": "The possible numbers lie closer together than the protection.",
    "published below the least number of people": "A published cell of too few people.",
    "few people by difference": "Two published cells, one within the other, differ by few people.",
    "share recovered from its line": "A share is the only one withheld among a total and its parts.",
    "recovered with an earlier release": "This release and an earlier one together give the number back.",
    "few people by difference between releases": "The same cell of two releases differs by few people.",
}
"""Kinds of findings; one that is not here is shown by its name alone."""

BASES: Final = {
    "totals": "from published totals",
    "midpoints": "withheld numbers at the middle of what is possible",
    "unknown": "cannot be told without withheld numbers",
}


def sentence(said: Reason, check: Check) -> str:
    """A reason as one sentence."""
    found, limit = percent(said.found), percent(said.limit or 0.0)
    least = check.least_people
    close = f"{least} to {least + check.review.close_people}"
    earlier = check.earlier or "published last"
    texts: Mapping[CheckReason, str] = {
        CheckReason.FINDING: f"The attack worked out or came too close to {said.found:,.0f} numbers.",
        CheckReason.CONTRADICTION: "The attack came to no end: what would be published contradicts itself, so "
        "that no numbers at all could be behind it, or is not fit to be published.",
        CheckReason.GATE: "The departure gate stopped the tables: a row breaks a rule that every release keeps.",
        CheckReason.NOTHING_PUBLISHED: "Nothing in this table is published. Should it be in the release at all?",
        CheckReason.MUCH_WITHHELD: f"{found} of its cells are withheld, more than {limit}. Fewer breakdowns would "
        "show more.",
        CheckReason.MANY_COMPLEMENTARY: f"{found} of its withheld cells, more than {limit}, are withheld only to "
        "protect others. Another shape of the table may lose less.",
        CheckReason.CLOSE_TO_LIMIT: f"{found} of its published cells, more than {limit}, hold {close} people, "
        f"close to the least number of {least}.",
        CheckReason.SMALL_NUMERATORS: f"{found} of its published shares, more than {limit}, have a numerator of "
        f"at most {least + check.review.close_people}. Such shares move much with a few people.",
        CheckReason.SINGLE_BODY: f"{found} of its published cells, more than {limit}, rest on one body's records "
        "alone, and do not say so. That body could subtract what it knows.",
        CheckReason.NEW_TABLE: f"The release {earlier} had no such table.",
        CheckReason.NEW_DIMENSION: f"In the release {earlier} this table was not broken down by: "
        f"{', '.join(head(each).lower() for each in said.names)}.",
    }
    return texts[said.reason]


def outlook(attack: str, protection: int) -> str:
    """How a cell stood the attack; classes and never bounds."""
    known = {
        "": NOTHING,
        str(Outlook.SAFE): f"safe: possible values at least {protection} apart",
        str(Outlook.FIGURE): "only the figure is withheld; its people stand in another row",
        str(Outlook.UNTRIED): "not tried to the end",
    }
    return known.get(attack, f"FOUND: {attack}")


def percent(number: float) -> str:
    """A percentage."""
    return rounded(number, "%")


def lost(said: Lost) -> str:
    """A share that is lost; where it rests on midpoints it is about so much."""
    if said.share is None:
        return SHORTHAND[Status.CONFIDENTIAL]
    return ("about " if said.basis == "midpoints" and said.share else "") + percent(100 * said.share)


def distance(number: float | None) -> str:
    """A distance from 0."""
    return SHORTHAND[Status.CONFIDENTIAL] if number is None else f"{number:.3f}"
