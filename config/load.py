"""Read a project file and explain every fault in it at once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ValidationError

from config import settings
from config.agreement import disagreements
from config.errors import SettingsError
from config.lines import Place, line_of, lines_of
from config.parts import sound_parts
from config.people import NO_SIGN_OFF, REPLACED
from config.retention import KEEPING
from config.settings import Project
from config.toml import MOST_BYTES, parsed, shown


@dataclass(frozen=True)
class Loaded:
    """A project file that holds no fault.

    Attributes:
        project: the settings.
        root: the project file's folder; every path in it is relative to this.
        file: the file's name.
        source: the file's bytes, for its digest.
    """

    project: Project
    root: Path
    file: str
    source: bytes


def load_project(path: Path) -> Loaded:
    """Read, parse and check a project file.

    Raises:
        SettingsError: with every fault found, each naming the key, what was expected and where.
    """
    try:
        with path.open("rb") as stream:
            source = stream.read(MOST_BYTES + 1)
        if len(source) > MOST_BYTES:
            raise SettingsError(path.name, [f"is larger than {MOST_BYTES:,} bytes"])
        text = source.decode("utf-8")
    except OSError as fault:
        said = UNREADABLE.get(type(fault), f"cannot be read ({type(fault).__name__})")
        raise SettingsError(path.name or "project file", [said]) from None
    except UnicodeDecodeError as fault:
        raise SettingsError(path.name, [f"is not UTF-8 text at byte {fault.start}"]) from None
    raw = parsed(path.name, text)
    faults: list[tuple[Place, str]] = []
    project = None
    try:
        # TOML knows lists only; JSON mode keeps pydantic strict and still makes tuples and words of them.
        project = Project.model_validate_json(json.dumps(raw, default=str))
    except ValidationError as fault:
        found = fault.errors()
        faults = [
            _explained(each["loc"], each["type"], each["msg"], each.get("ctx", {}))
            for each in found
            if not (each["type"] == "too_short" and any(_below(other["loc"], each["loc"]) for other in found))
        ]
    faults += disagreements(sound_parts(raw))
    if project is None or faults:
        lines = lines_of(text)
        faults.sort(key=lambda each: line_of(each[0], lines) or 0)
        raise SettingsError(path.name, [_sentence(place, expected, lines) for place, expected in faults])
    return Loaded(project=project, root=path.resolve().parent, file=path.name, source=source)


UNREADABLE: Final[Mapping[type[OSError], str]] = {
    FileNotFoundError: "there is no such file; give the path of the project file, which is often project.toml",
    IsADirectoryError: "is a folder; give the project file in it, which is often project.toml",
    PermissionError: "this user may not read it; ask who answers for the machine",
}

EXPECTED: Final = {
    "missing": "this setting is required",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "finite_number": "expected a number",
    "bool_type": "expected true or false",
    "string_type": "expected text in quotes",
    "tuple_type": "expected a list in [ ]",
    "model_type": "expected a table of settings",
    "dict_type": "expected a table of settings",
    "greater_than": "expected more than {gt}",
    "greater_than_equal": "expected at least {ge}",
    "less_than": "expected less than {lt}",
    "less_than_equal": "expected at most {le}",
    "enum": "expected {expected}",
    "literal_error": "expected {expected}",
    "too_short": "expected {min_length} or more entries",
    "too_long": "expected {max_length} entries or fewer",
    "string_too_short": "expected at least {min_length} characters",
    "string_too_long": "expected at most {max_length} characters",
    "value_error": "expected {error}",
}
"""Kinds of pydantic's errors to words for people who do not program; what stands in braces is the rule's."""

PATTERNS: Final = {
    "^[a-z][a-z0-9_]{0,39}$": "expected lower case letters, digits and underscores, a letter first, at most 40",
    "^[a-z][a-z0-9-]{0,59}$": "expected lower case letters, digits and hyphens, a letter first, at most 60",
    "^[a-z][a-z0-9_]{0,39}=[a-z0-9_][a-z0-9_-]{0,39}$": "expected 'dimension=category'",
    r"^[A-Za-z0-9_.-]{1,63}$": "expected the name of an entry in PostgreSQL's service file",
    r"^(/[A-Za-z0-9_./-]{1,100}|[A-Za-z0-9.:-]{1,253})$": "expected a host's name or address, or a folder's path",
    r"^[^\x00-\x1f]{1,63}$": "expected a name of at most 63 characters",
    KEEPING: "expected 'keep', or a number of days such as '90 days'",
    "^[0-9a-f]{4}( [0-9a-f]{4}){7}$": "expected a fingerprint as `desirelines parties show` prints it",
    r"^\d{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$": "expected a year (2025), a month (2025-06) or a quarter (2025-Q2)",
}
"""What the patterns of the settings ask for."""


def _below(location: tuple[int | str, ...], place: tuple[int | str, ...]) -> bool:
    """True of an entry of a list: a list that is short only for want of a sound entry has no fault of its own."""
    return len(location) > len(place) and location[: len(place)] == place


def _explained(
    location: tuple[int | str, ...], kind: str, message: str, context: Mapping[str, object]
) -> tuple[Place, str]:
    """The setting that an error is about, and what was expected of it; the error's own input is never shown."""
    place = tuple(str(part) for part in location if part != "[key]")
    if kind == "missing" and place == ("sign_off",):
        return place, NO_SIGN_OFF
    if kind == "extra_forbidden":
        return place, (REPLACED.get(place[-1]) if place[0] == "people" else None) or _no_such(place[-1])
    if kind == "string_pattern_mismatch":
        return place, PATTERNS.get(
            str(context.get("pattern")), f"expected text of the form {context.get('pattern')}"
        )
    if kind in EXPECTED:
        return place, EXPECTED[kind].format_map(dict(context))
    return place, (message[0].lower() + message[1:]).replace("input should", "should")


def _no_such(name: str) -> str:
    """With the setting that may have been meant."""
    models = [each for each in vars(settings).values() if isinstance(each, type) and issubclass(each, BaseModel)]
    known = sorted({field for model in models for field in model.model_fields})
    near = get_close_matches(shown(name), known, n=1)
    return "there is no such setting" + (f"; did you mean '{near[0]}'?" if near else "; check its spelling")


def _sentence(place: Place, expected: str, lines: Mapping[Place, int]) -> str:
    line = line_of(place, lines)
    return f"{shown('.'.join(place), 300)}: {expected}" + (f" (line {line})" if line else "")
