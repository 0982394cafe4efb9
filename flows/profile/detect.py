"""How a text file is written, found out from its bytes: encoding and delimiter."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from config.sources import WorkbookSettings

CANDIDATES: Final = ("utf-8", "cp1252", "iso-8859-1")
"""In this order: UTF-8 is hardly ever true by chance (RFC 3629 section 8), the last is never false."""
DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Form:
    """How an extract is written, as a body's settings would say it."""

    encoding: str = "utf-8"
    delimiter: str = ","
    header_line: int = 1
    footer_lines: int = 0
    workbook: WorkbookSettings = field(default_factory=WorkbookSettings)


def encoding_of(blocks: Iterator[bytes]) -> str:
    """The first encoding in which the whole text is valid; byte order marks are believed."""
    decoders = {name: codecs.getincrementaldecoder(name)("strict") for name in CANDIDATES}
    start = b""
    for block in blocks:
        start = (start + block)[:4] if len(start) < len(codecs.BOM_UTF8) else start
        for name, decoder in list(decoders.items()):
            if not _takes(decoder, block, final=False):
                del decoders[name]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if "utf-8" in decoders and not _takes(decoders["utf-8"], b"", final=True):
        del decoders["utf-8"]
    found = next(name for name in CANDIDATES if name in decoders)
    return "utf-8-sig" if found == "utf-8" and start.startswith(codecs.BOM_UTF8) else found


def delimiter_of(line: str) -> str:
    """The candidate that stands most often in a header outside quotes; a comma where none does."""
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=lambda each: (outside.count(each), each == ","))


def _takes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True
