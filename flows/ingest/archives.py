"""What lies in a ZIP archive: its directory is checked whole before a single member is unpacked.

An archive says everything twice, in its directory and before each member, and readers differ in what they believe.
So the two must agree, the members must lie one behind the other, and nothing may stand before, between or behind.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from flows.ingest.files import FileSource
from flows.ingest.limits import Limits
from flows.ingest.source import Source

LOCAL: Final = struct.Struct("<4s5H3I2H")
"""Head of a member (APPNOTE.TXT 6.3.10, section 4.3.7)."""
END: Final = struct.Struct("<4s4H2IH")
"""End of the directory (the same, section 4.3.16)."""
LONGEST_ENTRY: Final = 1_024
"""Bytes of a directory's entry; with the most members it bounds the directory."""
DESCRIPTOR: Final = (0, 12, 16)
"""Bytes that may follow a member whose sizes were not known when it was begun."""
ENCRYPTED, AFTERWARDS, STRONG, MASKED = 0x1, 0x8, 0x40, 0x2000
NESTED: Final = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".zst", ".jar", ".cab")


@dataclass(frozen=True)
class Member:
    """A file in an archive.

    Attributes:
        info: as the directory has it.
        name: its path in the archive.
        size: bytes once unpacked, as the directory says; more or fewer are refused when it is read.
    """

    info: zipfile.ZipInfo
    name: str
    size: int


class Archive:
    """An archive whose structure holds.

    Attributes:
        source: the file.
        members: its files in order of name, folders left out.
    """

    def __init__(self, source: FileSource, limits: Limits) -> None:
        """Check everything but the members' content.

        Raises:
            ExtractError: no archive, or one of the kinds that hide, fold or overlap something.
        """
        self.source = source
        handle = io.BufferedReader(_Handle(source))
        directory = _check_end(source, limits)
        try:
            self._zip = zipfile.ZipFile(handle)
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error, UnicodeError):
            infos = None
        if infos is None:
            raise source.refusal("is not a ZIP archive that can be read")
        _check_members(source, infos, limits)
        _check_places(source, infos, directory)
        files = sorted((each for each in infos if not each.is_dir()), key=lambda each: each.filename)
        self.members = tuple(Member(each, each.filename, each.file_size) for each in files)

    def unpacked(self, member: Member, size: int) -> Iterator[bytes]:
        """A member's content in blocks, never more of it at once.

        Raises:
            ExtractError: it is broken, or its length or check sum is not the one that the directory says.
        """
        length, broken = 0, False
        try:
            with self._zip.open(member.info) as stream:
                while block := stream.read(size):
                    length += len(block)
                    yield block
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
            broken = True
        if broken or length != member.size:
            raise self.source.refusal("holds a member that is broken or not as long as the directory says")


class MemberSource(Source):
    """An extract that is a member of an archive; its digest is of what it unpacks to."""

    def __init__(self, archive: Archive, member: Member) -> None:
        super().__init__(archive.source.body, f"{archive.source.path}#{member.name}", member.size)
        self._archive = archive
        self._member = member

    @property
    def suffix(self) -> str:
        """Members are CSV files."""
        return ".csv" if self._member.name.lower().endswith(".csv") else ""

    @property
    def part(self) -> str:
        """The member's path in the archive."""
        return self._member.name

    def _read(self, size: int) -> Iterator[bytes]:
        return self._archive.unpacked(self._member, size)

    def _whole(self, length: int) -> bool:
        return length == self.size and self._archive.source.unchanged()

    def start(self, length: int) -> bytes:
        """The first bytes, for telling a file's kind."""
        return next(self._archive.unpacked(self._member, length), b"")


def members(source: FileSource, pattern: str, limits: Limits) -> tuple[MemberSource, ...]:
    """The CSV files in an archive that match a pattern; all files where there is none.

    Raises:
        ExtractError: the archive breaks a rule, nothing matches, or what matches is no CSV file.
    """
    archive = Archive(source, limits)
    chosen = [each for each in archive.members if not pattern or fnmatchcase(each.name, pattern)]
    if not chosen:
        raise source.refusal("holds no file of the name that the project file asks for")
    found = tuple(MemberSource(archive, each) for each in chosen)
    if not all(each.suffix for each in found):
        raise source.refusal("holds other files than CSV; say which are meant behind a '#'")
    if not all(each.size for each in found):
        raise source.refusal("holds an empty file")
    return found


