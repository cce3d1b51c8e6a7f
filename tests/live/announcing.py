"""Entries of the live stream that a test announces itself, and reads of the graph that it holds."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from errors import Unavailable
from graph.driver import Graph
from graph.rows.posts import Delivery
from keyspace.keys import ANNOUNCER_LEASE
from keyspace.lease import Lease
from keyspace.row_cache import POST_COUNTS, POSTS
from parts import Parts
from resolvers.live_reposts import HomeKind
from services.delivery.tasks import Step
from services.events.event import Event
from services.events.post_events import PostCreated
from services.events.user_events import UserUpdated
from services.live.announcer import Announcer
from services.live.topics import account_of
from tests.worlds.delivery import leading
from tests.worlds.waiting import until


async def announce(live, posts, author="bea", *, stale: bool = True) -> None:
    """Tell streams of posts as new ones; with `stale`, what is cached of them is removed before."""
    await announce_all(live, [created(live, post, author) for post in posts], stale=stale)


async def announce_all(live, events: Sequence[Event], *, stale: bool = True, delivered: bool = True) -> None:
    """Announce events at once; new posts are `delivered`, or may not be on all lists yet."""

    async def leave(_events) -> None:
        """Leave everything as it is."""

    parts = live.town.parts
    new = [event for event in events if isinstance(event, PostCreated)]
    if delivered:
        for event in new:
            await deliver(parts, event)
    if stale:  # whoever writes a post stores its rows, which the event leaves as they are
        await parts.services.cache.invalidate([(kind, event.post_id) for event in new for kind in (POSTS, POST_COUNTS)])
    lease = Lease(parts.keyspace, ANNOUNCER_LEASE)
    async with leading(lease):
        await Announcer(parts.live_stream, lease, 100_000, parts.writer.invalidation if stale else leave)(events)


async def deliver(parts: Parts, event: PostCreated) -> None:
    """Note that a post is on all lists that it is pushed to."""
    plan = {"mode": event.delivery, "step": Step.FIRST}
    await parts.delivery.queue.begin(event.post_id, "push", [event.author_key], plan)


def created(live, post: str, author: str = "bea") -> PostCreated:
    """Give the event of a new post."""
    who = live.town.people[author]
    return PostCreated(
        post_id=post, author_id=who.id, author_key=who.key, home=True, delivery=Delivery.PUSH, reply_to_id=None, root_id=None
    )


def changed(live, name: str) -> UserUpdated:
    """Give the event of a changed account."""
    who = live.town.people[name]
    return UserUpdated(user_id=who.id, user_key=who.key)


@dataclass(slots=True)
class Gate:
    """Holds whoever passes until it is opened."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def passed(self) -> None:
        """Wait until it is open."""
        self.reached.set()
        await self.opened.wait()


def gated(monkeypatch, statement: str, *, fails: bool = False) -> Gate:
    """Hold reads with a statement; with `fails`, those that were held fail as if the graph were away."""
    gate, read = Gate(), Graph.read

    async def read_later(graph: Graph, name: str, /, **params: Any) -> Any:
        if name == statement and not gate.opened.is_set():
            await gate.passed()
            if fails:
                raise Unavailable
        return await read(graph, name, **params)

    monkeypatch.setattr(Graph, "read", read_later)
    return gate


def gated_row(monkeypatch, held: str) -> Gate:
    """Hold executions of a post, each after it was decided what it is to the viewer, and before that is given."""
    gate, row = Gate(), HomeKind.row

    async def row_later(kind, context, viewer, sign, entry):
        found = await row(kind, context, viewer, sign, entry)
        if isinstance(entry.what, PostCreated) and entry.what.post_id == held:
            await gate.passed()
        return found

    monkeypatch.setattr(HomeKind, "row", row_later)
    return gate


def failing(monkeypatch, names: set[str], times: int) -> list[str]:
    """Let statements fail so many times as they do while the graph is away; return those that did."""
    failed: list[str] = []
    read = Graph.read

    async def read_or_fail(graph: Graph, name: str, /, **params: Any) -> Any:
        if name in names and len(failed) < times:
            failed.append(name)
            raise Unavailable
        return await read(graph, name, **params)

    monkeypatch.setattr(Graph, "read", read_or_fail)
    return failed


def failing_for(monkeypatch, post: str) -> list[str]:
    """Let one post not be looked up, as while the graph is away; return a line for each time that it was tried."""
    failed: list[str] = []
    read = Graph.read

    async def read_or_fail(graph: Graph, name: str, /, **params: Any) -> Any:
        if name == "posts/by_id" and post in params["ids"]:
            failed.append(name)
            raise Unavailable
        return await read(graph, name, **params)

    monkeypatch.setattr(Graph, "read", read_or_fail)
    return failed


async def delivery_known(live) -> None:
    """Let the process learn what is delivered, as it does each second: until then whoever is to read anew is told that again."""
    undelivered = live.town.parts.hub.undelivered
    assert await undelivered.still([*undelivered]) == []


async def waiting(live, who: str, count: int) -> None:
    """Wait until so many updates wait for somebody, to be taken together."""
    (subscriber,) = live.town.parts.hub.index.of(account_of(live.town.people[who].key))
    await until(lambda: len(subscriber._waiting) == count)
