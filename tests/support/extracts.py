"""A project of two bodies with drawn extracts, for the tests of ingest and of its gates."""

import json
from pathlib import Path

from config.load import Loaded
from config.settings import Project
from flows.ingest import Ingested, take_in
from flows.ingest.limits import LIMITS, Limits
from flows.layout import Layout, layout

MARK = "Zwartkopje"
"""Stands in every bad field; must never be seen outside the body's folder."""

PEOPLE = "client_ref,last_name\nc1,Smith\n"
EVENT_HEADER = "client_ref,event_id,event_seq,ts,event_type,service"
EVENT = "c1,e1,1,2024-05-05T10:00:00,contact,repairs"
EVENTS = f"{EVENT_HEADER}\n{EVENT}\n"


def project(**settings: object) -> Project:
    """A project whose body `housing` has these settings beside the usual ones."""
    usual = {
        "title": "Housing",
        "unique_clients": True,
        "people": ["people*"],
        "events": ["events*"],
        "most_quarantined_percent": 100.0,
    }
    return Project.model_validate_json(
        json.dumps(
            {
                "project": {
                    "name": "pilot",
                    "title": "Pilot",
                    "period": "2024",
                    "population": 10_000,
                    "synthetic": True,
                },
                "keys": {"linkage": "linkage", "spine": "spine", "log": "log", "witness": "witness"},
                "bodies": {"housing": usual | settings, "prison": usual},
                "encoding": {"profile": "strict", "most_clients_per_token": 10},
                "words": {
                    "service": {"repairs": "Repairs", "lettings": "Lettings"},
                    "step": {"ask": "Ask"},
                    "need_code": {"damp": "Damp"},
                },
                "tables": [{"name": "journeys", "title": "Journeys", "kind": "journeys"}],
                "disclosure": {"least_people": 10, "least_bodies": 1, "protection": 5, "refused_pairs": []},
                "people": {
                    "ann": {"name": "Ann", "roles": ["runner", "custodian"]},
                    "bob": {"name": "Bob", "roles": ["output_checker"], "key": "bob"},
                },
                "sign_off": {"approvers": 1},
            }
        )
    )


def zone(root: Path, files: dict[str, str | bytes], **settings: object) -> tuple[Loaded, Layout]:
    """The project on disk, with files in the folder of `housing`; people and events are usual where not given."""
    loaded = Loaded(project(**settings), root, "project.toml", b"")
    places = layout(loaded)
    folder = places.body("housing")
    delimiter, encoding = str(settings.get("delimiter", ",")), str(settings.get("encoding", "utf-8"))
    for kind, usual in (("people", PEOPLE), ("events", EVENTS)):
        if not any(name.startswith(kind) for name in files):
            files = {f"{kind}.csv": usual.replace(",", delimiter).encode(encoding)} | files
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return loaded, places


def took(root: Path, files: dict[str, str | bytes], *, limits: Limits = LIMITS, **settings: object) -> Ingested:
    """What ingest makes of the files, before any gate."""
    loaded, places = zone(root, files, **settings)
    return take_in(loaded, places, "housing", limits=limits)
