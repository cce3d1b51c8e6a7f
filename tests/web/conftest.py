"""A server of the toy schema on a free port, in the test's own event loop."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
import websockets

from tests.web.executors import chosen_executor
from tests.web.toy import Toy, ToyContext, opener, schema, session_of
from tests.worlds.serving import BRIEFLY, Running, listening
from web.drain import Drain
from web.limits import Limits, StreamLimits
from web.persisted import MemoryDocumentStore
from web.routes import Web, WebOptions, mount
from web.serve import ServeOptions, listen
from web.socket_messages import SUBPROTOCOL

# Short, so that tests of what a server does to those who do not act are quick.
SHORT = StreamLimits(init_seconds=0.2, stall_seconds=0.3, close_seconds=0.3)


@dataclass(frozen=True, slots=True)
class Served:
    """A running server and what it serves."""

    url: str
    toy: Toy
    web: Web[ToyContext]
    running: Running
    http: httpx.AsyncClient

    async def stop(self) -> None:
        """Stop the server as a signal would."""
        await self.running.stop()

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
async def serving(
    options: WebOptions[ToyContext], serve_options: ServeOptions, port: int = 0, spread_seconds: float = 0.0
) -> AsyncIterator[Served]:
    """Serve until the block ends."""
    toy = Toy()
    drain = Drain(spread_seconds)
    options = replace(options, executor=options.executor or chosen_executor(), session_of=session_of)
    web = mount(schema, opener(toy), options, drain)
    listener = listen("127.0.0.1", port)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/graphql"
    async with (
        listening(web.application(), drain, listener, serve_options) as running,
        httpx.AsyncClient(timeout=10, trust_env=False) as http,
    ):
        yield Served(url, toy, web, running, http)
        toy.gate.set()
        running.server.should_exit = True


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start servers with the options of a test."""
    async with AsyncExitStack() as stack:

        async def start(
            options: WebOptions[ToyContext] | None = None,
            *,
            serve_options: ServeOptions | None = None,
            port: int = 0,
            spread_seconds: float = 0.0,
            **changes: Any,
        ) -> Served:
            chosen = replace(options or WebOptions(document_store=MemoryDocumentStore()), **changes)
            return await stack.enter_async_context(serving(chosen, serve_options or BRIEFLY, port, spread_seconds))

        yield start


@pytest.fixture
async def served(serve: Serve) -> Served:
    """Give a server with defaults, but for short times."""
    return await serve(limits=Limits(streams=SHORT))
