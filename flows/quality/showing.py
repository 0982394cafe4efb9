"""What of a count may be shown, and under whose name."""

from typing import Any

from config.settings import Project
from flows.quality.contents import FORMAT, Share
from linkage.intervals import rounded, share, wilson


def header(project: Project) -> dict[str, Any]:  # fields of Header
    """Whose figures these are."""
    return {
        "format": FORMAT,
        "project": project.project.name,
        "title": project.project.title,
        "period": project.project.period,
        "synthetic": project.project.synthetic,
        "least_people": project.disclosure.least_people,
        "bodies": {name: body.title for name, body in sorted(project.bodies.items())},
        "refused_pairs": tuple(sorted((min(pair), max(pair)) for pair in project.disclosure.refused_pairs)),
    }


def shown(count: int, least: int) -> int | None:
    """A count, if enough people stand behind it."""
    return count if count >= least else None


def of_people(part: int, whole: int, least: int) -> Share:
    """A share of people: not shown where few are in it, or few outside it, for the whole gives the others."""
    if whole < least:
        return Share(whole=None, part=None, share=None, low=0.0, high=1.0)
    if part < least:
        return Share(whole=whole, part=None, share=None, low=0.0, high=_bound(least, whole))
    if whole - part < least:
        return Share(whole=whole, part=None, share=None, low=round(1 - _bound(least, whole), 6), high=1.0)
    return _told(part, whole)


def of_links(part: int, whole: int, least: int) -> Share:
    """A share of links that are right, or of true pairs that were found.

    How many are wrong is told even where they are few: without it there would be no figure for good links, and
    nothing else is said of them, so that it tells of no person.
    """
    return of_people(part, whole, least) if whole < least or part < least else _told(part, whole)


def _told(part: int, whole: int) -> Share:
    low, high = rounded(wilson(part, whole))
    return Share(whole=whole, part=part, share=share(part, whole), low=low, high=high)


def of_rows(held: float, rows: int, least: int) -> Share:
    """A share of rows. All or none is a matter of an extract's columns; a few more or less would be people."""
    few = _bound(least, rows) if rows >= least else 1.0
    if held in (0.0, 1.0) or few <= held <= 1 - few:
        return Share(whole=None, part=None, share=round(held, 3), low=round(held, 3), high=round(held, 3))
    return Share(
        whole=None,
        part=None,
        share=None,
        low=1 - few if held > few else 0.0,
        high=min(few, 1.0) if held < few else 1.0,
    )


def unsaid(whole: int | None) -> Share:
    """A share of which nothing may be said, because others would give it back."""
    return Share(whole=whole, part=None, share=None, low=0.0, high=1.0)


def _bound(least: int, whole: int) -> float:
    return round(least / whole, 6)
