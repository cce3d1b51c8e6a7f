"""The folder of downloads, shared by every checkout of one person."""

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Give `ROOKERY_CACHE`, or `~/.cache/rookery`."""
    chosen = environ.get("ROOKERY_CACHE")
    return Path(chosen).expanduser().resolve() if chosen else Path.home() / ".cache" / "rookery"


@contextmanager
def held_alone(lock: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold `lock` against every other process; call `on_wait` once when another has it.

    The lock is the kernel's (`flock`): it falls with its holder, however that one ends.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
