"""What precedes a request is bounded in bytes and in time, and refusals keep the answers before them."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.web.conftest import Serve, Served
from tests.web.socket_clients import hear, introduce, say
from web.limits import ConnectionLimits
from web.serve import ServeOptions

LIMITS = ConnectionLimits(head_seconds=0.3, rest_seconds=0.3, stall_seconds=0.3, linger_seconds=0.3)
BODY = b'{"query": "{ hello }"}'
HEAD = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
HELLO = HEAD % len(BODY) + BODY
CHUNKED = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
SLOW = HELLO.replace(b"hello", b" slow")


@pytest.fixture
async def bounded(serve: Serve) -> Served:
    """Give a server that waits for nobody."""
    return await serve(serve_options=ServeOptions(drain_seconds=0.5, limits=LIMITS))


@asynccontextmanager
async def connected(served: Served) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def exchange(served: Served, sent: bytes) -> list[int]:
    """Send bytes and give the statuses of all answers until the server closes."""
    async with connected(served) as (reader, writer):
        writer.write(sent)
        return statuses(await asyncio.wait_for(reader.read(), 5))


def statuses(answers: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answers)]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n", 414),
        (b"GET /" + b"a" * 20_000, 414),
        (b"GET / HTTP/1.1\r\nhost: x\r\na: " + b"a" * 9_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nhost: x\r\na: " + b"a" * 60_000, 431),
        (b"GET / HTTP/1.1\r\nhost: x\r\n" + b"a" * 60_000, 431),
        (b"GET / HTTP/1.1\r\nhost: x\r\n" + b"a: b\r\n" * 101 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nhost: x\r\n" + (b"a: " + b"a" * 1_000 + b"\r\n") * 40 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: x\r\nhost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: x/y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: u@x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: \r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: x:port\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\nhost: x\r\nhost: y\r\n\r\n", 400),
        (b"GET http://y/ HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
    ],
)
async def test_heads_over_a_limit_or_malformed_are_refused_and_the_connection_ends(
    bounded: Served, head: bytes, status: int
) -> None:
    assert (await exchange(bounded, head))[-1:] == [status]


@pytest.mark.parametrize(
    "head",
    [
        b"GET /livez HTTP/1.0\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nhost: [::1]:8000\r\nconnection: close\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nhost: a-b.example:8000\r\nconnection: close\r\n\r\n",
        b"GET http://x.example/livez HTTP/1.1\r\nhost: other\r\nconnection: close\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: " + b"a" * 8_000 + b"\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + b"a: b\r\n" * 90 + b"\r\n",
    ],
)
async def test_ordinary_heads_are_answered(bounded: Served, head: bytes) -> None:
    assert await exchange(bounded, head) == [200]


@pytest.mark.parametrize(
    "begun",
    [
        b"GET / HTTP/1.1\r\nhost: x\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\na: ",
        CHUNKED + b"1\r\n{\r\n0\r\n",
        CHUNKED + b"1;",
    ],
    ids=["name", "value", "trailer", "chunk extension"],
)
async def test_what_never_ends_is_refused_in_whatever_pieces_it_comes(bounded: Served, begun: bytes) -> None:
    async with connected(bounded) as (reader, writer):
        writer.write(begun)
        answer = asyncio.create_task(reader.read())
        for _ in range(1_000):
            if answer.done():
                break
            writer.write(b"a" * 100)
            await asyncio.sleep(0)
        assert statuses(await asyncio.wait_for(answer, 5)) == [431]


async def test_an_incomplete_head_has_its_time_however_it_drips(bounded: Served) -> None:
    async with connected(bounded) as (reader, writer):
        answer = asyncio.create_task(reader.read())
        head = iter(b"GET / HTTP/1.1\r\nhost: x\r\na: " + b"a" * 1_000)
        async with asyncio.timeout(5):
            while not answer.done():
                writer.write(bytes([next(head)]))
                await asyncio.wait([answer], timeout=0.02)
        assert statuses(answer.result()) == [408]


@pytest.mark.parametrize("sent", [b"", b"\r\n\r\n"], ids=["silent", "blank lines"])
async def test_a_connection_without_a_request_is_closed_without_an_answer(bounded: Served, sent: bytes) -> None:
    assert await exchange(bounded, sent) == []


async def test_a_silent_connection_is_closed_between_requests(serve: Serve) -> None:
    served = await serve(serve_options=ServeOptions(drain_seconds=0.5, limits=replace(LIMITS, keep_alive_seconds=1)))
    assert await exchange(served, HELLO) == [200]
    assert await exchange(served, HELLO + b"\r\n") == [200]
    assert await exchange(served, HELLO + b"GET / HT") == [200, 408]


async def test_a_body_that_nobody_reads_has_its_time_too(bounded: Served) -> None:
    async with connected(bounded) as (reader, writer):
        writer.write(b"POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n")
        answer = asyncio.create_task(reader.read())
        async with asyncio.timeout(5):
            while not answer.done():
                writer.write(b"a")
                await asyncio.wait([answer], timeout=0.02)
        assert statuses(answer.result()) == [405]


async def test_a_body_that_comes_behind_its_answer_leaves_the_connection_usable(bounded: Served) -> None:
    async with connected(bounded) as (reader, writer):
        writer.write(b"POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\n")
        await asyncio.wait_for(reader.readuntil(b"\r\n\r\nMethod Not Allowed"), 5)
        writer.write(b"abc" + HELLO)
        assert b"200 OK" in await asyncio.wait_for(reader.readuntil(b"\r\n"), 5)


@pytest.mark.parametrize(
    "behind",
    [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nhost: x\r\n" + b"a: b\r\n" * 101 + b"\r\n"],
    ids=["malformed", "without host", "headers"],
)
async def test_a_refused_request_waits_for_the_answers_before_it(bounded: Served, behind: bytes) -> None:
    answers = asyncio.create_task(exchange(bounded, SLOW + HELLO + behind + HELLO))
    await asyncio.wait_for(bounded.toy.begun.wait(), 5)
    bounded.toy.gate.set()
    assert (await answers)[:2] == [200, 200]
    assert len(answers.result()) == 3
    assert answers.result()[2] in {400, 431}


async def test_a_malformed_body_is_refused_behind_the_answers_before_it(bounded: Served) -> None:
    assert await exchange(bounded, CHUNKED + b"no size\r\n") == [400]
    assert await exchange(bounded, HELLO + CHUNKED + b"no size\r\n") == [200, 400]


async def test_more_requests_than_may_wait_on_a_connection_are_refused(bounded: Served) -> None:
    assert await exchange(bounded, HELLO * 40) == [200] * 17 + [429]


async def test_a_client_that_sends_on_behind_a_refusal_can_read_it(bounded: Served) -> None:
    async with connected(bounded) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\n\r\n" + b"a" * 500_000)
        await writer.drain()
        assert statuses(await asyncio.wait_for(reader.read(), 5)) == [400]


async def test_a_client_that_does_not_read_its_answer_is_cut(bounded: Served) -> None:
    async with connected(bounded) as (reader, writer):
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        body = b'{"query": "subscription { flood }"}'
        writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n"
            b"content-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body
        )
        await asyncio.wait_for(bounded.toy.cancelled.wait(), 5)


async def test_sockets_are_not_cut_by_the_time_for_heads(bounded: Served) -> None:
    async with bounded.socket() as socket:
        await introduce(socket)
        await asyncio.sleep(2 * LIMITS.head_seconds)
        await say(socket, "subscribe", "1", query="{ hello }")
        assert (await hear(socket))["payload"] == {"data": {"hello": "hello world"}}


async def test_redirects_name_no_host(served: Served) -> None:
    for path, location in (("/graphql/", "/graphql"), ("/graphql///?a=%20b", "/graphql?a=%20b"), ("//graphql/", None)):
        async with connected(served) as (reader, writer):
            writer.write(b"GET %b HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n" % path.encode())
            answer = (await asyncio.wait_for(reader.read(), 5)).decode().lower()
        assert "evil" not in answer
        assert (f"\r\nlocation: {location}\r\n" in answer) == (location is not None)