class _Handle(io.RawIOBase):
    """An open source as the file object that `zipfile` asks for."""

    def __init__(self, source: FileSource) -> None:
        self._source = source
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._source.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]  # a raw file is asked for memory views
        data = self._source.at(self._position, len(into))
        into[: len(data)] = data
        self._position += len(data)
        return len(data)


def _check_end(source: FileSource, limits: Limits) -> int:
    """The end of the directory must be the end of the file; gives where the directory starts."""
    last = source.end(END.size)
    if source.start(4) != b"PK\x03\x04" or len(last) < END.size:
        raise source.refusal("is not a ZIP archive that can be read")
    mark, disk, first_disk, here, count, size, start, comment = END.unpack(last)
    if mark != b"PK\x05\x06" or comment:
        raise source.refusal("has data or a remark behind its end, or is cut short")
    if 0xFFFF in (here, count) or 0xFFFFFFFF in (size, start):
        raise source.refusal("uses ZIP64; pack less than 4 GiB at a time, or with gzip")
    if disk or first_disk or here != count:
        raise source.refusal("is one part of several")
    if count > limits.members or size > limits.members * LONGEST_ENTRY:
        raise source.refusal(f"holds more than {limits.members:,} files")
    if start + size + END.size != source.size:
        raise source.refusal("has something hidden between its parts")
    return int(start)


def _check_members(source: FileSource, infos: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    """Names that stay inside, plain files, packed in a way that can be counted on."""
    names: set[str] = set()
    for each in infos:
        name = each.filename
        parts = name.rstrip("/").split("/")
        if name != each.orig_filename or not name.isprintable() or "\\" in name or ":" in name:
            raise source.refusal("holds a name that cannot be shown")
        if name.startswith("/") or any(part in ("", ".", "..") for part in parts):
            raise source.refusal("holds a name that leads out of it")
        if name.casefold() in names:
            raise source.refusal("holds two files of one name")
        names.add(name.casefold())
        kind = stat.S_IFMT(each.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or (kind == stat.S_IFDIR) != (kind != 0 and each.is_dir()):
            raise source.refusal("holds a link or something else that is no plain file")
        if each.flag_bits & (ENCRYPTED | STRONG | MASKED):
            raise source.refusal("holds encrypted files")
        if each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise source.refusal("is packed by a method other than deflate")
        if name.lower().endswith(NESTED):
            raise source.refusal("holds another archive")
        if each.file_size > max(limits.ratio_from, each.compress_size * limits.ratio):
            raise source.refusal(
                f"unfolds to more than {limits.ratio} times its size or {limits.file_bytes:,} bytes"
            )
    if sum(each.file_size for each in infos) > limits.file_bytes:
        raise source.refusal(f"unfolds to more than {limits.ratio} times its size or {limits.file_bytes:,} bytes")


def _check_places(source: FileSource, infos: Sequence[zipfile.ZipInfo], directory: int) -> None:
    """Members lie one behind the other from the first byte to the directory, each with its proper head.

    Overlapping members are how a small archive unfolds without end (Fifield 2019, A better zip bomb).
    """
    expected = 0
    spare: tuple[int, ...] = (0,)
    for each in sorted(infos, key=lambda each: each.header_offset):
        if each.header_offset - expected not in spare:
            raise source.refusal("has something hidden between its parts")
        head = source.at(each.header_offset, LOCAL.size)
        if len(head) < LOCAL.size:
            raise source.refusal("is not a ZIP archive that can be read")
        mark, _, flags, method, _, _, _, packed, size, name, extra = LOCAL.unpack(head)
        sizes = (packed, size) == (each.compress_size, each.file_size)
        later = bool(flags & AFTERWARDS) and (packed, size) == (0, 0)
        told = source.at(each.header_offset + LOCAL.size, name)
        if mark != b"PK\x03\x04" or method != each.compress_type or not (sizes or later):
            raise source.refusal("says one thing in its directory and another before a file")
        if (
            flags != each.flag_bits
            or told.decode("utf-8" if flags & 0x800 else "cp437", "replace") != each.filename
        ):
            raise source.refusal("says one thing in its directory and another before a file")
        expected = each.header_offset + LOCAL.size + name + extra + each.compress_size
        spare = DESCRIPTOR if flags & AFTERWARDS else (0,)
    if directory - expected not in spare:
        raise source.refusal("has something hidden between its parts")
