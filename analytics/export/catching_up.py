"""Waiting until all that was committed before a moment is noted: it left the outbox, and the group has handled it."""

import asyncio
from dataclasses import dataclass

from analytics.errors import NotCaughtUp
from analytics.export.stale import GROUP
from graph.driver import Graph
from graph.ids import milliseconds_of
from keyspace.event_stream import EventStream

LOOK_EVERY = 0.1
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True)
class CatchingUp:
    """Waits for the relay and for the consumer that notes; `patience` is in seconds."""

    graph: Graph
    events: EventStream
    patience: float = 60.0

    async def until(self, moment: int) -> None:
        """Wait until what was committed before a moment (milliseconds since 1970 UTC) is noted.

        Raises:
            NotCaughtUp: it took too long, such as without a worker.
            Unavailable: the graph or Redis does not answer.

        """
        try:
            async with asyncio.timeout(self.patience):
                while await self._is_in_outbox(moment):  # noqa: ASYNC110  # the relay takes it out, in another process
                    await asyncio.sleep(LOOK_EVERY)
                last = await self.events.last()
                while not await self.events.has_handled(GROUP, last):  # noqa: ASYNC110  # in another process, too
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError as error:
            raise NotCaughtUp(self.patience) from error

    async def _is_in_outbox(self, moment: int) -> bool:
        """Return whether the oldest event is from before, by its id, which is made just before it is committed."""
        oldest = await self.graph.read("outbox/oldest", limit=1)
        return bool(oldest) and milliseconds_of(oldest[0][0]) < moment
