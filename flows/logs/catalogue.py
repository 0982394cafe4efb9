"""Public event logs: what is known of each, how to obtain it, and a project file that reads it."""

import json
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from pydantic import ConfigDict

from config.errors import SettingsError
from config.frozen import Frozen
from flows.logs.convert import Converted, Reading
from flows.progress import table
from flows.stores import write_bytes

FOLDER = "logs"
PROJECT = "project.toml"


class Log(Frozen):
    """One public log; what is not known is None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    about: str
    authors: str
    publisher: str
    year: int
    doi: str
    licence: str
    files: tuple[str, ...]
    bytes: int | None = None
    cases: int | None = None
    events: int | None = None
    reading: Reading


def known_logs() -> Mapping[str, Log]:
    """Every log of the catalogue by its short name."""
    text = (files("config") / FOLDER / "catalogue.toml").read_text(encoding="utf-8")
    return {name: Log.model_validate_json(json.dumps(each)) for name, each in tomllib.loads(text).items()}


def known_log(name: str) -> Log:
    """One log.

    Raises:
        SettingsError: the catalogue has none of this name.
    """
    logs = known_logs()
    if name not in logs:
        raise SettingsError("logs", [f"there is no log of this name; expected one of {', '.join(logs)}"])
    return logs[name]


def reading_of(name: str, given: Reading) -> Reading:
    """How a log is read: as the catalogue says, or, without a name, as given.

    Raises:
        SettingsError: the catalogue has no such log, or both say something.
    """
    if not name:
        return given
    if given != Reading():
        raise SettingsError("from-log", ["--log says how the file is read; expected no such option beside it"])
    return known_log(name).reading


def list_logs() -> str:
    """The catalogue as a table."""
    rows = [
        {"log": name, "cases": _number(each.cases), "licence": each.licence.partition(":")[0], "what": each.about}
        for name, each in known_logs().items()
    ]
    return table(rows)


def describe_log(name: str) -> str:
    """What is known of a log, and the steps from its page to a report."""
    log = known_log(name)
    body = f"bodies/{name}/extracts"
    return "\n".join(
        [
            log.title,
            log.about,
            "",
            f"authors    {log.authors}",
            f"publisher  {log.publisher}, {log.year}",
            f"DOI        {log.doi}",
            f"licence    {log.licence}",
            f"files      {', '.join(log.files)}",
            f"bytes      {_number(log.bytes)}",
            f"cases      {_number(log.cases)}",
            f"events     {_number(log.events)}",
            "",
            "Nothing is downloaded by this command, and the log is not part of desirelines. What stands above of",
            "licence and size was read elsewhere: the data set's own page, to which the DOI leads, decides.",
            "",
            f"1. Resolve the DOI in a browser, read the terms there, and download {log.files[0]}.",
            f"2. desirelines logs {name} --into FOLDER",
            f"3. desirelines from-log FILE FOLDER/{body} --log {name}",
            "4. desirelines keys new --project FOLDER/project.toml",
            "5. desirelines run FOLDER/project.toml --direct",
            "",
        ]
    )


def write_log_project(name: str, folder: Path) -> Path:
    """Write the project file of a log where there is none yet.

    Raises:
        SettingsError: the catalogue has no such log, or the folder has a project file.
    """
    known_log(name)
    path = folder / PROJECT
    if path.exists():
        raise SettingsError(PROJECT, ["there is one in the folder already; expected a folder without"])
    write_bytes(path, (files("config") / FOLDER / f"{name}.toml").read_bytes())
    return path


def told(found: Converted) -> str:
    """What a conversion did, in counts."""
    share = 100 * found.tied / found.events if found.events else 0.0
    return "\n".join(
        [
            f"{found.events:,} events of {found.cases:,} cases, {len(found.activities):,} activities",
            f"{found.other_transition:,} events of other lifecycle transitions were left out",
            f"{found.unread:,} times could not be read and stand as they were",
            f"{found.tied:,} events ({share:.1f} %) share their moment with another of their case; "
            "event_seq is the order of the file",
        ]
    )


def _number(value: int | None) -> str:
    return "not known" if value is None else f"{value:,}"
