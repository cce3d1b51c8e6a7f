"""How long and how often the delivery of an event is tried: the numbers that all groups of a worker share."""

from dataclasses import dataclass

FIRST_PAUSE = 0.5
"""Seconds before the second attempt; each further pause is twice as long."""
OUTAGE_PAUSE = 1.0
"""Seconds between attempts while the graph or Redis is away: like the relay, a handler should be back soon after."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Limits of a worker.

    Attributes:
        attempts: deliveries of an event before it becomes a dead letter.
        reclaim_after: seconds without a sign of life after which another worker claims an event.
        grace: seconds that a stopping worker gives to the calls that it has begun.

    """

    attempts: int = 5
    reclaim_after: float = 15.0
    grace: float = 20.0

    @property
    def renew_every(self) -> float:
        """Seconds between signs of life: two may be missed before others claim the event."""
        return self.reclaim_after / 3

    def pause_after(self, deliveries: int) -> float:
        """Return the seconds to wait after this many failed deliveries; less than `reclaim_after`, so others wait."""
        pause: float = FIRST_PAUSE * 2 ** (deliveries - 1)
        return min(pause, self.reclaim_after / 2)
