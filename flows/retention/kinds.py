"""What each zone holds, kind by kind, as the project file names kinds in [retention]."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from config.errors import ExtractError
from config.load import Loaded
from config.retention import Zone
from config.terms import Action
from flows.audit.entry import Entry
from flows.check.keep import FIGURES as CHECK_FIGURES
from flows.check.keep import FOLDER as CHECKS
from flows.check.keep import PAGE as CHECK_PAGE
from flows.erasure.scrub import MAP, QUARANTINE
from flows.extracted import FOLDER as JOURNEY_EXTRACT
from flows.ingest.files import found
from flows.ingest.limits import LIMITS
from flows.kept import FOLDER as KEPT
from flows.layout import Layout
from flows.quality.keep import FIGURES as QUALITY_FIGURES
from flows.quality.keep import FOLDER as QUALITY
from flows.quality.keep import PAGE as QUALITY_PAGE
from flows.release.places import WHOLE_ID, State
from flows.retention.files import Parts, hidden_in, names_in

LINKAGE_STORE: Final = ("persons.parquet", "changes.parquet", "patterns.parquet", "weights.parquet", KEPT)
TABLES: Final = ("tables", "decisions.parquet", CHECK_FIGURES, CHECK_PAGE)
REPORTS: Final = (QUALITY_FIGURES, QUALITY_PAGE)
UNFINISHED: Final = (".part", ".old")
PREFECT: Final = ".prefect"


@dataclass(frozen=True)
class Item:
    """One thing that is deleted as a whole.

    Attributes:
        zone: whose folder it lies in.
        owner: name of the zone in the log; a body's own for its folder.
        kind: a setting of [retention].
        root: the zone's folder.
        parts: where it is below that.
    """

    zone: Zone
    owner: str
    kind: str
    root: Path
    parts: Parts


def roots(loaded: Loaded, places: Layout) -> Iterator[tuple[Zone, str, Path]]:
    """Every zone with its name in the log and its folder; bodies that are not in the project file are not ours."""
    for body in loaded.project.bodies:
        yield Zone.BODIES, body, places.body(body)
    yield Zone.EXCHANGE, str(Zone.EXCHANGE), places.exchange
    yield Zone.LINKAGE, str(Zone.LINKAGE), places.linkage
    yield Zone.ANALYSIS, str(Zone.ANALYSIS), places.analysis
    yield Zone.PUBLICATION, str(Zone.PUBLICATION), places.releases


def items(loaded: Loaded, places: Layout, entries: Sequence[Entry]) -> Iterator[Item]:
    """Everything of every kind, whether it is there or not."""
    for zone, owner, root in roots(loaded, places):
        for kind, parts in _of_zone(zone, owner, root, loaded, entries):
            yield Item(zone, owner, kind, root, parts)
        for parts in hidden_in(root, *UNFINISHED):
            yield Item(zone, owner, "unfinished", root, parts)
    yield Item(Zone.SCHEDULER, str(Zone.SCHEDULER), "scheduler", loaded.root, (PREFECT,))


def _of_zone(
    zone: Zone, owner: str, root: Path, loaded: Loaded, entries: Sequence[Entry]
) -> Iterator[tuple[str, Parts]]:
    match zone:
        case Zone.BODIES:
            yield from _of_body(owner, root, loaded)
        case Zone.EXCHANGE:
            for kind in ("tokens", "events", "spine"):
                yield from ((kind, (kind, name)) for name in names_in(root, (kind,)) if not name.startswith("."))
        case Zone.LINKAGE:
            yield from (("persons", (name,)) for name in LINKAGE_STORE)
            yield from _reports(root)
        case Zone.ANALYSIS:
            yield from (("tables", (name,)) for name in TABLES)
            yield "open_journeys", ("in_flight",)
            yield "journey_extract", (JOURNEY_EXTRACT,)
            yield from _reports(root)
        case Zone.PUBLICATION:
            yield from _of_publication(root, entries)
        case Zone.SCHEDULER:
            pass


def _reports(root: Path) -> Iterator[tuple[str, Parts]]:
    yield from (("quality", (QUALITY, name)) for name in names_in(root, (QUALITY,)))
    yield from (("quality", (name,)) for name in REPORTS)


def _of_body(body: str, root: Path, loaded: Loaded) -> Iterator[tuple[str, Parts]]:
    settings = loaded.project.bodies[body]
    extracts: set[str] = set()
    for pattern in (*settings.people, *settings.events):
        # That nothing lies there now is a matter for the encoding.
        with suppress(ExtractError):
            extracts.update(found(body, root, (pattern,), LIMITS))
    yield from (("extracts", PurePosixPath(file).parts) for file in sorted(extracts))
    yield from (("quarantine", (QUARANTINE, name)) for name in names_in(root, (QUARANTINE,)))
    yield from (("arrival", ("docs", name)) for name in names_in(root, ("docs",)))
    yield "map", (MAP,)


def _of_publication(root: Path, entries: Sequence[Entry]) -> Iterator[tuple[str, Parts]]:
    """Releases that nobody waits for; one that is approved is on its way out, and stays."""
    last: dict[str, Action] = {}
    for entry in entries:
        if entry.action in (Action.STAGED, Action.APPROVED, Action.REFUSED, Action.PUBLISHED):
            last[str(entry.facts.values["release"])] = entry.action
    standing = {state: [each for each in names_in(root, (state,)) if WHOLE_ID.fullmatch(each)] for state in State}
    for name in standing[State.STAGED]:
        if last.get(name) is not Action.APPROVED:
            yield "staged", (State.STAGED, name)
    yield from (("refused", (State.REFUSED, name)) for name in standing[State.REFUSED])
    needed = {*standing[State.STAGED], *standing[State.PUBLISHED]}
    yield from (("checks", (CHECKS, name)) for name in names_in(root, (CHECKS,)) if name not in needed)
