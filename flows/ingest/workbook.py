"""A workbook's container and its sheet, checked before the library that reads it sees them.

The library lays a sheet out as a full rectangle. Two cells far apart would ask for all memory, so cells are
counted first; what it does not tell (macros, merged cells, formulas without a result) is looked for in the sheet.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from flows.ingest.archives import Archive, Member
from flows.ingest.files import FileSource
from flows.ingest.limits import Limits

if TYPE_CHECKING:
    from fastexcel import ExcelReader

OLD: Final = b"\xd0\xcf\x11\xe0"
TYPES, BOOK, RELATIONS = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
PLAIN_TYPE: Final = b"spreadsheetml.sheet.main+xml"
MOST_DESCRIPTION: Final = 2**20
"""Bytes of the parts that describe the workbook."""
LETTERS: Final = 26
OVERLAP: Final = 4_096
"""Bytes kept from one block to the next, so that nothing is missed at the seam."""
CELL_START: Final = re.compile(rb"<(?:\w+:)?c[\s>/]")
CELL: Final = re.compile(
    rb'<(?:\w+:)?c(?:\s+(?!r=)[\w:]+="[^"<>]*")*'
    rb'\s+r="([A-Z]{1,3})([0-9]{1,7})"(?:\s+(?!r=)[\w:]+="[^"<>]*")*\s*/?>'
)
"""A cell that says where it stands, in the one way that every reader understands alike."""
NO_RESULT: Final = re.compile(rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]*)?/>)\s*</(?:\w+:)?c>")
MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\s")
SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")


def opened_sheet(source: FileSource, limits: Limits) -> tuple["ExcelReader", str]:
    """The library's reader of a workbook, and the name of the sheet that is meant.

    Raises:
        ExtractError: the workbook, or the sheet, is of a kind that is not read.
    """
    import fastexcel

    if source.start(4) == OLD:
        raise source.refusal("is protected by a password, or is an old workbook called .xlsx")
    archive = Archive(source, limits)
    if sum(each.size for each in archive.members) > limits.unpacked_workbook_bytes:
        raise source.refusal(f"unfolds to more than {limits.unpacked_workbook_bytes:,} bytes")
    parts = {each.name: each for each in archive.members}
    if not {TYPES, BOOK, RELATIONS} <= parts.keys():
        raise source.refusal("is not a workbook that can be read")
    types = _described(archive, parts[TYPES], limits)
    if PLAIN_TYPE not in types or b"macroEnabled" in types or any("vbaproject" in each.lower() for each in parts):
        raise source.refusal("is not a plain workbook, or holds macros")
    names = _sheet_parts(archive, parts, limits)
    data = b"".join(source.blocks(limits.block_bytes))
    try:
        reader = fastexcel.read_excel(data)
        known = reader.sheet_names
    except fastexcel.FastExcelError:
        known = []
    if len(known) != len(names) or not known:
        raise source.refusal("is not a workbook that can be read")
    if not source.part and len(known) > 1:
        raise source.refusal(f"has {len(known)} sheets; say which one is meant behind a '#'")
    name = source.part or known[0]
    if name not in known:
        raise source.refusal("has no sheet of the name that the project file asks for")
    part = parts.get(names[known.index(name)])
    if part is None:
        raise source.refusal("is not a workbook that can be read")
    # Which part a name leads to, the library may see otherwise: every part that is a sheet is held to the caps.
    for each in archive.members:
        _check_sheet(archive, each, limits, meant=each is part)
    return reader, name


def _described(archive: Archive, member: Member, limits: Limits) -> bytes:
    if member.size > MOST_DESCRIPTION:
        raise archive.source.refusal("is not a workbook that can be read")
    return b"".join(archive.unpacked(member, limits.block_bytes))


def _sheet_parts(archive: Archive, parts: dict[str, Member], limits: Limits) -> list[str]:
    """The part of each sheet, in the workbook's order."""
    book, relations = (_described(archive, parts[each], limits) for each in (BOOK, RELATIONS))
    targets = {}
    for each in RELATION.findall(relations):
        name, target = _attribute(each, b"Id"), _attribute(each, b"Target")
        targets[name] = target[1:] if target.startswith("/") else f"xl/{target}"
    return [targets.get(_attribute(each, rb"(?:\w+:)?id"), "") for each in SHEET.findall(book)]


def _attribute(element: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", element)
    return (found[1] or found[2] or b"").decode("utf-8", "replace") if found else ""


def _check_sheet(archive: Archive, part: Member, limits: Limits, *, meant: bool) -> None:
    source, is_sheet, xml = archive.source, meant, part.name.endswith(".xml")
    width = height = 0
    for text in _whole_tags(source, archive.unpacked(part, limits.block_bytes)):
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text or (b"\0" in text and xml):
            raise source.refusal("is not a workbook that can be read")
        is_sheet = is_sheet or b"sheetData" in text
        if not is_sheet:
            continue
        if meant and MERGED.search(text):
            raise source.refusal("has merged cells, of which only the first holds anything; undo them")
        if meant and NO_RESULT.search(text):
            raise source.refusal("has a formula without a result; save the sheet as values")
        cells = CELL.findall(text)
        if len(cells) != len(CELL_START.findall(text)):
            raise source.refusal("has a cell that does not say where it stands")
        width = max([width, *map(_number, {letters for letters, _ in cells})])
        height = max([height, *map(int, {digits for _, digits in cells})])
    if width > limits.columns:
        raise source.refusal(f"has more than {limits.columns} columns")
    if height > limits.rows + 1:
        raise source.refusal(f"has more than {limits.rows:,} rows")
    if width * height > limits.cells:
        raise source.refusal(f"has more than {limits.cells:,} cells between its first and its last")


def _whole_tags(source: FileSource, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Text cut behind ends of tags, each with the end of the one before it."""
    rest = b""
    for block in blocks:
        text = rest + block
        end = text.rfind(b">") + 1
        if len(text) - end > MOST_DESCRIPTION:
            raise source.refusal("is not a workbook that can be read")
        yield text[:end]
        rest = text[max(0, end - OVERLAP) :]


def _number(letters: bytes) -> int:
    """A column's number from its letters: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * LETTERS + letter - ord("A") + 1
    return number
