"""How long and how often an event is tried: the numbers that all groups of a worker share."""

import os
import secrets
import socket
from dataclasses import dataclass

FIRST_PAUSE = 0.5
"""Seconds before the second attempt; each further pause is twice as long."""
OUTAGE_PAUSE = 1.0
"""Seconds between attempts while the graph or Redis is away: as the relay, a handler should be back soon after."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a worker.

    Attributes:
        attempts: deliveries of an event before it is set aside.
        reclaim_after: seconds without a sign of life after which another worker takes an event over.
        grace: seconds that a stopping worker gives to what it has begun.

    """

    attempts: int = 5
    reclaim_after: float = 15.0
    grace: float = 20.0

    @property
    def renew_every(self) -> float:
        """Seconds between signs of life: two may be missed before others take over."""
        return self.reclaim_after / 3

    def pause_after(self, deliveries: int) -> float:
        """Give the seconds to wait after this many failed deliveries; less than `reclaim_after`, so others wait."""
        pause: float = FIRST_PAUSE * 2 ** (deliveries - 1)
        return min(pause, self.reclaim_after / 2)


def worker_name() -> str:
    """Give a name for this worker that no other has: a restarted process is another worker."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
