"""The nudge: after a commit, a web process tells the relay that there is something to move."""

import asyncio
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

CHANNEL = "rookery:nudge"
"""Where nudges are published. Nobody need listen: the relay looks by itself every second."""


@dataclass(slots=True)
class Nudge:
    """Tells the relay, without making the request wait. `send` fits `Graph(committed=...)`."""

    redis: Redis
    _sending: asyncio.Task[None] | None = None
    _again: bool = False

    def send(self) -> None:
        """Publish a nudge in the background, one at a time: what is committed meanwhile shares the next one."""
        if self._sending is not None and not self._sending.done():
            self._again = True
            return
        self._sending = asyncio.get_running_loop().create_task(self._publish(), name="nudge")

    async def close(self) -> None:
        """Let a nudge that is on its way go out."""
        if self._sending is not None:
            await self._sending

    async def _publish(self) -> None:
        self._again = True
        while self._again:
            self._again = False
            try:
                await self.redis.publish(CHANNEL, b"")
            except (RedisError, OSError):
                # Polling finds the event; while Redis is down the relay cannot move it anyway.
                return
