"""What ingest hands on: frames, and for each file what came in and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl


@dataclass(frozen=True)
class Receipt:
    """What became of one extract file. Holds names, digests and counts, never a value.

    Attributes:
        kind: people or events.
        file: path below the body's folder.
        digest: SHA-256 of the file's bytes, in hex.
        bytes: size of the file.
        rows_in: rows of the file, the header not counted.
        rows_out: rows handed on.
        rows_quarantined: rows set aside; a row that breaks two rules is one row.
        duplicates: event rows that say exactly what another row says, and are left out.
        quarantined: rule → rows that broke it, without the rules that none broke.
        flags: oddity → rows that show it and were kept.
        checked: every rule that was checked.
        erased: rows of clients whom the body has erased; left out, and kept nowhere.
    """

    kind: Literal["people", "events"]
    file: str
    digest: str
    bytes: int
    rows_in: int
    rows_out: int
    rows_quarantined: int
    duplicates: int
    quarantined: Mapping[str, int]
    flags: Mapping[str, int]
    checked: tuple[str, ...]
    erased: int = 0

    @property
    def unaccounted(self) -> int:
        """Rows that vanished or appeared; always zero."""
        return self.rows_in - self.rows_out - self.rows_quarantined - self.duplicates - self.erased


@dataclass(frozen=True)
class Ingested:
    """A body's extracts as the pipeline goes on with them; identifiers stay in the body.

    Attributes:
        people: keeps `config.frames.PEOPLE`, sorted by all columns.
        events: keeps `config.frames.CLIENT_EVENTS`, sorted by `event_id`.
        supplied: event columns that at least one file or a constant supplies, in the contract's order.
        receipts: one for each file, people first, then by name.
    """

    people: pl.DataFrame
    events: pl.DataFrame
    supplied: tuple[str, ...]
    receipts: tuple[Receipt, ...]
