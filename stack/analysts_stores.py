"""The stores of the analysts' Neo4j on disk while nothing serves them: each holds a whole graph of some day."""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.claim import LOCK, lock


def remove_stores(folder: Path, *, but: Collection[str] = ()) -> bool:
    """Remove the stores below the folder of a graph, all but those of some names, and return whether it was free to.

    Where the servers of the folder run, they remove what they do not need, and nothing is touched.
    """
    with _unserved(folder) as free:
        if free and (stores := folder / "stores").is_dir():
            for store in stores.iterdir():
                if store.name not in but:
                    shutil.rmtree(store)
        return free


@contextmanager
def _unserved(folder: Path) -> Iterator[bool]:
    """Keep servers from starting within a block, if none run."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR)
    except FileNotFoundError:  # nothing was ever served
        yield True
        return
    try:
        yield lock(descriptor)
    finally:
        os.close(descriptor)
