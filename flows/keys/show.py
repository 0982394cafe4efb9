"""All keys of a project with their lives, as a table."""

import os
from dataclasses import replace
from pathlib import Path

from config.load import load_project
from flows.keys.known import keyed_for, lives_here
from flows.keys.lives import KeyLife, Lives, status
from flows.keys.names import AT_REST, RECORD, NamedKey, named_keys
from flows.keys.register import write_register
from flows.layout import layout
from flows.progress import table

NOT_NOTED = "not in the log"


def key_table(project_file: Path) -> str:
    """Name, use, public id, status, first period, day made, custody and whereabouts of every key.

    Where the log cannot be read from here, the register alone tells.
    """
    loaded = load_project(project_file)
    places, project = layout(loaded), loaded.project.project.name
    names = named_keys(loaded)
    known = lives_here(loaded)
    if known:
        write_register(places.keys, project, known)
    here = {name: _ids(key) for name, key in names.items()}
    period = keyed_for(loaded.project)
    rows = [_row(known, life, names.get(life.name), here.get(life.name, {}), period) for life in known.values()]
    for name, key in names.items():
        if key.use == RECORD and not here[name]:
            continue
        strange = [key_id for key_id in here[name] if key_id not in known]
        if strange or name not in {each.name for each in known.values()}:
            life = KeyLife(name, strange[0] if strange else "none", made=NOT_NOTED)
            row = _row(known, replace(life, made=""), key, here[name], period)
            rows.append({**row, "status": NOT_NOTED if strange else "not made yet, or not on this machine"})
    return table(sorted(rows, key=lambda row: (row["use"], row["key"])))


def _row(known: Lives, life: KeyLife, key: NamedKey | None, here: dict[str, str], period: str) -> dict[str, str]:
    stands = str(status(known, life, period)) if life.key_id in known else ""
    day = life.destroyed or life.revoked or (life.superseded if stands == "superseded" else "")
    return {
        "key": life.name,
        "use": key.use if key else AT_REST if life.name.startswith("at-rest-") else "no longer named",
        "public id": life.key_id,
        "status": f"{stands} {day}".strip() + (f", {life.reason}" if life.reason and not life.destroyed else ""),
        "from period": life.active_from or "the first",
        "made": life.made or "unknown",
        "custodians": life.custody,
        "file": here.get(life.key_id, "not on this machine"),
    }


def _ids(key: NamedKey) -> dict[str, str]:
    """Public id to the name of the file that holds it, of what this user has on this machine."""
    if not os.access(key.folder, os.R_OK | os.X_OK):
        return {}
    if not key.signs:
        return {key.id_of(path): path.name for path in key.files() if path.lstat().st_uid == os.geteuid()}
    found = {}
    for path in key.public_halves():
        private = path.with_suffix(".key")
        found[key.id_of(private)] = private.name if private.exists() else f"{path.name} alone"
    return found
