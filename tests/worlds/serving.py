"""Serves an application on a free port, in the event loop of a test; and the settings for the embedded servers."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from graph.warm import Warmth
from parts import Parts
from services.settings import Settings
from stack.embedded import StackAddresses
from web.drain import Drain
from web.serve import DrainingServer, ServeOptions, config_of

START_SECONDS = 30.0
"""Longest wait for a server to listen."""
OFTEN = 1_000_000
"""So often that no test meets a limit of what people write but those of limits."""
BRIEFLY = ServeOptions(drain_seconds=0.5)
"""Tests leave streams open, and a drain would wait for them."""


class ListeningServer(DrainingServer):
    """A server with an event for the moment when it listens."""

    def __init__(self, config: uvicorn.Config, drain: Drain, options: ServeOptions) -> None:
        super().__init__(config, drain, options.drain_seconds, delay_seconds=options.drain_delay_seconds)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


class _Unplanned(Warmth):
    """Leaves each statement to be planned when it is first met."""

    async def run(self) -> None:
        """Plan nothing."""


def unplanned(parts: Parts) -> Parts:
    """Return the same parts, which plan nothing ahead.

    All statements take Neo4j most of a minute, again whenever a test has killed it, and a test needs few of them.
    """
    return replace(parts, warmth=_Unplanned(parts.graph))


@dataclass(frozen=True, slots=True)
class Running:
    """A server and the task that it runs in."""

    server: DrainingServer
    task: asyncio.Task[None]

    async def stop(self) -> None:
        """Stop it as a signal would."""
        self.server.should_exit = True
        await self.task


@asynccontextmanager
async def listening(
    app: ASGIApp, drain: Drain, listener: socket.socket, options: ServeOptions = BRIEFLY
) -> AsyncIterator[Running]:
    """Serve until the block ends."""
    server = ListeningServer(config_of(app, options), drain, options)
    running = Running(server, asyncio.create_task(server._serve([listener])))
    async with asyncio.timeout(START_SECONDS):
        await server.listening.wait()
    try:
        yield running
    finally:
        await running.stop()


def settings_for(stack: StackAddresses, folder: Path, **changes: Any) -> Settings:
    """Give settings for the embedded servers."""
    given: dict[str, Any] = {
        "data_dir": folder,
        "neo4j_uri": stack.neo4j_uri,
        "neo4j_user": stack.neo4j_user,
        "neo4j_password": stack.neo4j_password,
        "redis_url": stack.redis_url,
        "s3_endpoint": stack.s3_endpoint,
        "s3_access_key": stack.s3_access_key,
        "s3_secret_key": stack.s3_secret_key,
        "s3_region": stack.s3_region,
        "s3_bucket": stack.s3_bucket,
        "token_secret": "test token secret of 32 bytes or more",
        "seal_secret": "test seal secret of 32 bytes or more!",
        # Password hashes cost next to nothing.
        "password_hash_memory": 8,
        "password_hash_passes": 1,
        **dict.fromkeys(("posts_per_person", "follows_per_person", "likes_per_person"), OFTEN),
    }
    return Settings(**given | changes)
