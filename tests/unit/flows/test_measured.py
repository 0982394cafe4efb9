"""Measured tables between the analysis and the publication zone: whole and as they were written, or refused."""

from pathlib import Path

import polars as pl
import pytest

from config.errors import BundleError
from config.tables import PartOf, Table
from flows.measured import INDEX, read_tables, write_tables
from tests.support.contents import project
from tests.support.disclosure import counted, dimension


def written(folder: Path) -> Table:
    things = pl.DataFrame({"person": range(40), "area": ["north", "south"] * 20})
    drawn = counted(things, (dimension("area"),))
    table = Table(
        drawn.name,
        drawn.title,
        drawn.kind,
        drawn.dimensions,
        drawn.cells,
        parts_of={"journeys": PartOf("contacts", "reason", ("chase",))},
        within={"journeys": "contacts"},
        alone={"users": "journey_type"},
        apart=(("journeys", "journeys open", "journeys over"),),
    )
    facts = {"spine": "0" * 64, "inputs": {}, "linkage": {"persons": 40.0}, "profile": "strict"}
    write_tables(folder, [table], project(), **facts)
    return table


def test_tables_come_back_with_all_that_relates_their_numbers(tmp_path: Path) -> None:
    table = written(tmp_path / "tables")
    _, _, (found,) = read_tables(tmp_path / "tables", project())
    assert found.cells.equals(table.cells)
    assert (found.parts_of, found.within, found.alone, found.apart) == (
        table.parts_of,
        table.within,
        table.alone,
        table.apart,
    )


def test_an_index_with_any_byte_changed_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "tables")
    path = tmp_path / "tables" / INDEX
    data = path.read_bytes()
    for place in range(0, len(data), 7):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(BundleError):
            read_tables(tmp_path / "tables", project())
