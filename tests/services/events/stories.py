"""What the tests tell: events, and consumers that write down what they saw."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from graph.driver import Graph
from graph.rows.posts import Delivery
from keyspace.keys import EVENTS
from keyspace.stream_entries import StreamEntry
from services.events.consumer import Consumer
from services.events.event import Event
from services.events.post_events import PostCreated, PostLiked
from services.events.stream import fields_of

Until = Callable[..., Awaitable[None]]


def a_post(post_id: str = "p1") -> PostCreated:
    """Somebody wrote a post."""
    return PostCreated(
        post_id=post_id, author_id="a1", author_key=1, home=True, delivery=Delivery.PUSH, reply_to_id=None, root_id=None
    )


def a_like(post_id: str = "p1") -> PostLiked:
    """Somebody likes a post."""
    return PostLiked(post_id=post_id, author_id="a1", user_id="u1", user_key=2)


async def tell(redis: Redis, *events: Event, **more: str) -> None:
    """Put events into the stream, with further fields."""
    for event in events:
        fields: dict[Any, Any] = {**fields_of(event), **{name.encode(): value for name, value in more.items()}}
        await redis.xadd(EVENTS, fields)


async def streamed(redis: Redis) -> list[StreamEntry]:
    """Give all entries of the stream."""
    found: Any = await redis.xrange(EVENTS)  # which the client types for every decoding
    return [StreamEntry(id_, fields) for id_, fields in found]


async def commit(graph: Graph, *events: Event) -> None:
    """Write events into the outbox, as a mutation does with its own nodes."""
    await graph.write("outbox/depth", events=lambda _: [event.encode() for event in events])


async def is_empty(graph: Graph) -> bool:
    """Tell whether the outbox is empty."""
    return bool(await graph.read("outbox/depth") == 0)


async def is_quiet(redis: Redis, group: str) -> bool:
    """Tell whether a group has read everything and owes nothing."""
    found = [row for row in await redis.xinfo_groups(EVENTS) if row["name"] == group.encode()]
    return bool(found) and found[0]["pending"] == 0 and found[0]["lag"] == 0


@dataclass(slots=True)
class Notes:
    """A consumer's memory: the post ids of what it handled, and errors to raise before."""

    seen: list[str] = field(default_factory=list)
    errors: dict[str, list[Exception]] = field(default_factory=dict)

    async def handle(self, event: PostCreated) -> None:
        """Raise what is prepared for this post, or note it."""
        post = event.post_id
        if left := self.errors.get(post):
            raise left.pop(0)
        self.seen.append(post)

    def consumer(self, group: str = "fanout", **options: Any) -> Consumer[PostCreated]:
        """Give a consumer of new posts."""
        return Consumer(group=group, events={PostCreated}, handle=self.handle, **options)
