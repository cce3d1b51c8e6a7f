"""Idempotency keys that nobody sends again are forgotten."""

from dataclasses import dataclass

from clock import now_ms
from graph.idempotency import LIFE
from services.events.command_writer import CommandWriter

BATCH = 1_000
"""Keys of one transaction: it takes some hundredths of a second."""
BATCHES = 100
"""Transactions of one run at most; the next run does the rest."""


@dataclass(frozen=True, slots=True)
class IdempotencyKeys:
    """The keys of everybody."""

    writer: CommandWriter

    async def forget_old(self, at: int | None = None) -> int:
        """Forget keys older than a day, and return how many. `at` is the present time in milliseconds, by default the clock's.

        Raises:
            Unavailable: the graph is away; the next run does the rest.

        """
        before, forgotten = (at or now_ms()) - LIFE, 0
        for _ in range(BATCHES):
            found = await self.writer.write("idempotency/forget", before=before, most=BATCH)
            forgotten += found
            if found < BATCH:
                break
        return forgotten
