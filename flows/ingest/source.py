"""Where an extract's bytes come from: a file, a member of an archive, a sheet, or a table of a database."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator

from config.errors import ExtractError


class Source(ABC):
    """One open extract; the only way to its bytes.

    Attributes:
        body: whose it is.
        file: its path below the body's folder, with "#" and what is meant inside it; or a table's name.
        size: in bytes; of a table, how much came when it was read.
        entry: of `people` or `events` that names it.
        digest: SHA-256 in hex of all bytes handed out; empty until a reading is complete.
    """

    def __init__(self, body: str, file: str, size: int = 0) -> None:
        self.body = body
        self.file = file
        self.size = size
        self.entry = file
        self.digest = ""

    def refusal(self, rule: str, *, column: str = "", count: int | None = None) -> ExtractError:
        """The error that refuses this extract."""
        return ExtractError(self.body, self.file, rule, column=column, count=count)

    @property
    @abstractmethod
    def suffix(self) -> str:
        """How the content is written, as the suffix of a file; empty where it is not known."""

    @property
    def part(self) -> str:
        """What is meant inside the file, such as a sheet; empty where it is the whole."""
        return ""

    def blocks(self, size: int) -> Iterator[bytes]:
        """The bytes from the start, hashed on the way; may be called again after it has ended.

        Raises:
            ExtractError: the content changed since it was opened or since it was first read.
        """
        digest, position = hashlib.sha256(), 0
        for block in self._read(size):
            position += len(block)
            digest.update(block)
            yield block
        if not self._whole(position) or self.digest not in ("", digest.hexdigest()):
            raise self.refusal("changed while it was read")
        self.digest = digest.hexdigest()

    @abstractmethod
    def _read(self, size: int) -> Iterator[bytes]:
        """The bytes from the start, in blocks of at most `size`."""

    @abstractmethod
    def _whole(self, length: int) -> bool:
        """Whether so many bytes are all there are, and nothing changed meanwhile."""

    @abstractmethod
    def start(self, length: int) -> bytes:
        """The first bytes, for telling a file's kind."""
