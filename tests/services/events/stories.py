"""What the tests tell: events, and consumers that write down what they saw."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from graph.driver import Graph
from graph.outbox import OutboxEvent
from graph.rows.posts import Delivery
from keyspace.keys import EVENTS
from services.events import facts
from services.events.consumer import Consumer
from services.events.stream import fields_of

Until = Callable[..., Awaitable[None]]


def a_post(post_id: str = "p1") -> OutboxEvent:
    """Somebody wrote a post."""
    return facts.post_created(post_id=post_id, author_id="a1", author_key=1, home=True, delivery=Delivery.PUSH)


def a_like(post_id: str = "p1") -> OutboxEvent:
    """Somebody likes a post."""
    return facts.post_liked(post_id=post_id, author_id="a1", user_id="u1", user_key=2)


async def tell(redis: Redis, *events: OutboxEvent, **more: str) -> None:
    """Put events into the stream, with further fields."""
    for event in events:
        fields: dict[Any, Any] = {**fields_of(event), **{name.encode(): value for name, value in more.items()}}
        await redis.xadd(EVENTS, fields)


async def commit(graph: Graph, *events: OutboxEvent) -> None:
    """Write events into the outbox, as a mutation does with its own nodes."""
    await graph.write("outbox/depth", events=lambda _: events)


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

    async def handle(self, event: OutboxEvent) -> None:
        """Raise what is prepared for this post, or note it."""
        post = event.payload["postId"]
        if left := self.errors.get(post):
            raise left.pop(0)
        self.seen.append(post)

    def consumer(self, group: str = "fanout", **options: Any) -> Consumer:
        """Give a consumer of new posts."""
        return Consumer(group=group, types={"post.created"}, handle=self.handle, **options)
