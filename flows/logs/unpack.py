"""The bytes of a log's file, unpacked where it is gzipped, and no more of them than can be meant."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from config.errors import ExtractError
from flows.ingest.limits import LIMITS

BLOCK: Final = 2**20
WHO: Final = "event log"
"""Whose file an error names: a log belongs to no body yet."""


def blocks(path: Path) -> Iterator[bytes]:
    """The bytes of a file; gzipped if it begins like one.

    Raises:
        ExtractError: it cannot be read, is a broken gzip stream, or unfolds to more than the limits of extracts.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            unpacked = gzip.GzipFile(fileobj=raw) if packed else raw
            size = 0
            while block := unpacked.read(BLOCK):
                size += len(block)
                if size > LIMITS.file_bytes or size > max(LIMITS.ratio_from, LIMITS.ratio * raw.tell()):
                    raise ExtractError(WHO, path.name, f"unfolds to more than {LIMITS.ratio} times its size")
                yield block
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise ExtractError(WHO, path.name, "is broken or cut short: not a whole gzip stream") from None
    except FileNotFoundError:
        raise ExtractError(WHO, path.name, "there is no such file") from None
    except OSError as fault:
        raise ExtractError(WHO, path.name, f"cannot be read ({type(fault).__name__})") from None
