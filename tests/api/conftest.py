"""The real application on a free port, in the tests' own event loop, and an empty product for each test."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
import pytest
import uvicorn
from argon2.profiles import CHEAPEST

import app
import parts
from graph.driver import Graph
from keyspace.client import Keyspace
from services.accounts.passwords import Passwords
from services.media.processor import MediaProcessor, MediaProcessorLimits
from services.settings import Settings
from stack.embedded import StackAddresses
from tests.api.product import Product, Served
from tests.api.rounds import Rounds
from tests.execution.share import Share
from web.drain import Drain
from web.routes import mount
from web.serve import DrainingServer, ServeOptions, config_of, listen

OFTEN = 1_000_000
"""So many sign-ups that no test meets the limit."""


class ListeningServer(DrainingServer):
    """A server with an event that is set when it listens."""

    def __init__(self, config: uvicorn.Config, drain: Drain, seconds: float) -> None:
        super().__init__(config, drain, seconds)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@pytest.fixture(scope="session")
def app_settings(stack: StackAddresses, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of production, but for limits that storms of one machine would meet."""
    return Settings(
        data_dir=Path(tmp_path_factory.mktemp("data")),
        neo4j_uri=stack.neo4j_uri,
        neo4j_user=stack.neo4j_user,
        neo4j_password=stack.neo4j_password,
        neo4j_acquire_timeout=20.0,
        neo4j_write_timeout=20.0,
        neo4j_read_timeout=20.0,
        redis_url=stack.redis_url,
        s3_endpoint=stack.s3_endpoint,
        s3_access_key=stack.s3_access_key,
        s3_secret_key=stack.s3_secret_key,
        s3_region=stack.s3_region,
        s3_bucket=stack.s3_bucket,
        token_secret="test token secret of 32 bytes or more",
        seal_secret="test seal secret of 32 bytes or more!",
        sign_ups_per_address=OFTEN,
    )


@pytest.fixture(scope="session")
async def served(app_settings: Settings, share: Share) -> AsyncIterator[Served]:
    """Serve until the session ends. Password hashes are cheap, and round trips are observed."""
    rounds = Rounds()
    opened: list[parts.Parts] = []
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def open_observed(settings: Settings) -> parts.Parts:
        made = open_parts(settings)
        made.keyspace.observe = rounds.redis_asked
        opened.append(made)
        return made

    with pytest.MonkeyPatch.context() as patch:
        open_parts, open_graph = parts.open_parts, parts._graph
        patch.setattr(parts, "Passwords", partial(Passwords, CHEAPEST))
        patch.setattr(parts, "_graph", lambda settings: replace(open_graph(settings), observe=rounds.graph_asked))
        patch.setattr(app, "open_parts", open_observed)
        patch.setattr(app, "mount", share.observing(mount))
        drain = Drain()
        application = app.create_app(app_settings.model_copy(update={"public_url": url}), drain)
    processor = MediaProcessor(MediaProcessorLimits(app_settings.media_max_pixels))
    server = ListeningServer(config_of(application, ServeOptions(drain_seconds=0.5)), drain, 0.5)
    async with httpx.AsyncClient(timeout=60, trust_env=False, limits=httpx.Limits(max_connections=100)) as http:
        running = asyncio.create_task(server._serve([listener]))
        await server.listening.wait()
        await opened[0].store.prepare()
        yield Served(url, http, opened[0], processor, rounds)
        server.should_exit = True
        await processor.close()
    await running


@pytest.fixture
async def product(served: Served, graph: Graph, keyspace: Keyspace) -> Product:
    """Return an empty product."""
    served.rounds.forget()
    return Product(served, graph)
