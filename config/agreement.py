"""Faults that no single setting shows: words, bodies, tables and people that do not fit each other."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import PurePosixPath
from typing import Final
from zoneinfo import ZoneInfo

from config.consent import consent_faults
from config.dates import format_faults
from config.event_words import AvoidableCode
from config.extract import extract_faults
from config.frames import CLOSED_LISTS, PROJECT_LISTS
from config.hand_over import hand_over_faults
from config.hierarchies import hierarchy_faults
from config.lines import Place
from config.parts import Parts
from config.people import people_faults
from config.routes import route_faults
from config.schedule import body_faults, schedule_faults
from config.settings import Folders, TableSettings, Words
from config.terms import SENSITIVE, TELLING, Breakdown, Hierarchical, Method, TableKind

Fault = tuple[Place, str]
"""The setting, and what was expected of it."""

BREAKDOWNS: Final = {
    TableKind.JOURNEYS: {Breakdown.JOURNEY_TYPE, Breakdown.SEGMENT, Breakdown.MONTH, Breakdown.MOTIVE},
    TableKind.MEASURES: {Breakdown.JOURNEY_TYPE, Breakdown.SEGMENT, Breakdown.MOTIVE},
    TableKind.OVERLAP: {Breakdown.SEGMENT},
    TableKind.HAND_OFFS: {Breakdown.JOURNEY_TYPE, Breakdown.MOTIVE},
    TableKind.ROUTES: {Breakdown.JOURNEY_TYPE, Breakdown.SEGMENT, Breakdown.MONTH, Breakdown.MOTIVE},
    TableKind.TRANSITIONS: {Breakdown.JOURNEY_TYPE},
    TableKind.AVOIDABLE: {Breakdown.JOURNEY_TYPE, Breakdown.SERVICE, Breakdown.SEGMENT},
    TableKind.EVIDENCE: {Breakdown.JOURNEY_TYPE},
    TableKind.CONFORMANCE: {Breakdown.JOURNEY_TYPE},
    TableKind.STEPS: {Breakdown.JOURNEY_TYPE, Breakdown.SEGMENT, Breakdown.MONTH},
    TableKind.IN_FLIGHT: {Breakdown.JOURNEY_TYPE, Breakdown.SEGMENT},
}
"""What each kind of table may be broken down by."""

ZONE: Final = "expected a name such as 'Europe/London'"
WORD_LISTS: Final = {"start_services": "service", "start_needs": "need_code", "ideal_path": "step"}
STATED: Final = {"ideal_path": "ideal_steps"}
"""Settings whose words stand in a property."""


def disagreements(parts: Parts) -> Iterator[Fault]:
    """Every fault between the parts."""
    yield from _folder_faults(parts.folders)
    if parts.keys is not None:
        names = parts.keys.model_dump().values()
        if len(set(names)) < len(names):
            yield ("keys",), "expected four different names; one key never serves two purposes"
    yield from _body_faults(parts)
    yield from _journey_faults(parts)
    yield from hierarchy_faults(parts.hierarchies or {}, _sorts(parts), parts.refused_pairs or ())
    yield from _table_faults(parts.tables)
    yield from _disclosure_faults(parts)
    yield from people_faults(parts.people, parts.sign_off)
    if parts.extract is not None:
        yield from extract_faults(parts.extract, parts.people, parts.words, parts.least_people, parts.sign_off)
    yield from _persona_faults(parts)
    if parts.in_flight is not None and parts.in_flight.cron is not None and parts.schedule is None:
        yield ("in_flight", "cron"), "expected a section [schedule] too, which says the time zone"
    if parts.retention is not None and parts.retention.cron is not None and parts.schedule is None:
        yield ("retention", "cron"), "expected a section [schedule] too, which says the time zone"
    yield from _route_faults(parts)
    if parts.consent is not None:
        yield from consent_faults(parts.consent, None if parts.words is None else parts.words.consent_scope)
    if parts.hand_over is not None:
        yield from hand_over_faults(parts.hand_over, parts.bodies)
    yield from body_faults(parts.bodies)
    if parts.schedule is not None:
        yield from schedule_faults(parts.schedule, parts.bodies)


def known_words(words: Words | None, bodies: Mapping[str, object], column: str) -> set[str] | None:
    """The words that a coded column may hold; None where any text may stand, or the words are not known."""
    if column in CLOSED_LISTS:
        return {str(word) for word in CLOSED_LISTS[column]}
    if column in PROJECT_LISTS:
        return None if words is None else set(getattr(words, column))
    if column == "to_body":
        return set(bodies)
    return {"true", "false"} if column == "voluntary" else None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not there; not a name; the name of a folder of zones
        return False
    return True


def _folder_faults(folders: Folders | None) -> Iterator[Fault]:
    """A zone that could look into another zone's folder would be no zone."""
    if folders is None:
        return
    paths = {name: PurePosixPath(path) for name, path in folders.model_dump().items()}
    for (one, path), (other, beside) in combinations(paths.items(), 2):
        if path == beside or path in beside.parents or beside in path.parents:
            yield ("folders", other), f"expected a folder apart from that of '{one}'"


