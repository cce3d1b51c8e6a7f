"""The one connection that everybody shares."""

import asyncio
import time
from contextlib import asynccontextmanager, suppress

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from errors import Unavailable
from keyspace import pipelined
from keyspace.client import Keyspace
from keyspace.connections import ReadySocket
from keyspace.errors import CommandRefused
from keyspace.pipelined import PipelinedConnection
from tests.worlds.waiting import answers

PING = b"*1\r\n$4\r\nPING\r\n"


@pytest.fixture
async def other(stack):
    """A connection of somebody else."""
    client = Redis.from_url(stack.redis_url)
    yield client
    await client.aclose()


async def connections(other) -> int:
    return int((await other.info("stats"))["total_connections_received"])


async def test_many_callers_are_served_in_order_over_one_connection(keyspace, other):
    await keyspace.ping()
    before = await connections(other)
    found = await asyncio.gather(*(keyspace.command("ECHO", str(at)) for at in range(1_000)))
    assert [int(each) for each in found] == list(range(1_000))
    assert await connections(other) == before


async def test_what_is_asked_in_one_turn_goes_out_in_one_write(keyspace, monkeypatch):
    await keyspace.ping()
    written: list[bytes] = []
    connection = keyspace.shared._connection
    transport = connection._transport
    send = transport.write

    class Counting:
        def write(self, data):
            written.append(data)
            send(data)

        def __getattr__(self, name):
            return getattr(transport, name)

    monkeypatch.setattr(connection, "_transport", Counting())
    await asyncio.gather(*(keyspace.command("ECHO", "x") for _ in range(50)))
    assert len(written) == 1


async def test_those_who_come_first_at_once_connect_once(stack, other):
    keyspace = Keyspace.open(stack.redis_url)
    before = await connections(other)
    await asyncio.gather(*(keyspace.ping() for _ in range(30)))
    assert await connections(other) == before + 1
    await keyspace.close()


