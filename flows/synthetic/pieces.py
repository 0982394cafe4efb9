"""The bodies' files, written piece by piece of the population."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import polars as pl
from numpy.random import Generator

from config.bodies import Body
from flows.synthetic.addresses import addresses
from flows.synthetic.events import events
from flows.synthetic.extracts import (
    KEPT,
    CsvFile,
    ParquetFiles,
    events_in_their_words,
    people_in_their_words,
)
from flows.synthetic.membership import BODIES, REFERENCE_SPACE, memberships
from flows.synthetic.population import population
from flows.synthetic.recording import recorded

PIECE: Final = 50_000
"""People made at a time; memory grows with this and not with their number."""

PARQUET: Final = ("benefits",)
SPLIT: Final = {
    "housing": ("people", "events_council", "events_contractor"),
    "adult_social_care": ("people_open", "people_closed", "events"),
}
"""Bodies with other files than one of people and one of events."""

Files = dict[str, CsvFile | ParquetFiles]


@dataclass
class Used:
    """How much earlier pieces have used up."""

    people: int = 0
    homes: int = 0
    units: int = 0
    journeys: int = 0
    events: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BODIES, 0))


def write_bodies(root: Path, bodies: dict[str, Body], people: int, seed: int) -> None:
    """Every body's extracts below `root/bodies`, and who is who in `root/truth`."""
    (root / "truth").mkdir()
    with ExitStack() as stack:
        truth = stack.enter_context((root / "truth" / "people.csv").open("wb"))
        truth.write(b"body,client_ref,person\n")
        files = {name: _files(stack, root / "bodies" / name / "extracts", name, bodies[name]) for name in BODIES}
        used = Used()
        while used.people < people:
            rng = np.random.default_rng([seed, used.people])
            _write_piece(rng, bodies, files, truth, used, min(PIECE, people - used.people))


def _files(stack: ExitStack, folder: Path, name: str, body: Body) -> Files:
    kinds = SPLIT.get(name, ("people", "events"))
    if name in PARQUET:
        return {kind: ParquetFiles(folder / f"{kind}*.parquet") for kind in kinds}
    return {kind: stack.enter_context(CsvFile(folder / f"{kind}.csv", body)) for kind in kinds}


def _write_piece(
    rng: Generator, bodies: dict[str, Body], files: dict[str, Files], truth: BinaryIO, used: Used, size: int
) -> None:
    """So many people more, in every body's files and in the truth."""
    people = population(rng, size, used.people)
    homes = addresses(rng, people["home"].n_unique(), used.units, used.homes)
    clients = memberships(rng, people)
    happened = events(rng, people, clients, used.journeys)
    for name in BODIES:
        extract, who = recorded(rng, name, people, homes, clients[name])
        who.select(pl.lit(name).alias("body"), "client_ref", "person").sort("client_ref").write_csv(
            truth, include_header=False
        )
        _write_people(files[name], people_in_their_words(rng, bodies[name], extract), extract["client_ref"])
        noted = _numbered(name, happened.filter(pl.col("body") == name), who, size, used)
        theirs = events_in_their_words(rng, bodies[name], KEPT[name], noted)
        _write_events(files[name], theirs, noted["contractor"])
    used.people += size
    used.homes += homes.height
    used.units = int(homes["unit"][-1]) + 1
    used.journeys += happened["journey"].n_unique()


def _numbered(name: str, noted: pl.DataFrame, who: pl.DataFrame, size: int, used: Used) -> pl.DataFrame:
    """Events with client, case and event references.

    Where a person is registered twice, every other journey runs under the second reference.
    """
    latest, earliest = np.full(size, None, dtype=object), np.full(size, None, dtype=object)
    index, references = who["index"].to_numpy(), np.array(who["client_ref"].to_list(), dtype=object)
    latest[index] = references
    earliest[index[::-1]] = references[::-1]
    journey, person = noted["journey"].to_numpy(), noted["index"].to_numpy()
    client = np.where(journey % 2 == 0, earliest[person], latest[person])
    mark = name[0].upper()
    case = (journey * (27_182_817 + BODIES.index(name))) % REFERENCE_SPACE
    first = used.events[name] + 1
    used.events[name] += noted.height
    return noted.with_columns(
        client_ref=pl.Series(client.tolist(), dtype=pl.String),
        case_ref=pl.lit(f"{mark}C") + pl.Series(case).cast(pl.String).str.zfill(8),
        event_id=pl.lit(f"{mark}E") + pl.int_range(first, first + noted.height).cast(pl.String).str.zfill(9),
    )


def _write_people(files: Files, theirs: pl.DataFrame, references: pl.Series) -> None:
    if "people" in files:
        files["people"].append(theirs)
        return
    closed = references.str.tail(1).is_in(["7", "8", "9"])
    files["people_open"].append(theirs.filter(~closed))
    files["people_closed"].append(theirs.filter(closed))


def _write_events(files: Files, theirs: pl.DataFrame, contractor: pl.Series) -> None:
    if "events" in files:
        files["events"].append(theirs)
        return
    files["events_council"].append(theirs.filter(~contractor))
    files["events_contractor"].append(theirs.filter(contractor))
