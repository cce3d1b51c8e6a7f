"""One refresh at a time on a folder, whoever starts it; a lock of a process that was killed is free."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analytics.errors import RefreshRuns
from clock import moment, now_ms

LOCK = "refresh.lock"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder within a block.

    Raises:
        RefreshRuns: somebody else does.

    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / LOCK).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefreshRuns(_holder(folder)) from None
        file.truncate(0)
        file.write(f"process {os.getpid()}, since {moment(now_ms()):%H:%M:%S} UTC")
        file.flush()
        yield


def holder(folder: Path) -> str | None:
    """Return who holds the lock of a folder, None where nobody does."""
    try:
        with (folder / LOCK).open("r", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(folder)
    except FileNotFoundError:
        pass
    return None


def _holder(folder: Path) -> str:
    return (folder / LOCK).read_text("utf-8") or "its process has just begun"
