"""Once: for the rare handler that does harm when it sees an event twice, such as one that sends a mail.

What the house does by itself needs none of it: a push skips an id that a timeline has, and removing what is hot or
setting a row's state is the same twice.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

REMEMBERED = 86_400
"""Seconds that a finished event is remembered: longer than any retry, replays by hand excepted."""


@asynccontextmanager
async def once(redis: Redis, group: str, event_id: str) -> AsyncIterator[bool]:
    """Give True when this group has not finished this event, and remember it when the block ends without an error.

    A crash between the effect and the end of the block repeats the effect: nobody can do better who takes no part in
    the effect. Two workers that run the same event at once both see True.
    """
    key = f"rookery:once:{group}:{event_id}"
    if await redis.exists(key):
        yield False
        return
    yield True
    await redis.set(key, 1, ex=REMEMBERED)
