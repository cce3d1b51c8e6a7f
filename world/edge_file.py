"""Opens a file of edges, plain or compressed, and reports how far it has been read."""

import bz2
import gzip
import hashlib
import importlib
import lzma
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

from world.errors import UnreadableFile

DECOMPRESSION_ERRORS = (EOFError, OSError, lzma.LZMAError, zlib.error)
"""What the decompressors of the standard library raise for an incomplete or damaged file."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class EdgeFile:
    """An open file. `size` is its size on disk in bytes, and `stream` its decompressed content."""

    name: str
    size: int
    checksum: str
    compact: bool
    stream: BinaryIO
    raw: BinaryIO

    def position(self) -> int:
        """Return how many bytes of the file on disk have been read."""
        return self.raw.tell()


@contextmanager
def open_edge_file(source: Path | Literal["-"]) -> Iterator[EdgeFile]:
    """Open a file of edges; `-` is standard input, which is first copied to a temporary file.

    A file whose name ends in `.bin`, or in `.bin` and the suffix of a compression, has the compact format (see `edges`).

    Raises:
        UnreadableFile: there is no such file, or its compression needs a newer Python.

    """
    if source == "-":
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy, _CHUNK)
            copy.seek(0)
            yield _edge_file(copy, "standard input", compact=False)
        return
    try:
        raw = source.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{source} cannot be open_edge_file: {error.strerror}.") from error
    with raw:
        yield _edge_file(raw, source.name, compact=".bin" in source.suffixes[-2:])


def _edge_file(raw: BinaryIO, name: str, *, compact: bool) -> EdgeFile:
    try:
        checksum = hashlib.file_digest(raw, "sha256").hexdigest()  # type: ignore[arg-type]  # typeshed requires readinto
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be read: {error.strerror}.") from error
    size = raw.tell()
    raw.seek(0)
    start = raw.read(6)
    raw.seek(0)
    return EdgeFile(name, size, checksum, compact, _decompressed(raw, start, name), raw)


def _decompressed(raw: BinaryIO, start: bytes, name: str) -> BinaryIO:
    if start.startswith(b"\x1f\x8b"):
        return cast("BinaryIO", gzip.GzipFile(fileobj=raw))
    if start.startswith(b"BZh"):
        return cast("BinaryIO", bz2.BZ2File(raw))
    if start.startswith(b"\xfd7zXZ\x00"):
        return cast("BinaryIO", lzma.LZMAFile(raw))
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        with suppress(ModuleNotFoundError):
            zstd = importlib.import_module("compression.zstd")
            return cast("BinaryIO", zstd.ZstdFile(raw))
        raise UnreadableFile(
            f"{name} is compressed with Zstandard, which needs Python 3.14; "
            "with an older one: zstd -dc FILE | rookery import follows -"
        )
    return raw
