"""Files of the copy: equal rows make equal bytes, and a file is whole or not there."""

import os
from hashlib import file_digest
from pathlib import Path

import polars as pl

from analytics.snapshots import Part


def write_rows(file: Path, rows: pl.DataFrame, before: Part | None = None) -> Part:
    """Write the rows of a month, sorted by all columns, so that the order tells nothing of the graph; without rows, no file.

    Where the file has the same rows already, as `before` says, it stays.
    """
    if rows.is_empty():
        file.unlink(missing_ok=True)
        return Part(0, 0, "")
    file.parent.mkdir(parents=True, exist_ok=True)
    made = file.with_suffix(".new")
    rows.sort(rows.columns).write_parquet(made, compression="zstd", statistics=True)
    with made.open("rb") as written:
        os.fsync(written.fileno())
        digest = file_digest(written, "sha256").hexdigest()
    part = Part(rows.height, made.stat().st_size, digest)
    if part == before:
        made.unlink()
    else:
        made.replace(file)  # another file: that of the last snapshot, of which this may be a hard link, stays as it is
    return part


def write_text(file: Path, text: str) -> None:
    """Write a small file in one step."""
    made = file.with_name(f"{file.name}.new")
    with made.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    made.replace(file)


def sync(folder: Path) -> None:
    """Let what was renamed in a folder outlast a loss of power."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
