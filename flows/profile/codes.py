"""The codes of a body, written into its own folder for somebody to fill in; never shown."""

import json
from collections.abc import Sequence
from pathlib import Path

from config.errors import SettingsError
from config.frames import CLOSED_LISTS
from flows.profile.describe import Described
from flows.profile.gather import Profile
from flows.profile.propose import MAY_BE_CODED
from flows.stores import replacing

PRIVATE = 0o600


def place_for(codes: Path, folder: Path) -> Path:
    """Where the codes go: a new file in the folder of the extract, or below it.

    Raises:
        SettingsError: it lies elsewhere, or is there already.
    """
    place = codes.resolve()
    if folder.resolve() not in place.parents:
        raise SettingsError(
            "--codes", ["expected a file in the folder of the extract, where the body's data may lie"]
        )
    if place.exists():
        raise SettingsError(
            "--codes", ["there is such a file already; name another, so that nothing is overwritten"]
        )
    return place


def write_codes(place: Path, profile: Profile, told: Sequence[Described], columns: dict[int, str]) -> int:
    """Write each coded column's words, each waiting for a word of ours; gives how many columns have any."""
    parts = []
    for at, ours in columns.items():
        words = profile.columns[at].tally.words
        if ours not in MAY_BE_CODED or not words or not told[at].coded:
            continue
        known = ("true", "false") if ours == "voluntary" else tuple(map(str, CLOSED_LISTS.get(ours, ())))
        said = f"one of {', '.join(known)}" if known else "a word of the project's own, under [words]"
        lines = [f"# Behind each code, {said}.", f"[{ours}]"]
        parts.append(
            "\n".join([*lines, *(f'{json.dumps(word, ensure_ascii=False)} = ""' for word in sorted(words))])
        )
    head = (
        "# Codes of an extract. Fill them in, then move each section to [bodies.NAME.codes] of the project file.\n"
    )
    with replacing(place, mode=PRIVATE) as part:
        part.write_text(head + "".join(f"\n{each}\n" for each in parts), encoding="utf-8")
    return len(parts)
