"""A mapping for the project file, guessed from usual names and from shapes; never from a single value."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from config.fields import PEOPLE_COLUMNS
from config.frames import CLIENT_EVENTS, MANDATORY_EVENT_COLUMNS
from config.terms import ExtractKind
from flows.ingest.events import CODED
from flows.ingest.header import folded
from flows.profile.describe import Described
from flows.profile.gather import Profile

BY_SHAPE = {"postcode-like": "postcode", "NHS-number-like": "nhs_number", "NINO-like": "nino"}
MAY_BE_CODED = (*CODED, "voluntary")


@dataclass(frozen=True)
class Proposal:
    """What is proposed.

    Attributes:
        kind: what the extract seems to hold.
        columns: place of a column, from 0 → ours.
        unknown: places of columns for which there is no guess.
        toml: to paste into the project file.
    """

    kind: ExtractKind
    columns: dict[int, str]
    unknown: tuple[int, ...]
    toml: str


def kind_of(profile: Profile) -> ExtractKind:
    """People or events, by which of them has more of the usual names."""
    names = {each.ours for each in profile.columns} - {"", "client_ref"}
    return (
        ExtractKind.EVENTS
        if len(names & set(CLIENT_EVENTS.columns)) > len(names & set(PEOPLE_COLUMNS))
        else ExtractKind.PEOPLE
    )


def proposed(
    profile: Profile, told: Sequence[Described], kind: ExtractKind, body: str, *, names: bool
) -> Proposal:
    """The lines of the project file.

    Args:
        profile: of the extract.
        told: its columns in words, in the same order.
        kind: what it holds.
        body: whose it is, as the project file has it.
        names: whether names that are not usual may be shown.
    """
    ours = tuple(PEOPLE_COLUMNS if kind is ExtractKind.PEOPLE else CLIENT_EVENTS.columns)
    columns: dict[int, str] = {}
    for place, each in enumerate(profile.columns):
        if each.ours in ours and each.ours not in columns.values():
            columns[place] = each.ours
    unknown = tuple(place for place in range(len(profile.columns)) if place not in columns)
    lines = [
        "# A guess from names and shapes: read every line before it goes into the project file.",
        f"# Beside the other settings of [bodies.{body}]:",
        *_form(profile),
        *_formats(columns, told),
        *_ignored(profile, unknown, names=names),
        "",
        f"[bodies.{body}.{'people' if kind == 'people' else 'event'}_columns]",
    ]
    for place, our in columns.items():
        theirs = profile.columns[place].name
        if folded(theirs) != our:
            lines.append(f"{our} = {json.dumps(theirs, ensure_ascii=False)}")
    mandatory = ("client_ref",) if kind is ExtractKind.PEOPLE else MANDATORY_EVENT_COLUMNS
    for our in mandatory:
        if our not in columns.values():
            lines.append(f"# {our} is mandatory, and no column has a usual name for it")
    for place in unknown:
        shape = BY_SHAPE.get(told[place].kind)
        if shape in ours and shape not in columns.values():
            lines.append(f"# {shape} may be column {place + 1}, by its shape")
    lines += _codes(columns, told, body)
    return Proposal(kind, columns, unknown, "\n".join(lines))


def _form(profile: Profile) -> list[str]:
    if profile.source != "csv":
        return []
    form = profile.form
    said = [f"encoding = {json.dumps(form.encoding)}", f"delimiter = {json.dumps(form.delimiter)}"]
    return [*said, *([f"header_line = {form.header_line}"] if form.header_line > 1 else [])]


def _formats(columns: dict[int, str], told: Sequence[Described]) -> list[str]:
    """Formats on which all columns of a sort agree; where they do not, that they do not."""
    lines = []
    for setting, kind, where in (
        ("date_format", "date", ("dob", "need_date", "due_date")),
        ("time_format", "time", ("ts",)),
    ):
        fits = [set(told[place].formats) for place, our in columns.items() if our in where and told[place].formats]
        both = set.intersection(*fits) if fits else set()
        if len(both) == 1 and all(
            told[p].kind == kind for p, our in columns.items() if our in where and told[p].formats
        ):
            lines.append(f"{setting} = {json.dumps(both.pop())}")
        elif both:
            lines.append(f"# {setting}: {' or '.join(sorted(both))} fit alike; ask the body which it is")
        elif fits:
            lines.append(f"# {setting}: the columns do not agree on one")
    return lines


def _ignored(profile: Profile, unknown: Sequence[int], *, names: bool) -> list[str]:
    if not unknown:
        return []
    if names:
        listed = ", ".join(json.dumps(profile.columns[place].name, ensure_ascii=False) for place in unknown)
        return [f"ignored_columns = [{listed}]"]
    places = ", ".join(str(place + 1) for place in unknown)
    return [f"# Without a usual name: column {places}. Map each, or list its name under ignored_columns."]


def _codes(columns: dict[int, str], told: Sequence[Described], body: str) -> list[str]:
    coded = [
        (our, told[place].distinct) for place, our in columns.items() if our in MAY_BE_CODED and told[place].coded
    ]
    if not coded:
        return []
    lines = [
        "",
        f"# [bodies.{body}.codes]: --codes FILE writes their codes into the body's folder, for you to fill in.",
    ]
    return [*lines, *(f"# {our}: {distinct} different codes" for our, distinct in coded)]
