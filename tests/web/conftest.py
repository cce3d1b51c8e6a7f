"""A server of the toy schema on a free port, in the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
import uvicorn
import websockets

from tests.web.executors import chosen_executor
from tests.web.toy import Toy, ToyContext, opener, schema
from web.drain import Drain
from web.limits import Limits, StreamLimits
from web.persisted import MemoryDocumentStore
from web.routes import Web, WebOptions, mount
from web.serve import DrainingServer, ServeOptions, config_of, listen
from web.socket_messages import SUBPROTOCOL

# Short, so that tests of what a server does to those who do not act are quick.
SHORT = StreamLimits(init_seconds=0.2, stall_seconds=0.3, close_seconds=0.3, heartbeat_seconds=0.1)


class TellingServer(DrainingServer):
    """A server that tells when it listens."""

    def __init__(self, config: uvicorn.Config, drain: Drain, options: ServeOptions) -> None:
        super().__init__(config, drain, options.drain_seconds, delay_seconds=options.drain_delay_seconds)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@dataclass(frozen=True, slots=True)
class Served:
    """A running server and what it serves."""

    url: str
    toy: Toy
    web: Web[ToyContext]
    server: DrainingServer
    running: asyncio.Task[None]
    http: httpx.AsyncClient

    async def stop(self) -> None:
        """Stop the server as a signal would."""
        self.server.should_exit = True
        await self.running

    @property
    def port(self) -> int:
        """Give the port."""
        return int(self.address.rpartition(":")[2])

    @property
    def address(self) -> str:
        """Give the server without a path."""
        return self.url.removesuffix("/graphql")

    async def ask(self, query: str | None = None, /, *, accept: str | None = None, **parameters: Any) -> httpx.Response:
        """Send a POST."""
        body = {"query": query, **parameters} if query is not None else parameters
        return await self.http.post(self.url, json=body, headers={"accept": accept} if accept else {})

    async def code(self, query: str | None = None, /, **parameters: Any) -> str:
        """Give the code of the first error."""
        answer = (await self.ask(query, **parameters)).json()
        return str(answer["errors"][0]["extensions"]["code"])

    def socket(self, **options: Any) -> Any:
        """Connect a WebSocket."""
        options = {"subprotocols": [SUBPROTOCOL], "compression": None, **options}
        return websockets.connect(self.url.replace("http", "ws"), **options)


Serve = Callable[..., Awaitable[Served]]


@asynccontextmanager
async def serving(options: WebOptions[ToyContext], serve_options: ServeOptions, port: int = 0) -> AsyncIterator[Served]:
    """Serve until the block ends."""
    toy = Toy()
    drain = Drain()
    options = replace(options, executor=options.executor or chosen_executor())
    web = mount(schema, opener(toy), options, drain)
    app = web.application()
    listener = listen("127.0.0.1", port)
    server = TellingServer(config_of(app, serve_options), drain, serve_options)
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http, asyncio.TaskGroup() as group:
        running = group.create_task(server._serve([listener]))
        await server.listening.wait()
        port = listener.getsockname()[1]
        yield Served(f"http://127.0.0.1:{port}/graphql", toy, web, server, running, http)
        toy.gate.set()
        server.should_exit = True
        await http.aclose()
        await running


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start servers with the options of a test."""
    async with AsyncExitStack() as stack:

        async def start(
            options: WebOptions[ToyContext] | None = None,
            *,
            serve_options: ServeOptions | None = None,
            port: int = 0,
            **changes: Any,
        ) -> Served:
            chosen = replace(options or WebOptions(document_store=MemoryDocumentStore()), **changes)
            # Tests leave streams open; a drain would wait for them.
            serve_options = serve_options or ServeOptions(drain_seconds=0.5)
            return await stack.enter_async_context(serving(chosen, serve_options, port))

        yield start


@pytest.fixture
async def served(serve: Serve) -> Served:
    """Give a server with defaults, but for short times."""
    return await serve(limits=Limits(streams=SHORT))
