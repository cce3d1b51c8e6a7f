"""Whose address a request counts for behind proxies, over real sockets: `X-Forwarded-For` is believed of trusted ones."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx
import pytest
from pydantic import ValidationError
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from services.settings import Settings
from tests.worlds.serving import listening
from web.drain import Drain
from web.serve import ServeOptions, listen

CLIENT, OTHER = "198.51.100.7", "203.0.113.9"
Asked = Callable[..., Awaitable[str]]


async def tell(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer whose request it is."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    await PlainTextResponse(scope["client"][0])(scope, receive, send)


@asynccontextmanager
async def behind(trusted: str) -> AsyncIterator[Asked]:
    """Serve behind these proxies, and give what asks who it is with such headers."""
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with AsyncExitStack() as open_:
        await open_.enter_async_context(
            listening(tell, Drain(), listener, ServeOptions(drain_seconds=0.5, trusted_proxies=trusted))
        )
        http = await open_.enter_async_context(httpx.AsyncClient(trust_env=False))
        yield partial(_asked, http, url)


async def _asked(http: httpx.AsyncClient, url: str, *lines: str) -> str:
    return (await http.get(url, headers=[("x-forwarded-for", line) for line in lines])).text


@pytest.mark.parametrize(
    ("trusted", "lines", "client"),
    [
        ("127.0.0.1", [CLIENT], CLIENT),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.0/8", [CLIENT], CLIENT),
        # Whatever a client writes there stands before what the proxy adds.
        ("127.0.0.1", [f"{OTHER}, {CLIENT}"], CLIENT),
        ("127.0.0.1", [f"127.0.0.1, {CLIENT}"], CLIENT),
        ("127.0.0.1", [f"garbage <>\t, {CLIENT}"], CLIENT),
        ("127.0.0.1", [OTHER, CLIENT], CLIENT),
        # Several proxies: the last that is none of ours.
        ("127.0.0.1, 10.0.0.0/8", [f"{OTHER}, {CLIENT}, 10.1.2.3, 10.0.0.1"], CLIENT),
        ("127.0.0.1, 10.0.0.0/8", [f"10.9.9.9, {OTHER}, {CLIENT}, 10.1.2.3"], CLIENT),
        ("127.0.0.1", [f"{OTHER}, {CLIENT}, 10.1.2.3"], "10.1.2.3"),
        ("127.0.0.1, 2001:db8:ff::/48", [f"{OTHER}, 2001:db8:1::7, 2001:db8:ff::1"], "2001:db8:1::7"),
        # Ports are no part of an address, or each connection would count anew.
        ("127.0.0.1", [f"{CLIENT}:50123"], CLIENT),
        ("127.0.0.1", ["[2001:db8:1::7]:50123"], "2001:db8:1::7"),
        ("127.0.0.1", ["[2001:db8:1::7]"], "2001:db8:1::7"),
        # A request that comes from elsewhere is its own.
        ("192.0.2.1", [CLIENT], "127.0.0.1"),
        ("10.0.0.0/8", [f"{CLIENT}, 10.0.0.1"], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
    ],
)
async def test_the_client_is_the_last_address_that_is_no_proxy_of_ours(trusted: str, lines: list[str], client: str) -> None:
    async with behind(trusted) as asked:
        assert await asked(*lines) == client


@pytest.mark.parametrize("trusted", ["10.0.0.1/8", "proxy.example.org", "10.0.0.0/8;10.1.0.0/16", "", "10.0.0.0/33"])
def test_what_is_no_network_is_refused_at_the_start(trusted: str) -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        Settings(trusted_proxies=trusted)