def _body_faults(parts: Parts) -> Iterator[Fault]:
    for name, body in parts.bodies.items():
        if body is None:
            continue
        here = ("bodies", name)
        for column, mapping in body.codes.items():
            known = known_words(parts.words, parts.bodies, column)
            for word in sorted(set(mapping.values()) - known) if known is not None else ():
                yield (*here, "codes", column), f"'{word}' is not a word that {column} may hold"
        for column, word in body.event_constants.items():
            known = known_words(parts.words, parts.bodies, column)
            if known is not None and word not in known:
                yield (*here, "event_constants", column), f"'{word}' is not a word that {column} may hold"
        for kind, columns, constants in (
            ("people", body.people_columns, body.people_constants),
            ("event", body.event_columns, body.event_constants),
        ):
            for column in sorted(set(columns) & set(constants)):
                yield (
                    (*here, f"{kind}_constants", column),
                    f"stands in {kind}_columns too; a column is either read or constant",
                )
        for column in sorted(
            set(body.ignored_columns) & {*body.people_columns.values(), *body.event_columns.values()}
        ):
            yield (*here, "ignored_columns"), f"'{column}' is read as one of our columns too"
        if not _is_zone(body.time_zone):
            yield (*here, "time_zone"), ZONE
        yield from format_faults(name, body)


def _journey_faults(parts: Parts) -> Iterator[Fault]:
    if parts.words is None:
        return
    for name, journey in parts.journeys.items():
        for setting, list_name in WORD_LISTS.items() if journey is not None else ():
            unknown = set(getattr(journey, STATED.get(setting, setting))) - set(getattr(parts.words, list_name))
            for word in sorted(unknown):
                yield ("journeys", name, setting), f"'{word}' is not a word of [words.{list_name}]"


def _sorts(parts: Parts) -> dict[Hierarchical, set[str]]:
    """The words of every sort that may be put into groups."""
    lists = (
        Hierarchical.SERVICE,
        Hierarchical.STEP,
        Hierarchical.SEGMENT,
        Hierarchical.EVIDENCE_TYPE,
        Hierarchical.MOTIVE,
    )
    listed = {sort: set(getattr(parts.words, sort)) for sort in lists} if parts.words is not None else {}
    return {
        **listed,
        Hierarchical.JOURNEY_TYPE: set(parts.journeys),
        Hierarchical.BODY: set(parts.bodies),
        Hierarchical.REASON: {str(each) for each in AvoidableCode},
    }


def _table_faults(tables: tuple[TableSettings | None, ...]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, table in enumerate(tables):
        if table is None:
            continue
        here = ("tables", str(number))
        if table.name in seen:
            yield (*here, "name"), f"'{table.name}' stands twice"
        seen.add(table.name)
        for breakdown in sorted(set(table.by) - BREAKDOWNS[table.kind]):
            allowed = ", ".join(sorted(BREAKDOWNS[table.kind]))
            yield (*here, "by"), f"a '{table.kind}' table may be broken down by {allowed}, not by {breakdown}"
        if len(set(table.by)) < len(table.by):
            yield (*here, "by"), "a breakdown stands twice"


def _route_faults(parts: Parts) -> Iterator[Fault]:
    if parts.routes is None:
        return
    private = parts.disclosure is not None and parts.disclosure.method is Method.DIFFERENTIAL_PRIVACY
    asked = any(table is not None and table.kind is TableKind.ROUTES for table in parts.tables)
    yield from route_faults(
        parts.routes, parts.bodies, parts.refused_pairs or (), must_be_listed=private and asked
    )


def _disclosure_faults(parts: Parts) -> Iterator[Fault]:
    for left, right in parts.refused_pairs or ():
        for name in sorted({left, right} - set(parts.bodies)):
            yield ("disclosure", "refused_pairs"), f"'{name}' is not a body of this project"
        if left == right:
            yield ("disclosure", "refused_pairs"), f"'{left}' is paired with itself"
    said = parts.disclosure
    dimensions = {*SENSITIVE, *TELLING}
    if said is not None:
        for name in sorted(set(said.sensitive) - dimensions):
            yield ("disclosure", "sensitive"), f"'{name}' is not one of {', '.join(sorted(dimensions))}"
        if said.structural_zeros and said.zeros == "structural":
            yield ("disclosure", "structural_zeros"), "expected none where all zeros are structural"
        for pair in said.structural_zeros:
            names = {each.partition("=")[0] for each in pair}
            for name in sorted(names - dimensions):
                yield ("disclosure", "structural_zeros"), f"'{name}' is not one of {', '.join(sorted(dimensions))}"
            if len(names) < len(pair):
                yield ("disclosure", "structural_zeros"), "expected two different dimensions in each pair"
    if parts.least_bodies is not None and parts.bodies and parts.least_bodies > len(parts.bodies):
        yield ("disclosure", "least_bodies"), f"expected at most the {len(parts.bodies)} bodies of the project"


def _persona_faults(parts: Parts) -> Iterator[Fault]:
    if parts.personas is None:
        return
    segments = parts.personas.segments
    if parts.words is not None:
        for word in sorted(set(segments) - set(parts.words.segment)):
            yield ("personas", "segments"), f"'{word}' is not a word of [words.segment]"
    if len(set(segments)) < len(segments):
        yield ("personas", "segments"), "a segment stands twice"
    if parts.least_people is not None and parts.personas.least_people < parts.least_people:
        yield ("personas", "least_people"), f"expected least_people of [disclosure] or more, {parts.least_people}"
