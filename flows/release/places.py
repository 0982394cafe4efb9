"""Where releases stand on their way, and how one is found by the beginning of its id."""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from config.errors import ReleaseError
from flows.layout import Layout
from flows.release.manifest import MANIFEST

LEAST_PREFIX = 6
WHOLE_ID = re.compile(r"[0-9a-f]{16}")
BEGINNING = re.compile(rf"[0-9a-f]{{{LEAST_PREFIX},16}}")


class State(StrEnum):
    """Where a release stands; also the name of its folder."""

    STAGED = "staged"
    PUBLISHED = "published"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


EVER_PUBLISHED = (State.PUBLISHED, State.WITHDRAWN)
"""What somebody may have read: later releases are protected against it."""
NOTICE, NOTICE_TEXT = "withdrawn.json", "withdrawn.txt"
"""The files that tell, at the published place of a release, that it was withdrawn."""


def place(places: Layout, state: State, release: str) -> Path:
    """The folder of a release in this state, whether it is there or not."""
    return places.releases / state / release


def standing(places: Layout) -> Iterator[tuple[State, str]]:
    """Every release that is there, sorted; what a killed run left half-made is not, nor a notice of withdrawal."""
    for state in State:
        root = places.releases / state
        names = [each.name for each in root.iterdir()] if root.is_dir() else []
        for name in sorted(names):
            if WHOLE_ID.fullmatch(name) and not _is_notice(root / name):
                yield state, name


def _is_notice(folder: Path) -> bool:
    """Whether a folder tells of a withdrawal and is no release, which a file put into it does not change."""
    return (folder / NOTICE).exists() and not (folder / MANIFEST).exists()


def find(places: Layout, beginning: str) -> tuple[State, str]:
    """The one release whose id begins so, and where it stands.

    Raises:
        ReleaseError: too short or not an id, unknown, or the beginning of several.
    """
    # What was typed may be anything, a name included, so an error shows it only if it looks like an id.
    if not BEGINNING.fullmatch(beginning):
        raise ReleaseError("unknown", f"an id is 16 hexadecimal digits; give at least the first {LEAST_PREFIX}")
    found = [(state, name) for state, name in standing(places) if name.startswith(beginning)]
    if not found:
        raise ReleaseError(beginning, "there is no such release")
    if len({name for _, name in found}) > 1:
        raise ReleaseError(beginning, f"is the beginning of {len(found)} ids; give more digits")
    if len(found) > 1:
        raise ReleaseError(beginning, f"stands in several folders: {', '.join(state for state, _ in found)}")
    return found[0]
