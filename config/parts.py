"""The parts of a project file that are sound in themselves, whatever stands in the others."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from config.bodies import Body
from config.consent import ConsentSettings
from config.disclosure import DisclosureSettings
from config.frozen import Name
from config.hand_over import HandOverSettings
from config.in_flight import InFlightSettings
from config.people import Person, SignOffSettings
from config.personas import PersonaSettings
from config.retention import RetentionSettings
from config.routes import RouteSettings
from config.schedule import Schedule
from config.settings import ExtractSettings, Folders, Group, JourneyType, KeyNames, TableSettings, Words
from config.terms import Hierarchical

T = TypeVar("T")


@dataclass(frozen=True)
class Parts:
    """The parts of a project file that are sound in themselves; None where one is not, or is missing.

    A file with a fault in one part can so still be searched for faults between the others.
    """

    folders: Folders | None
    keys: KeyNames | None
    bodies: Mapping[str, Body | None]
    words: Words | None
    journeys: Mapping[str, JourneyType | None]
    hierarchies: Mapping[Hierarchical, Mapping[str, Group]] | None
    tables: tuple[TableSettings | None, ...]
    disclosure: DisclosureSettings | None
    refused_pairs: tuple[tuple[str, str], ...] | None
    least_bodies: int | None
    people: Mapping[str, Person | None]
    schedule: Schedule | None
    least_people: int | None = None
    extract: ExtractSettings | None = None
    personas: PersonaSettings | None = None
    in_flight: InFlightSettings | None = None
    routes: RouteSettings | None = None
    consent: ConsentSettings | None = None
    retention: RetentionSettings | None = None
    sign_off: SignOffSettings | None = None
    hand_over: HandOverSettings | None = None


def sound_parts(raw: Mapping[str, object]) -> Parts:
    """What can be used of a parsed project file."""
    disclosure = _table(raw.get("disclosure"))
    tables = raw.get("tables")
    return Parts(
        folders=_sound(Folders, raw.get("folders", {})),
        keys=_sound(KeyNames, raw.get("keys")),
        bodies={name: _sound(Body, each) for name, each in _table(raw.get("bodies")).items()},
        words=_sound(Words, raw.get("words")),
        journeys={name: _sound(JourneyType, each) for name, each in _table(raw.get("journeys")).items()},
        hierarchies=_sound(dict[Hierarchical, dict[Name, Group]], raw.get("hierarchies", {})),
        tables=tuple(_sound(TableSettings, each) for each in (tables if isinstance(tables, list) else ())),
        disclosure=_sound(DisclosureSettings, disclosure),
        refused_pairs=_sound(tuple[tuple[Name, Name], ...], disclosure.get("refused_pairs")),
        least_bodies=_sound(int, disclosure.get("least_bodies")),
        people={name: _sound(Person, each) for name, each in _table(raw.get("people")).items()},
        schedule=_sound(Schedule, raw.get("schedule")),
        least_people=_sound(int, disclosure.get("least_people")),
        extract=_sound(ExtractSettings, raw.get("extract")),
        personas=_sound(PersonaSettings, raw.get("personas")),
        in_flight=_sound(InFlightSettings, raw.get("in_flight", {})),
        routes=_sound(RouteSettings, raw.get("routes", {})),
        consent=_sound(ConsentSettings, raw.get("consent")),
        retention=_sound(RetentionSettings, raw.get("retention")),
        sign_off=_sound(SignOffSettings, raw.get("sign_off")),
        hand_over=_sound(HandOverSettings, raw.get("hand_over")),
    )


def _sound(kind: type[T], value: object) -> T | None:
    try:
        return TypeAdapter(kind).validate_json(json.dumps(value, default=str), strict=True)
    except ValidationError:
        return None


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
