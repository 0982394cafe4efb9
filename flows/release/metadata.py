"""CSV on the Web: what each column of each CSV file is, for programs that read tables.

Source: W3C (2015), Metadata Vocabulary for Tabular Data, and Model for Tabular Data and Metadata on the Web, 5.3:
a file of this name beside the tables is where programs look.
"""

from collections.abc import Mapping
from typing import Any, Final  # JSON

import polars as pl
import rfc8785

from config.derived import CONTRACTS, Derived
from config.terms import Status
from flows.release.columns import column_of
from flows.release.manifest import Facts

METADATA: Final = "csv-metadata.json"
CODES: Final = "|".join(str(status) for status in Status if status)


def metadata_bytes(said: Facts, frames: Mapping[str, pl.DataFrame], heads: Mapping[str, str]) -> bytes:
    """One canonical JSON file for all tables of a release.

    It states no licence: a release says nothing of who may use it for what.

    Args:
        said: the release's facts.
        frames: every table and derived table, by name, as its CSV file holds it.
        heads: dimension to its head.
    """
    titles = {**{table.name: table.title for table in said.tables}, **{str(d.name): d.title for d in said.derived}}
    keys = {table.name: [each.name for each in table.dimensions] for table in said.tables}
    keys |= {str(name): list(CONTRACTS[name].key) for name in Derived if str(name) in frames}
    synthetic = " Synthetic data: every person behind these tables is invented." if said.synthetic else ""
    group: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": said.title,
        "dc:description": f"Period {said.period}. Small groups are withheld, never zero.{synthetic}",
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True, "doubleQuote": True},
        "tables": [
            {
                "url": f"{name}.csv",
                "dc:title": titles[name],
                "tableSchema": _schema(name, frame, keys[name], heads),
            }
            for name, frame in frames.items()
        ],
    }
    return rfc8785.dumps(group)


def _schema(table: str, frame: pl.DataFrame, key: list[str], heads: Mapping[str, str]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [_column(name, table, frame.schema[name], key, heads) for name in frame.columns]
    }
    if key:
        schema["primaryKey"] = key
    return schema


def _column(name: str, table: str, dtype: pl.DataType, key: list[str], heads: Mapping[str, str]) -> dict[str, Any]:
    told = column_of(name, table, heads)
    found: dict[str, Any] = {
        "name": name,
        "titles": [name],
        "dc:title": told.title,
        "datatype": _datatype(name, dtype),
        "null": "",
    }
    if told.about:
        found["dc:description"] = told.about
    if told.unit:
        found["schema:unitText"] = told.unit
    # The cell of a change that is of a whole table has no categories.
    if name in key and name != "cell":
        found["required"] = True
    return found


def _datatype(name: str, dtype: pl.DataType) -> str | dict[str, Any]:
    if name == "status":
        return {"base": "string", "format": CODES}
    if name == "coverage":
        return {"base": "number", "minimum": 0, "maximum": 1}
    if name in ("people", "count"):
        return {"base": "integer", "minimum": 0}
    if dtype.is_integer():
        return "integer"
    if dtype.is_float():
        return "number"
    return "boolean" if dtype == pl.Boolean else "string"
