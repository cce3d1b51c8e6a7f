"""Who runs on which core, so that a server under load and its client do not take each other's time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

Side: TypeAlias = Literal["server", "client"]
SERVER: Side = "server"
CLIENT: Side = "client"
APART = 2
"""Cores that it takes to keep the two apart."""


def core_of(side: Side) -> int | None:
    """Give the core for one side; None where there are too few, or the system cannot say."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < APART:
        return None
    return cores[-1] if side == SERVER else cores[0]


@contextmanager
def confined(side: Side | None) -> Iterator[None]:
    """Keep what this thread starts in the block to the core of a side; what runs already stays where it is."""
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
