"""How large an extract may be. Every cap of hostile input stands here."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Limits:
    """Caps on one body's extracts.

    Attributes:
        files: files of one kind.
        file_bytes: of a file as it lies on disk, and of what a compressed CSV unfolds to.
        parquet_bytes: of a Parquet file, which is held in memory whole: its parser seeks, and the bytes
            that were hashed must be the bytes that are parsed.
        workbook_bytes: of a workbook as it lies on disk; it is held in memory whole.
        unpacked_workbook_bytes: of everything inside a workbook.
        cells: of a sheet, empty ones between the others included.
        members: of an archive.
        ratio: decompressed over compressed bytes; real extracts stay below 50, deflate reaches 1,032.
        ratio_from: decompressed bytes below which the ratio does not count.
        columns: of a file.
        rows: of a file, the header not counted.
        row_bytes: of one row.
        field_bytes: of one field; beyond it the file is refused.
        characters: of one field; beyond it the row is quarantined.
        block_bytes: read at a time; no cap but the working size.
        batch_rows: of a Parquet file, read at a time; together with `field_bytes` it bounds memory.
    """

    files: int = 400
    file_bytes: int = 32 * 2**30
    parquet_bytes: int = 4 * 2**30
    workbook_bytes: int = 256 * 2**20
    unpacked_workbook_bytes: int = 2 * 2**30
    cells: int = 20_000_000
    members: int = 1_000
    ratio: int = 200
    ratio_from: int = 16 * 2**20
    columns: int = 500
    rows: int = 100_000_000
    row_bytes: int = 2**20
    field_bytes: int = 2**15
    characters: int = 500
    block_bytes: int = 16 * 2**20
    batch_rows: int = 2**15


LIMITS: Final = Limits()
