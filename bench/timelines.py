"""Builds timelines of any number and length, with the code of the product."""

import asyncio
from collections.abc import Sequence
from random import Random

from clock import now_ms
from graph.ids import id_at
from services.delivery.cached import CachedTimelines

POST_INTERVAL = 60_000
"""Milliseconds between two posts."""
AT_ONCE = 16
"""Timelines that are built at the same time."""


def older_ids(count: int) -> list[str]:
    """Return ids of posts before now, newest first."""
    rng, now = Random(count), now_ms()
    return [id_at(now - number * POST_INTERVAL, rng.getrandbits(74)) for number in range(count)]


async def build(cached: CachedTimelines, viewers: Sequence[int], length: int) -> None:
    """Build a timeline of `length` entries for each viewer.

    Raises:
        RuntimeError: a timeline could not be built.

    """
    ids = older_ids(length)

    async def one(viewer: int) -> None:
        token = await cached.begin(viewer)
        if token is None or not await cached.finish(viewer, token, ids, ()):
            raise RuntimeError(f"the timeline of {viewer} could not be built")

    for start in range(0, len(viewers), AT_ONCE):
        await asyncio.gather(*map(one, viewers[start : start + AT_ONCE]))
