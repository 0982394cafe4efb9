"""TOML that a person wrote, parsed within bounds: whatever stands in it, it gives settings or an error of ours."""

import tomllib
from typing import Any, Final

from config.errors import SettingsError

MOST_BYTES: Final = 4_000_000
"""Of a file; the example's is a hundredth of it."""
DEEPEST: Final = 20
"""Tables and lists in one another; settings nest six deep."""
MOST_BITS: Final = 63
"""Of a whole number, as TOML has it (version 1.0.0, section Integer)."""
LONGEST_NAME: Final = 80
TOO_DEEP: Final = f"nests tables or lists more than {DEEPEST} deep"
HINTS: Final = {
    "Invalid value": "text stands in quotes, and nothing may be left empty",
    "Cannot overwrite a value": "this setting stands there already",
    "Cannot declare": "this section stands there already",
    "Illegal character": "a quotation mark may be missing at the end of the line",
}
"""The parser's words for what people get wrong most to what that is."""
TOO_LONG: Final = "holds a whole number that is longer than any setting's"


def parsed(file: str, text: str) -> dict[str, Any]:
    """The tables of a file.

    Args:
        file: its name, for errors.
        text: what it holds.

    Raises:
        SettingsError: no TOML, nested too deep, or with a number that is too long.
    """
    found: dict[str, Any] = {}
    try:
        found = tomllib.loads(text)
        problem = _problem(found)
    except tomllib.TOMLDecodeError as fault:
        said = shown(str(fault), 300)
        problem = f"is not TOML: {said}" + "".join(f"; {hint}" for start, hint in HINTS.items() if start in said)
    except RecursionError:
        problem = TOO_DEEP
    except ValueError:
        # Python refuses to read numbers of so many digits that it would take long.
        problem = TOO_LONG
    if problem:
        raise SettingsError(file, [problem])
    return found


def _problem(found: dict[str, Any]) -> str:
    """What is wrong with tables that are TOML; empty where nothing is."""
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        parts = [part for each in level for part in (each.values() if isinstance(each, dict) else each)]
        if any(isinstance(part, int) and part.bit_length() > MOST_BITS for part in parts):
            return TOO_LONG
        level = [part for part in parts if isinstance(part, dict | list)]
        if not level:
            return ""
    return TOO_DEEP


def shown(word: str, longest: int = LONGEST_NAME) -> str:
    """Text of a file as an error may show it: cut, and without what could change a screen."""
    return "".join(letter if letter.isprintable() else "?" for letter in word[:longest])
