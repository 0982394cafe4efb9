"""How Parquet files lie on disk: plain, or encrypted under the key of their period, which can be destroyed."""

import hashlib
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl
from typing_extensions import Buffer

from config.errors import BundleError
from flows.stores import digest_of, replacing

ENCRYPTED: Final = b"PARE"
"""First bytes of a Parquet file whose footer is encrypted; a plain one begins with PAR1."""


@dataclass(frozen=True)
class AtRest:
    """How the files of one zone and period lie on disk.

    Parquet's own modular encryption, AES-256-GCM. What is authenticated beside each file is where it belongs and
    the digest of what it holds, so that no file is taken for another, nor for an earlier one of the same place.

    Attributes:
        key: of the period; None leaves files plain.
        label: project and period.
    """

    key: bytes | None = field(default=None, repr=False)
    label: str = ""

    def write(self, path: Path, frame: pl.DataFrame, place: str, *, bound: bool = True) -> str:
        """Write a Parquet file; gives the SHA-256, in hex, of the file as it would be without encryption.

        Args:
            path: of the file; what stands there is overwritten.
            frame: the rows.
            place: where the file belongs, such as `tokens/housing`.
            bound: whether whoever reads it knows the digest.
        """
        if self.key is None:
            frame.write_parquet(path, compression="zstd", statistics=False)
            return digest_of(path)
        sink = _Digest()
        frame.write_parquet(sink, compression="zstd", statistics=False)  # type: ignore[arg-type] # it is written to
        digest = sink.digest.hexdigest()
        frame.write_parquet(
            path,
            compression="zstd",
            statistics=False,
            encryption=pl.ParquetEncryptionProperties(
                footer_key=self.key, aad_prefix=self._beside(place, digest if bound else "")
            ),
        )
        return digest

    def replace(self, path: Path, frame: pl.DataFrame, place: str) -> None:
        """Write a Parquet file whole or not at all; whoever reads it need not know its digest."""
        with replacing(path) as part:
            self.write(part, frame, place, bound=False)

    def scan(self, path: Path, place: str, digest: str = "") -> pl.LazyFrame:
        """The rows, read when they are needed.

        Args:
            path: of the file.
            place: where it belongs.
            digest: what `write` gave, where the file is bound to it.

        Raises:
            BundleError: it is not sound, not encrypted though it should be, under another key, of another place,
                or not the one of this digest.
        """
        name = place
        encrypted = is_encrypted(path)
        if encrypted and self.key is None:
            raise BundleError(name, "is encrypted at rest, and the project file does not say at_rest = true")
        if self.key is not None and not encrypted:
            raise BundleError(name, "is not encrypted at rest as the project file asks; make it again")
        try:
            frame = pl.scan_parquet(path, glob=False, decryption=self._opening(place, digest))
            frame.collect_schema()
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
            problem = (
                "cannot be decrypted: its period's key is another by now or was destroyed, or it was altered"
                if encrypted
                else "holds a file that is not sound Parquet"
            )
            raise BundleError(name, problem) from None
        return frame

    def read(self, path: Path, place: str, digest: str = "") -> pl.DataFrame:
        """The rows, all at once; see `scan`."""
        frame = self.scan(path, place, digest)
        try:
            return frame.collect()
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
            raise BundleError(place, "holds a file that is not sound Parquet") from None

    def _opening(self, place: str, digest: str) -> pl.ParquetDecryptionProperties | None:
        if self.key is None:
            return None
        return pl.ParquetDecryptionProperties(footer_key=self.key, aad_prefix=self._beside(place, digest))

    def _beside(self, place: str, digest: str) -> bytes:
        return f"{self.label}|{place}|{digest}".encode()


PLAIN: Final = AtRest()


def is_encrypted(path: Path) -> bool:
    """Whether a file is encrypted Parquet.

    Raises:
        BundleError: it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(len(ENCRYPTED)) == ENCRYPTED
    except OSError:
        raise BundleError(path.stem, "holds a file that cannot be read") from None


class _Digest(io.RawIOBase):
    """A file that keeps nothing of what is written but its digest."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        """That it can be written to."""
        return True

    def write(self, data: Buffer, /) -> int:
        """Take bytes."""
        view = memoryview(data)
        self.digest.update(view)
        return view.nbytes
