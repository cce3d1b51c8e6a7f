"""A lease in Redis: one holder at a time among the workers, taken over when the holder no longer renews it."""

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError

LIFE = 3.0
"""Seconds that a lease outlives its last renewal. Holders renew at least every second."""


class Lease:
    """A place that one worker holds. It saves work and does not guard: two may believe in it for a moment."""

    def __init__(self, redis: Redis, name: str, *, life: float = LIFE) -> None:
        """Name the place."""
        self._lock: Lock = redis.lock(name, timeout=life, thread_local=False)
        self._held = False

    async def hold(self) -> bool:
        """Take the place or keep it, and tell whether it is ours."""
        if self._held:
            try:
                await self._lock.reacquire()
            except LockError:
                # It ran out, or Redis was emptied: apply anew, like everybody else.
                self._held = False
        if not self._held:
            self._held = await self._lock.acquire(blocking=False)
        return self._held

    async def release(self) -> None:
        """Leave the place to another at once."""
        if self._held:
            self._held = False
            try:
                await self._lock.release()
            except LockError:
                # It ran out already; then there is nothing to give back.
                return
