"""The nudge after a commit: a web process wakes the relay in the background."""

import asyncio
from dataclasses import dataclass

from keyspace.nudges import Nudges
from services.events.backoff import TROUBLE


@dataclass(slots=True)
class Nudge:
    """Wakes the relay, without making the request wait. `send` fits `Graph(committed=...)`."""

    nudges: Nudges
    _sending: asyncio.Task[None] | None = None
    _again: bool = False

    def send(self) -> None:
        """Publish a nudge in the background, one at a time: what is committed meanwhile shares the next one."""
        if self._sending is not None and not self._sending.done():
            self._again = True
            return
        self._sending = asyncio.get_running_loop().create_task(self._publish(), name="nudge")

    async def close(self) -> None:
        """Wait for a nudge that is on its way."""
        if self._sending is not None:
            await self._sending

    async def _publish(self) -> None:
        self._again = True
        while self._again:
            self._again = False
            try:
                await self.nudges.send()
            except TROUBLE:
                # Polling finds the event; while Redis is down the relay cannot move it anyway.
                return
