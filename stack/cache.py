"""The folder for downloads, shared by all checkouts of one user."""

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return `ROOKERY_CACHE`, or else `~/.cache/rookery`."""
    chosen = environ.get("ROOKERY_CACHE")
    return Path(chosen).expanduser().resolve() if chosen else Path.home() / ".cache" / "rookery"


@contextmanager
def held_alone(lock: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Lock the file against every other process; call `on_wait` once when another process has it.

    The kernel owns the lock (`flock`) and releases it when its holder ends, even by a crash.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
