"""Where on the pages something stands; what comes from a log is escaped here, or by the template."""

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup

from flows.audit.entry import OUTSIDE_ANY_RUN, Entry
from flows.audit.kinds import DIGEST
from flows.audit.show import short
from flows.desk.contents import Story

ROWS: Final = 250
"""Rows of a table on one page."""
NOTHING: Final = "\N{EN DASH}"


def file_of(base: str, page: int) -> str:
    """The file of a page, counted from 1, of a list that may be long."""
    return f"{base}.html" if page == 1 else f"{base}-{page}.html"


def entry(seq: int) -> Markup:
    """A link to an entry."""
    return Markup('<a href="{}#entry-{}">#{}</a>').format(
        file_of("entries", (seq - 1) // ROWS + 1), seq, f"{seq:,}"
    )


def entries(said: Iterable[Entry]) -> Markup | str:
    """Links to entries, or a dash."""
    return Markup(", ").join(entry(each.seq) for each in said) or NOTHING


def target(seq: int) -> Markup:
    """An entry's number where a link to it leads."""
    return Markup('<span id="entry-{}">#{}</span>').format(seq, f"{seq:,}")


def code(text: str) -> Markup | str:
    """A digest or an id, whole; a dash where there is none."""
    return Markup("<code>{}</code>").format(text) if text else NOTHING


def brief(text: str) -> Markup | str:
    """A digest by its beginning, an id whole."""
    return Markup("<code>{}</code>").format(short(text)) if DIGEST.fullmatch(text) else text


def moment(at: str) -> Markup | str:
    """A time that stays on one line; a dash where there is none."""
    return Markup("<time>{}</time>").format(at) if at else NOTHING


class Addresses:
    """The pages of runs and releases."""

    def __init__(self, story: Story) -> None:
        """Pages have numbers: an id may be anything that a pattern allows."""
        self._runs = {each.run: each.number for each in story.works}
        self._releases = {each.release: each.number for each in story.releases}

    def run(self, run: str) -> Markup | str:
        """A link to a run, or a dash."""
        if run == OUTSIDE_ANY_RUN:
            return NOTHING
        number = self._runs.get(run)
        return run if number is None else Markup('<a href="run-{}.html">{}</a>').format(number, run)

    def release(self, release: str) -> Markup | str:
        """A link to a release; its id where it has no page."""
        number = self._releases.get(release)
        return release if number is None else Markup('<a href="release-{}.html">{}</a>').format(number, release)
