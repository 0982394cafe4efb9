"""Read a project file and explain every fault in it at once."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

from pydantic import ValidationError

from config.errors import SettingsError
from config.frames import CLOSED_LISTS, PROJECT_LISTS
from config.settings import Project
from config.terms import Breakdown, TableKind

BREAKDOWNS = {
    TableKind.JOURNEYS: {Breakdown.JOURNEY_TYPE, Breakdown.SEGMENT, Breakdown.MONTH},
    TableKind.MEASURES: {Breakdown.JOURNEY_TYPE, Breakdown.SEGMENT},
    TableKind.OVERLAP: {Breakdown.SEGMENT},
    TableKind.HAND_OFFS: {Breakdown.JOURNEY_TYPE},
    TableKind.TRANSITIONS: {Breakdown.JOURNEY_TYPE},
    TableKind.AVOIDABLE: {Breakdown.JOURNEY_TYPE, Breakdown.SERVICE, Breakdown.SEGMENT},
    TableKind.EVIDENCE: {Breakdown.JOURNEY_TYPE},
    TableKind.CONFORMANCE: {Breakdown.JOURNEY_TYPE},
}
"""What each kind of table may be broken down by."""


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
        source = path.read_bytes()
        text = source.decode("utf-8")
    except FileNotFoundError:
        raise SettingsError(path.name, ["there is no such file"]) from None
    except OSError as fault:
        raise SettingsError(path.name, [f"cannot be read ({type(fault).__name__})"]) from None
    except UnicodeDecodeError as fault:
        raise SettingsError(path.name, [f"is not UTF-8 text at byte {fault.start}"]) from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(path.name, [f"is not TOML: {fault}"]) from None
    try:
        # TOML knows lists only; JSON mode keeps pydantic strict and still makes tuples and words of them.
        project = Project.model_validate_json(json.dumps(raw, default=str))
    except ValidationError as fault:
        lines = text.splitlines()
        raise SettingsError(path.name, [_explain(each, lines) for each in fault.errors()]) from None  # type: ignore[arg-type] # ErrorDetails is a TypedDict
    faults = list(_cross_faults(project))
    if faults:
        raise SettingsError(path.name, faults)
    return Loaded(project=project, root=path.resolve().parent, file=path.name, source=source)


EXPECTED = {
    "missing": "this setting is required",
    "extra_forbidden": "there is no such setting; check its spelling",
    "int_type": "expected a whole number",
    "float_type": "expected a number",
    "bool_type": "expected true or false",
    "string_type": "expected text in quotes",
    "tuple_type": "expected a list in [ ]",
    "model_type": "expected a table of settings",
    "dict_type": "expected a table of settings",
}


def _explain(error: dict[str, object], lines: list[str]) -> str:
    location = error["loc"]
    parts = [str(part) for part in location] if isinstance(location, tuple) else []
    kind, context = str(error["type"]), error.get("ctx")
    expected = EXPECTED.get(kind)
    if expected is None:
        message = str(error["msg"])
        if kind == "value_error" and isinstance(context, dict):
            message = f"expected {context.get('error')}"
        expected = message[0].lower() + message[1:].replace("Input should", "should")
        expected = expected.replace("input should", "should")
    key = ".".join(part for part in parts if part != "[key]")
    line = _line_of(parts, lines)
    return f"{key}: {expected}" + (f" (line {line})" if line else "")


def _line_of(parts: list[str], lines: list[str]) -> int | None:
    """The line that sets the key, or else the header of the deepest table around it that is written out."""
    names = [part for part in parts if part != "[key]"]
    for depth in range(len(names), 0, -1):
        table = ".".join(names[: depth - 1])
        here, nth = "", -1
        wanted_nth = next((int(name) for name in names[: depth - 1] if name.isdigit()), None)
        table = ".".join(name for name in names[: depth - 1] if not name.isdigit())
        for number, line in enumerate(lines, 1):
            bare = line.split("#")[0].strip()
            if bare.startswith("["):
                header = bare.strip("[] ")
                nth = nth + 1 if bare.startswith("[[") and header == here else 0
                here = header
                if header == ".".join(names[:depth]):
                    return number
            elif (
                here == table
                and bare.partition("=")[0].strip().strip('"') == names[depth - 1]
                and wanted_nth in (None, nth)
            ):
                return number
    return None


def _cross_faults(project: Project) -> Iterator[str]:
    """Faults that no single setting shows: words, bodies and tables that do not fit each other."""
    words = project.words
    for name, journey in project.journeys.items():
        for setting, used, known in (
            ("start_services", journey.start_services, words.service),
            ("start_needs", journey.start_needs, words.need_code),
            ("ideal_path", journey.ideal_path, words.step),
        ):
            for word in sorted(set(used) - set(known)):
                table = {"start_services": "service", "start_needs": "need_code", "ideal_path": "step"}[setting]
                yield f"journeys.{name}.{setting}: '{word}' is not a word of [words.{table}]"
    for body_name, body in project.bodies.items():
        for column, mapping in body.codes.items():
            for word in sorted(set(mapping.values()) - _known_words(project, column)):
                yield f"bodies.{body_name}.codes.{column}: '{word}' is not a word that {column} may hold"
        for column, word in body.event_constants.items():
            known_words = _known_words(project, column)
            if known_words and word not in known_words:
                yield f"bodies.{body_name}.event_constants.{column}: '{word}' is not a word that {column} may hold"
        if body.time_zone not in available_timezones():
            yield f"bodies.{body_name}.time_zone: expected a name such as 'Europe/London'"
    for left, right in project.disclosure.refused_pairs:
        for name in sorted({left, right} - set(project.bodies)):
            yield f"disclosure.refused_pairs: '{name}' is not a body of this project"
        if left == right:
            yield f"disclosure.refused_pairs: '{left}' is paired with itself"
    yield from _table_faults(project)
    if len({project.keys.linkage, project.keys.spine, project.keys.log, project.keys.witness}) < 4:
        yield "keys: expected four different names; one key never serves two purposes"
    runners = {name for name, person in project.people.items() if person.may_run}
    if not any(runners - {name} for name, person in project.people.items() if person.may_approve):
        yield "people: expected somebody who may_approve beside somebody else who may_run"
    if project.disclosure.least_bodies > len(project.bodies):
        yield f"disclosure.least_bodies: expected at most the {len(project.bodies)} bodies of the project"
    if project.schedule is not None:
        if project.schedule.time_zone not in available_timezones():
            yield "schedule.time_zone: expected a name such as 'Europe/London'"
        if len(project.schedule.cron.split()) != 5:
            yield "schedule.cron: expected five fields, such as '0 6 1 * *' for 06:00 on the first of each month"


def _known_words(project: Project, column: str) -> set[str]:
    if column in CLOSED_LISTS:
        return set(CLOSED_LISTS[column])
    if column in PROJECT_LISTS:
        return set(getattr(project.words, column))
    if column == "to_body":
        return set(project.bodies)
    return {"true", "false"} if column == "voluntary" else set()


def _table_faults(project: Project) -> Iterator[str]:
    seen: set[str] = set()
    for number, table in enumerate(project.tables):
        if table.name in seen:
            yield f"tables.{number}.name: '{table.name}' stands twice"
        seen.add(table.name)
        for breakdown in sorted(set(table.by) - BREAKDOWNS[table.kind]):
            allowed = ", ".join(sorted(BREAKDOWNS[table.kind])) or "nothing"
            yield f"tables.{number}.by: a '{table.kind}' table may be broken down by {allowed}, not by {breakdown}"
        if len(set(table.by)) < len(table.by):
            yield f"tables.{number}.by: a breakdown stands twice"
