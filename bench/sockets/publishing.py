"""Posts of one author, and entries for them in the live stream."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from bench.waiting import until
from graph.rows.posts import PostRow
from keyspace.keys import ANNOUNCER_LEASE
from keyspace.lease import Lease
from keyspace.roles import Role
from parts import Parts
from resolvers.global_ids import encode
from services.accounts.viewer import Viewer
from services.delivery.tasks import Step
from services.events.event import Event
from services.events.post_events import PostCreated
from services.live.announcer import Announcer
from services.posts.writing import Draft
from world.writing import batches

TEXT = "The same text for every post, so that all messages have the same length: a hundred and a few more bytes of prose."
AT_ONCE = 8
"""Posts that are written at the same time."""
BATCH = 100
"""Events that are announced in one step."""
LEASE_LIFE = 3_600.0
"""Seconds that the lease is held without being renewed: longer than a run."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Announces posts that exist, by the code of the worker and under its lease, but makes no cached row stale by that."""

    announce: Announcer

    @classmethod
    @asynccontextmanager
    async def of(cls, parts: Parts) -> AsyncIterator[Self]:
        """Hold the lease in the block; no worker may run."""
        lease = Lease(parts.redis.of(Role.STREAMS), ANNOUNCER_LEASE, LEASE_LIFE)
        await until(lease.hold)
        try:
            yield cls(Announcer(parts.live_stream, lease, parts.settings.stream_length, _invalidate_nothing))
        finally:
            await lease.release()

    async def at_once(self, posts: Sequence[PostRow]) -> None:
        """Announce posts as fast as Redis takes them."""
        for batch in batches(posts, BATCH):
            await self.announce([_created(post) for post in batch])

    async def at_rate(self, posts: Sequence[PostRow], per_second: float) -> list[float]:
        """Announce posts at equal distances in time; return the times (`time.perf_counter`) just before each entry."""
        began, times = time.perf_counter(), []
        for number, post in enumerate(posts):
            await asyncio.sleep(began + number / per_second - time.perf_counter())
            times.append(time.perf_counter())
            await self.announce([_created(post)])
        return times


async def write_posts(parts: Parts, author: Viewer, count: int) -> list[PostRow]:
    """Write posts that nobody has read."""
    posts: list[PostRow] = []
    for batch in batches(range(count), AT_ONCE):
        posts += await asyncio.gather(*(parts.services.writing.create(author, Draft(TEXT)) for _ in batch))
    for post in posts:  # by a worker that is not there: else who joins would be told them all
        await parts.delivery.queue.begin(post.id, "push", [author.key], {"mode": post.delivery, "step": Step.FIRST})
    return posts


def global_ids(posts: Sequence[PostRow]) -> list[str]:
    """Return the ids by which clients know posts."""
    return [encode("Post", post.id) for post in posts]


def _created(post: PostRow) -> PostCreated:
    return PostCreated(
        post_id=post.id, author_id=post.author_id, author_key=post.author_key, reply_to_id=None, home=True,
        delivery=post.delivery, root_id=None,
    )  # fmt: skip


async def _invalidate_nothing(_events: Sequence[Event]) -> None:
    """Leave the cache as it is."""
