"""Files and folders that only their owner may read."""

import os
from pathlib import Path
from typing import BinaryIO

UMASK = 0o077
"""What nobody else may do with what a process makes."""


def make_folder(folder: Path) -> None:
    """Make a folder, and those that lead there; those that exist are left as they are."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def write(path: Path, text: str) -> None:
    """Write a file, whose mode is right before anything stands in it."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.truncate()
        file.write(text)


def open_log(path: Path) -> BinaryIO:
    """Open a file to append to it."""
    make_folder(path.parent)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.fchmod(file, 0o600)
    return os.fdopen(file, "ab")
