"""A town whose process listens on a socket, in the test's own event loop."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

import app
from graph.driver import Graph
from keyspace.client import Keyspace
from parts import Parts, open_parts
from resolvers import telling
from resolvers.global_ids import encode
from services.live.topics import account_of
from services.settings import Settings
from tests.execution.share import Share
from tests.live.clients import HOME, Events, Socket, events_of, socket_of
from tests.worlds.coverage import unmeasured
from tests.worlds.serving import listening, unplanned
from tests.worlds.town import Town
from tests.worlds.waiting import PATIENT, until
from web.drain import Drain
from web.routes import mount
from web.serve import listen

__all__ = ["unmeasured"]

Serve = Callable[..., AbstractAsyncContextManager["Live"]]


@dataclass(slots=True)
class Live:
    """A town and its address."""

    town: Town
    url: str

    def token(self, who: str) -> str:
        """Sign somebody in."""
        viewer = self.town.people[who]
        return self.town.parts.accounts.tokens.issue(viewer.id, viewer.key).token

    @asynccontextmanager
    async def socket(self, who: str, after: str | None = None) -> AsyncIterator[Socket]:
        """Follow somebody's home timeline over a WebSocket."""
        async with socket_of(self.url, self.token(who)) as client:
            await client.subscribe(after)
            await self.joined(who)
            yield client

    @asynccontextmanager
    async def events(self, who: str, after: str | None = None) -> AsyncIterator[Events]:
        """Follow somebody's home timeline by server-sent events."""
        async with events_of(self.url, self.token(who), after) as client:
            await self.joined(who)
            yield client

    @asynccontextmanager
    async def stream(self, who: str, document: str, **variables: Any) -> AsyncIterator[Socket]:
        """Follow any stream over a WebSocket, from when it has begun."""
        async with socket_of(self.url, self.token(who)) as client:
            await client.begin(document, **variables)
            yield client

    async def joined(self, who: str) -> None:
        """Wait until a subscription of somebody hears of all whom they follow."""
        hub, viewer = self.town.parts.hub, self.town.people[who]
        followed = set(await self.town.parts.graph.read("feed/followed", viewer=viewer.key)) | {viewer.key}
        await until(lambda: any(hub.index.keys_of(each) >= followed for each in hub.index.of(account_of(viewer.key))))

    async def left(self) -> None:
        """Wait until nobody subscribes any more."""
        await until(lambda: not self.town.parts.hub.index.subscribers)


@asynccontextmanager
async def serving(settings: Settings, opened: list[Parts]) -> AsyncIterator[Live]:
    """Serve until the block ends."""
    drain, listener = Drain(), listen("127.0.0.1", 0)
    async with listening(app.create_app(settings, drain), drain, listener):
        town = Town(opened[-1])
        await town.settle("ada", "bea", "cid", "dov")
        await until(lambda: town.parts.hub._last is not None)
        yield Live(town, f"http://127.0.0.1:{listener.getsockname()[1]}/graphql")


@pytest.fixture
async def serve(
    settings: Settings, graph: Graph, keyspace: Keyspace, share: Share, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Callable[..., Any]]:
    """Start servers with changed settings."""
    opened: list[Parts] = []

    def open_and_keep(settings: Settings) -> Parts:
        opened.append(unplanned(open_parts(settings)))
        return opened[-1]

    monkeypatch.setattr(app, "open_parts", open_and_keep)
    monkeypatch.setattr(app, "mount", share.observing(mount))
    monkeypatch.setattr(telling, "PATIENCE", 30.0)  # as `PATIENT`
    async with AsyncExitStack() as stack:

        async def start(**changes: Any) -> Live:
            return await stack.enter_async_context(serving(settings.model_copy(update={**PATIENT, **changes}), opened))

        yield start


@pytest.fixture
async def live(serve: Callable[..., Any]) -> Live:
    """A server with the usual settings; Ada follows Bea."""
    live: Live = await serve()
    await live.town.follow("ada", "bea")
    await live.town.deliver()
    return live


@pytest.fixture
async def stack_of() -> AsyncIterator[AsyncExitStack]:
    """What a test opens and need not close."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def crowd(serve):
    """Ada and more follow Bea. Redis has time, so that a busy machine is not taken for a Redis that is away."""
    live = await serve(redis_timeout=30.0)
    await live.town.follow("ada", "bea")
    names = ["cid", "dov", *(f"fan{at}" for at in range(20))]
    await live.town.settle(*names[2:])
    for name in names:
        await live.town.follow(name, "bea")
    await live.town.deliver()
    return live, ["ada", *names]


async def subscribed(live, stack, names, document=HOME):
    """Open a socket for each of these people, and wait until all have joined."""
    sockets = {}
    for name in names:
        sockets[name] = await stack.enter_async_context(socket_of(live.url, live.token(name)))
        await sockets[name]._send({"id": "s", "type": "subscribe", "payload": {"query": document}})
    for name in names:
        await live.joined(name)
    return sockets


def post_id(id_: str) -> str:
    """Give the global id of a post."""
    return encode("Post", id_)


def told(event: dict[str, Any]) -> tuple[str, str]:
    """Give what an event tells of a post, such as `Added`, and the global id of the post."""
    return event["__typename"].removeprefix("TimelinePost"), event.get("postId") or event["post"]["id"]