async def test_who_gives_up_while_connecting_does_not_stop_the_others(stack):
    keyspace = Keyspace.open(stack.redis_url)
    first, second = (asyncio.create_task(keyspace.command("ECHO", "x")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == b"x"
    await asyncio.wait([first])
    assert first.cancelled()
    await keyspace.close()


async def test_an_error_is_for_who_asked(keyspace):
    asked = [keyspace.command("ECHO", "a"), keyspace.command("INCR"), keyspace.command("ECHO", "b")]
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert (found[0], found[2]) == (b"a", b"b")
    assert isinstance(found[1], CommandRefused)


async def test_the_first_error_of_several_commands_is_raised_and_the_others_ran(keyspace):
    with pytest.raises(CommandRefused):
        await keyspace.commands("some", [("SET", "a", "1"), ("INCR",), ("SET", "b", "2")])
    assert await keyspace.commands("some", [("GET", "a"), ("GET", "b")]) == [b"1", b"2"]


async def test_a_connection_that_was_closed_is_made_again_for_the_same_call(keyspace, other):
    await keyspace.ping()
    await other.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    assert await asyncio.gather(*(keyspace.command("ECHO", "x") for _ in range(20))) == [b"x"] * 20


async def test_a_redis_that_is_silent_is_given_up_in_time_and_asked_again(stack, other):
    keyspace = Keyspace.open(stack.redis_url, timeout=0.2)
    await keyspace.ping()
    await other.execute_command("CLIENT", "PAUSE", "700", "ALL")
    found = await asyncio.gather(*(keyspace.ping() for _ in range(10)), return_exceptions=True)
    assert all(isinstance(each, Unavailable) for each in found)
    await answers(keyspace)
    await keyspace.close()


async def test_a_server_that_says_nothing_when_it_is_connected_to_is_given_up_in_the_same_time():
    async def serve(reader, writer):
        while await reader.read(1_000):
            pass
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    keyspace = Keyspace.open("redis://{}:{}".format(*server.sockets[0].getsockname()), timeout=1)
    async with asyncio.timeout(1.9):  # two tries of a second each would be twice what the setting says
        with pytest.raises(Unavailable):
            await keyspace.ping()
    await keyspace.close()
    server.close()
    await server.wait_closed()
    await asyncio.sleep(0)


async def test_a_script_is_sent_to_a_new_redis_by_the_one_who_asks_for_all(keyspace, servers):
    """The new Redis knows no script; that it says so shows that it is back."""
    await keyspace.script("lease_rows", b"token", 0)
    servers.redis.kill()
    try:
        with pytest.raises(Unavailable):
            await keyspace.ping()
    finally:
        servers.redis.start()
    keyspace._open_until = time.perf_counter()
    assert await keyspace.script("lease_rows", b"token", 0) == [[], []]
    await keyspace.ping()


async def test_no_more_may_wait_than_memory_has_room_for(keyspace, monkeypatch):
    await keyspace.ping()
    monkeypatch.setattr(pipelined, "MOST_WAITING", 3)
    found = await asyncio.gather(*(keyspace.ping() for _ in range(6)), return_exceptions=True)
    assert [isinstance(each, Unavailable) for each in found] == [False] * 3 + [True] * 3
    await keyspace.ping()  # it counts as busy, not as gone


async def test_closing_ends_what_waits(stack, other):
    keyspace = Keyspace.open(stack.redis_url)
    await keyspace.ping()
    await other.execute_command("CLIENT", "PAUSE", "200", "ALL")
    connection = keyspace.shared._connection
    assert connection is not None
    (waiting,) = connection.ask_all([PING])
    await asyncio.sleep(0)
    await keyspace.close()
    with pytest.raises(RedisConnectionError):
        await waiting
    with pytest.raises(Unavailable):  # and nothing is connected again
        await keyspace.ping()
    await answers(other_keyspace := Keyspace.open(stack.redis_url))
    await other_keyspace.close()


async def test_who_waits_for_a_connection_when_it_is_closed_is_told_so(stack):
    keyspace = Keyspace.open(stack.redis_url)
    waiting = asyncio.create_task(keyspace.ping())
    await asyncio.sleep(0)
    await keyspace.close()
    with pytest.raises(Unavailable):
        await waiting


async def test_a_connection_that_ends_after_its_greeting_is_made_again(monkeypatch):
    """The first one is closed by the server before anything could be asked; the repeat finds a good one."""
    ready = 0

    async def serve(reader, writer):
        nonlocal ready
        number = ready = ready + 1
        while data := await reader.read(1_000):
            writer.write(b"%1\r\n+server\r\n+redis\r\n" if b"HELLO" in data else b"+OK\r\n" * data.count(b"*"))
            if number == 1 and b"LIB-VER" in data:
                break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    keyspace = Keyspace.open("redis://{}:{}".format(*server.sockets[0].getsockname()), timeout=5)
    async with asyncio.timeout(2):
        assert await keyspace.command("PING") == b"OK"
    assert ready == 2
    await keyspace.close()
    server.close()


@asynccontextmanager
async def talking(says: bytes, timeout: float = 1.0):
    """A connection with a server of ours that answers everything with these bytes."""

    async def serve(reader, writer):
        while await reader.read(1_000):
            if says:
                writer.write(says)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    connection = PipelinedConnection(ReadySocket(writer, ResponseError), timeout)
    try:
        yield connection
    finally:
        connection.close()
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("says", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"+one\r\n+two\r\n"])
async def test_a_server_that_says_what_nobody_asked_is_left(says):
    async with talking(says) as connection:
        (reply,) = connection.ask_all([PING])
        with suppress(RedisConnectionError):
            assert await reply == b"one"
        async with asyncio.timeout(2):
            while not connection.broken:  # noqa: ASYNC110 - nothing else tells
                await asyncio.sleep(0)


async def test_what_a_server_tells_unasked_is_nobodys_reply():
    async with talking(b">2\r\n+MOVING\r\n:1\r\n+PONG\r\n") as connection:
        (reply,) = connection.ask_all([PING])
        assert await reply == b"PONG"
        assert not connection.broken


async def test_all_who_wait_are_told_when_time_is_over():
    async with talking(b"", timeout=0.05) as connection:
        first, second = connection.ask_all([b"x", b"y"])
        found = await asyncio.gather(first, second, return_exceptions=True)
        assert all(isinstance(each, RedisTimeoutError) for each in found)
