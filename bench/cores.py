"""Pins a server under load and its client to different cores, so that neither slows the other."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

Side: TypeAlias = Literal["server", "client"]
SERVER: Side = "server"
CLIENT: Side = "client"
CORES_NEEDED = 2
"""Cores that are needed to separate the two."""


def core_of(side: Side) -> int | None:
    """Return the core for one side; None if there are too few, or the system cannot pin processes."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < CORES_NEEDED:
        return None
    return cores[-1] if side == SERVER else cores[0]


@contextmanager
def confined(side: Side | None) -> Iterator[None]:
    """Pin processes that this thread starts in the block to the core of a side; running ones are not moved."""
    core = core_of(side) if side else None
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
