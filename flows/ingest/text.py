"""A file's bytes as checked UTF-8: unfolded within bounds, strictly decoded, without byte order mark."""

import codecs
import re
import zlib
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from flows.ingest.limits import Limits
from flows.ingest.source import Source

BOM: Final = "\ufeff"
GZIP: Final = b"\x1f\x8b"
PARQUET: Final = b"PAR1"
LINE_END: Final = re.compile(rb"\r\n|\n|\r(?=[^\n])")
MOST_BEFORE: Final = 2**20
"""Bytes that may stand before the header."""
NOT_TEXT: Final = {
    b"PK\x03\x04": "a ZIP archive or a workbook",
    b"\xd0\xcf\x11\xe0": "an old workbook",
    b"%PDF": "a PDF",
    PARQUET: "Parquet",
    GZIP: "gzip",
}


def utf8(source: Source, encoding: str, limits: Limits) -> Iterator[bytes]:
    """The text of a CSV file, in blocks of valid UTF-8 that may end anywhere.

    Args:
        source: a file with suffix .csv or .csv.gz.
        encoding: as the body declares it.
        limits: caps on size and ratio.

    Raises:
        ExtractError: content and suffix differ, the archive is broken or a bomb, the bytes are not in the
            declared encoding, or a NUL or a byte order mark stands where none may.
    """
    return decoded(source, unfolded(source, limits), encoding)


def unfolded(source: Source, limits: Limits) -> Iterator[bytes]:
    """The bytes of a CSV file, out of gzip where they are packed.

    Raises:
        ExtractError: content and suffix differ, or the archive is broken or a bomb.
    """
    start = source.start(4)
    blocks = source.blocks(limits.block_bytes)
    if source.suffix == ".csv.gz":
        if not start.startswith(GZIP):
            raise source.refusal("is called .gz but is not gzip")
        return _unfolded(source, blocks, limits)
    for mark, kind in NOT_TEXT.items():
        if start.startswith(mark):
            raise source.refusal(f"is called .csv but is {kind}")
    return blocks


def behind(source: Source, stream: Iterator[bytes], lines: int) -> Iterator[bytes]:
    """The text behind so many lines of anything; a line ends in LF, CRLF or CR.

    Raises:
        ExtractError: the file ends within them, or they are too long to be a title.
    """
    if not lines:
        return stream
    held = b""
    for block in stream:
        held += block
        ends = list(islice(LINE_END.finditer(held), lines))
        if len(ends) == lines:
            return chain((held[ends[-1].end() :],), stream)
        if len(held) > MOST_BEFORE:
            raise source.refusal(f"has more than {MOST_BEFORE:,} bytes before its header")
    raise source.refusal("ends before the line that should hold its header")


def _unfolded(source: Source, blocks: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """Gzip's content, member after member, never more than a block of it at once."""
    machine = zlib.decompressobj(wbits=31)
    taken = given = 0
    for block in blocks:
        taken += len(block)
        pending = block
        while pending:
            if machine.eof:
                machine = zlib.decompressobj(wbits=31)
            piece = _inflated(source, machine, pending, limits.block_bytes)
            pending = machine.unused_data if machine.eof else machine.unconsumed_tail
            given += len(piece)
            if given > limits.file_bytes or (given > limits.ratio_from and given > taken * limits.ratio):
                raise source.refusal(
                    f"unfolds to more than {limits.ratio} times its size or {limits.file_bytes:,} bytes"
                )
            yield piece
    while piece := _inflated(source, machine, b"", limits.block_bytes):
        yield piece
    if not machine.eof:
        raise source.refusal("is cut short: the gzip stream does not end")


def _inflated(source: Source, machine: "zlib._Decompress", data: bytes, most: int) -> bytes:
    try:
        return machine.decompress(data, most)
    except zlib.error:
        broken = source.refusal("is broken: not a valid gzip stream")
    raise broken


def decoded(source: Source, blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The same text in UTF-8; at most one byte order mark, at the very start and only where declared."""
    decoder = codecs.getincrementaldecoder("utf-8" if encoding == "utf-8-sig" else encoding)("strict")
    before = 0
    for block in _with_whole_mark(blocks):
        if before == 0:
            _check_start(source, block, encoding)
        text = _text(source, decoder, block, encoding, before, final=False)
        if before == 0 and encoding == "utf-8-sig":
            text = text.removeprefix(BOM)
        before += len(block)
        yield _checked(source, text)
    rest = _text(source, decoder, b"", encoding, before, final=True)
    yield _checked(source, rest)


def _with_whole_mark(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks, the first one long enough to show a byte order mark and its character behind it."""
    start = b""
    for block in blocks:
        start += block
        if len(start) >= len(codecs.BOM_UTF8) + 1:
            break
    if start:
        yield start
    yield from (block for block in blocks if block)


def _text(
    source: Source, decoder: codecs.IncrementalDecoder, block: bytes, encoding: str, before: int, *, final: bool
) -> str:
    try:
        return decoder.decode(block, final)
    except UnicodeDecodeError as fault:
        near = before + fault.start
    raise source.refusal(f"is not valid {encoding} near byte {near:,}")


def _check_start(source: Source, block: bytes, encoding: str) -> None:
    marked16 = block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if encoding == "utf-16" and not marked16:
        raise source.refusal("is declared utf-16 but has no byte order mark")
    if encoding not in ("utf-8-sig", "utf-16") and (block.startswith(codecs.BOM_UTF8) or marked16):
        raise source.refusal(f"starts with a byte order mark, which {encoding} as declared does not allow")


def _checked(source: Source, text: str) -> bytes:
    if BOM in text:
        raise source.refusal("holds a byte order mark behind its start")
    if "\0" in text:
        raise source.refusal("holds a NUL character")
    return text.encode("utf-8")
