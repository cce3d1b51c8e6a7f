"""Files of the copy: equal rows make equal bytes, and a file is whole or not there."""

import os
from hashlib import file_digest
from pathlib import Path

import polars as pl

from analytics.snapshots import Part

EMPTY = Part(0, 0, "")
"""A month without rows, for which there is no file."""


def write_rows(made: Path, rows: pl.DataFrame) -> Part:
    """Write the rows of a month, sorted by all columns, so that the order tells nothing of the graph; without rows, no file."""
    if rows.is_empty():
        return EMPTY
    rows.sort(rows.columns).write_parquet(made, compression="zstd", statistics=True)
    sync(made)
    return Part(rows.height, made.stat().st_size, digest_of(made))


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def write_text(file: Path, text: str) -> None:
    """Write a small file in one step."""
    made = file.with_name(f"{file.name}.new")
    with made.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    made.replace(file)


def sync(path: Path) -> None:
    """Let what was written into a file, or renamed in a folder, outlast a loss of power."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
