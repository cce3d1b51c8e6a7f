"""The documented clients through a network that goes silent, breaks and is slow: each comes back, and misses nothing."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest

from tests.clients.pages import ROOT, examples
from tests.clients.product import Product
from tests.clients.programs import PATIENCE, Program, program
from tests.clients.proxy import Proxy, Trouble, proxy_of
from tests.clients.test_live import following, project_of
from tests.worlds.waiting import until
from web.limits import StreamLimits

LIVEZ = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
CLIENTS = ["graphql-ws", "urql", "graphql-sse", "Apollo Client", "gql"]
LOG_IN = b"logIn("
PAGE = b"homeTimeline(first:"
ON_THE_PAGE = "posts on the page"
QUICKLY = "SILENCE = 2_000"
"""Milliseconds in place of 15 seconds, for requests that go silent one after the other."""


@pytest.fixture
async def proxy(product: Product) -> AsyncIterator[Proxy]:
    """The network between the clients and the first server."""
    async with proxy_of(product.address) as proxy:
        yield proxy


@pytest.fixture
async def clients(product: Product, proxy: Proxy, tmp_path: Path) -> AsyncIterator[Sequence[Program]]:
    """All documented clients, as they follow the same home timeline through the proxy."""
    project, token = project_of(tmp_path, proxy.address), await product.log_in()
    async with AsyncExitStack() as stack:
        programs = [await stack.enter_async_context(program(*each, folder=project)) for each in following(token)]
        for each in programs:
            await product.write_until_seen(each)
        yield programs


async def test_every_documented_client_misses_nothing_through_a_bad_network(
    product: Product, proxy: Proxy, clients: Sequence[Program]
) -> None:
    proxy.carried[LOG_IN] = 0
    proxy.silence()
    await product.write_post("while it is silent")
    await seen(clients, "while it is silent")
    proxy.cut()
    await product.write_post("while it is cut")
    await seen(clients, "while it is cut")
    proxy.delay = 0.2
    for number in range(3):
        await product.write_post(f"while it is slow, {number}")
    await seen(clients, "while it is slow, 2")
    proxy.delay = 0.0
    expected = ["while it is silent", "while it is cut", *(f"while it is slow, {number}" for number in range(3))]
    shown = {name: [line for line in each.lines if "while it is" in line] for name, each in zip(CLIENTS, clients, strict=True)}
    assert shown == {name: [f"@mira: {text}" for text in expected] for name in CLIENTS}
    assert proxy.carried[LOG_IN] == 0  # their tokens are good


async def rotated(product: Product, secrets: str) -> None:
    """Seal what is stored with the first of some secrets."""
    rotating = await product.rookery("rotate-keys", ROOKERY_SEAL_SECRET=secrets)
    assert await asyncio.wait_for(rotating.wait(), PATIENCE) == 0, product.log.read_text()


async def test_every_documented_client_begins_anew_where_its_cursor_is_refused(
    product: Product, clients: Sequence[Program]
) -> None:
    """The server comes back with another secret of cursors, of which tokens do not know."""
    usual, another = product.environ["ROOKERY_SEAL_SECRET"], "another seal secret of 32 bytes or more"
    await product.stop(product.address)
    await rotated(product, f"{another},{usual}")  # or it would not be ready, since it could read no address
    await product.serve(product.address, ROOKERY_SEAL_SECRET=another)
    try:
        for each in clients:
            await goes_on(product, each)
    finally:
        await product.stop(product.address)
        await rotated(product, f"{usual},{another}")
        await product.serve(product.address)
    assert [line for line in clients[0].lines if ON_THE_PAGE in line] == [f"20 {ON_THE_PAGE}"] * 2


async def test_every_client_that_shows_a_page_reads_it_until_it_is_there(
    product: Product, proxy: Proxy, tmp_path: Path
) -> None:
    project, token = project_of(tmp_path, proxy.address), await product.log_in()
    watched = examples("docs/api.md")["watched-fetch.js"].replace("SILENCE = 15_000", QUICKLY)
    (project / "watched-fetch.js").write_text(watched, "utf-8")
    node = ("node", "--import", "./node.mjs")
    proxy.trouble = breaking = Trouble(PAGE, silences=False)
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(program(*node, *command, folder=project))
            for command in (["home.js"], ["urql.mjs"], ["apollo.mjs", token])
        ]
        await until(lambda: breaking.met >= 2 * len(clients), PATIENCE)
        proxy.trouble = silencing = Trouble(PAGE, silences=True)
        await until(lambda: silencing.met >= len(clients), PATIENCE)
        proxy.trouble = None
        for each in clients:
            await each.until(ON_THE_PAGE)
            await product.write_until_seen(each)


async def goes_on(product: Product, client: Program) -> None:
    """Write posts until a client prints one."""
    for number in range(int(PATIENCE)):
        await product.write_post(f"begun anew, {number}")
        with suppress(TimeoutError):
            await client.until("begun anew", seconds=1)
            return
    raise AssertionError("\n".join(["nothing came", *client.lines]))


async def seen(clients: Sequence[Program], text: str) -> None:
    """Wait until every client has printed it."""
    for each in clients:
        await each.until(text)


async def test_a_silent_connection_carries_nothing_and_is_not_closed(product: Product, proxy: Proxy) -> None:
    host, _, port = proxy.address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(LIVEZ)
    assert await reader.readuntil(b"200 OK")
    proxy.silence()
    await reader.read(10_000)  # the rest of the answer, which was on its way
    writer.write(LIVEZ)
    assert (await product.http.get(f"http://{proxy.address}/livez")).status_code == 200
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.5)
    writer.close()


def test_the_examples_wait_for_more_than_one_sign_of_life_and_less_than_twenty_seconds() -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    found = [int(number.replace("_", "")) for number in re.findall(r"\bSILENCE = ([\d_]+)", page)]
    seconds = [number / 1_000 if number > 1_000 else number for number in found]
    assert len(seconds) == 3
    assert all(StreamLimits().ping_seconds < each < 20 for each in seconds)
