"""Repeats what met a transient error: a lock, a lost connection, a server that is busy."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from random import SystemRandom
from typing import TypeVar

from neo4j.exceptions import Neo4jError, ServiceUnavailable, SessionExpired

from graph.errors import translated

T = TypeVar("T")
_chance = SystemRandom()

ATTEMPTS = 3
"""Runs of a statement at most: the first, and two after an error that the server calls transient."""
LOCKED = (
    "Neo.TransientError.Transaction.DeadlockDetected",
    "Neo.TransientError.Transaction.LockAcquisitionTimeout",
)
"""What the server tells one of two writes that wait for each other, as when two users follow each other at the same moment, and
one that waited too long. The other one goes on, so trying again helps."""
LOCKED_ATTEMPTS = 12
"""Runs of a statement that meets locks at most; in a crowd it takes a few."""
LONGEST_PAUSE = 0.5
"""Seconds between two runs at most."""
FIRST_PAUSE = 0.02
"""Seconds before the second run at most; each further pause is twice as long, and some of it left to chance, so that those
who met once do not meet again."""


async def retried(attempt: Callable[[], Awaitable[T]], end: float) -> T:
    """Return what an attempt returns, after errors that the server calls transient; none begins after `end`, of `perf_counter`.

    Raises:
        RookeryError: the last attempt failed, in our words.
        Neo4jError: what was asked is wrong.

    """
    pause = FIRST_PAUSE
    with translated():
        for number in itertools.count(1):
            try:
                return await attempt()
            except (Neo4jError, SessionExpired, ServiceUnavailable) as error:
                if not error.is_retryable() or number >= _attempts(error) or time.perf_counter() > end:
                    raise
            await asyncio.sleep(pause * _chance.uniform(0.5, 1.0))
            pause = min(LONGEST_PAUSE, pause * 2)
        raise AssertionError("counting never ends")


def _attempts(error: Neo4jError | SessionExpired | ServiceUnavailable) -> int:
    return LOCKED_ATTEMPTS if getattr(error, "code", None) in LOCKED else ATTEMPTS
