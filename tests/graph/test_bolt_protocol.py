"""What Neo4j does not do on demand: answers that nobody asked for, credentials that expire, a cluster, a server that does not
read."""

import asyncio
from collections.abc import Sequence

import pytest
from neo4j.exceptions import AuthError, ClientError, DatabaseError, DriverError, ServiceUnavailable, TokenExpired, TransientError

from graph.bolt.connecting import BoltAddress, Connector, NotServed
from graph.bolt.pool import PoolLimits
from graph.bolt.reads import PipelinedReads
from graph.driver import Graph
from graph.plans import Plans
from graph.queries import Catalogue
from tests.graph.asking import ask, asking, reads_of, statement
from tests.graph.scripted_server import (
    GOODBYE,
    HELLO,
    IGNORED,
    LOGON,
    PULL,
    RESET,
    ROUTE,
    RUN,
    ScriptedServer,
    failure,
    record,
    scripted_server,
    success,
)
from tests.worlds.waiting import until

SLOW_ONES = 3
EXPIRED = "Neo.ClientError.Security.AuthorizationExpired"


def reads_by(server: ScriptedServer, connections: int = 1, each: int = 10, scheme: str = "bolt") -> PipelinedReads:
    return reads_of(f"{scheme}://127.0.0.1:{server.port}", PoolLimits(connections, each, 2.0), timeout=2.0)


def plain(_connection: int, _tag: int) -> None:
    """Answer as a server that has 1 for everybody."""


async def test_a_connection_says_who_it_is_asks_and_says_goodbye():
    async with scripted_server(plain) as server:
        reads = reads_by(server)
        assert await ask(reads) == 1
        await reads.close()
        await until(lambda: (1, GOODBYE) in server.got)
        assert server.got == [(1, HELLO), (1, LOGON), (1, RUN), (1, PULL), (1, GOODBYE)]


@pytest.mark.parametrize("version", [bytes(4), bytes((0, 0, 3, 5)), bytes((0, 0, 0, 6)), b"HTTP/1.1 400"])
async def test_versions_that_we_do_not_speak_are_refused(version: bytes):
    async with scripted_server(plain) as server:
        server.version = version
        reads = reads_by(server)
        with pytest.raises(NotServed):
            await ask(reads)
        assert not reads.is_served
        await reads.close()


async def test_one_of_several_servers_is_left_to_the_driver():
    servers = [{"addresses": ["a:7687", "b:7687"], "role": "READ"}, {"addresses": ["c:7687"], "role": "WRITE"}]

    def answer(_connection: int, tag: int) -> Sequence[bytes] | None:
        return [success(rt={"ttl": 300, "db": "neo4j", "servers": servers})] if tag == ROUTE else None

    async with scripted_server(answer) as server:
        reads = reads_by(server, scheme="neo4j")
        with pytest.raises(NotServed, match="3 servers"):
            await ask(reads)
        await until(lambda: (1, GOODBYE) in server.got)
        await reads.close()


async def test_a_login_that_is_refused_is_told_to_all_who_wait():
    def answer(_connection: int, tag: int) -> Sequence[bytes] | None:
        return [failure("Neo.ClientError.Security.Unauthorized")] if tag == LOGON else None

    async with scripted_server(answer) as server:
        reads = reads_by(server)
        results = await asyncio.gather(*(ask(reads) for _ in range(3)), return_exceptions=True)
        assert [type(each) for each in results] == [AuthError] * 3
        await reads.close()


async def test_expired_credentials_are_given_again_on_another_connection(monkeypatch: pytest.MonkeyPatch):
    def answer(connection: int, tag: int) -> Sequence[bytes] | None:
        return {RUN: [failure(EXPIRED)], PULL: [IGNORED]}.get(tag) if connection == 1 else None

    async with scripted_server(answer) as server:
        uri = f"bolt://127.0.0.1:{server.port}"
        monkeypatch.setattr(Plans, "is_planned", lambda *_: True)  # planning goes by the driver
        graph = Graph.open(uri, "neo4j", "x", catalogue=Catalogue())
        assert await graph.read("users/ping") == 1
        await until(lambda: (1, GOODBYE) in server.got)
        assert [tag for connection, tag in server.got if connection == 2] == [HELLO, LOGON, RUN, PULL]
        await graph.close()


async def test_what_waits_for_room_goes_to_a_connection_that_authenticates_anew():
    def answer(connection: int, tag: int) -> Sequence[bytes] | None:
        return {RUN: [failure(EXPIRED)], PULL: [IGNORED]}.get(tag) if connection == 1 else None

    async with scripted_server(answer) as server:
        reads = reads_by(server, each=1)
        first, *others = [asyncio.create_task(ask(reads)) for _ in range(3)]
        with pytest.raises(TransientError):
            await first
        assert await asyncio.gather(*others) == [1, 1]
        await reads.close()


async def test_a_token_that_has_ended_is_told_and_its_connection_is_not_used_on():
    def answer(connection: int, tag: int) -> Sequence[bytes] | None:
        return {RUN: [failure("Neo.ClientError.Security.TokenExpired")], PULL: [IGNORED]}.get(tag) if connection == 1 else None

    async with scripted_server(answer) as server:
        reads = reads_by(server)
        with pytest.raises(TokenExpired):
            await ask(reads)
        assert await ask(reads) == 1
        assert server.connections == 2
        await reads.close()


async def test_what_the_server_ignores_is_sent_again_behind_the_reset():
    runs = 0

    def answer(_connection: int, tag: int) -> Sequence[bytes] | None:
        nonlocal runs
        runs += tag == RUN
        if tag in {RUN, PULL} and runs <= 2:
            return [failure("Neo.ClientError.Statement.ArgumentError")] if (tag, runs) == (RUN, 1) else [IGNORED]
        return None

    async with scripted_server(answer) as server:
        reads = reads_by(server)
        results = await asyncio.gather(ask(reads), ask(reads), return_exceptions=True)
        assert isinstance(results[0], ClientError)
        assert results[1] == 1
        assert [tag for _, tag in server.got] == [HELLO, LOGON, RUN, PULL, RUN, PULL, RESET, RUN, PULL]
        await reads.close()


@pytest.mark.parametrize(
    "nonsense",
    [
        [success(), success()],
        [IGNORED],
        [record(1), record(2), success(), record(3)],
        [b"\0\2\xb1\x33\0\0"],
        [b"\0\4\xb1\x7f\xa1\x85\0\0"],
        [failure("x"), failure("y")],
    ],
    ids=["more than was asked", "ignored", "a record at the end", "an unknown message", "half a value", "a failed reset"],
)
async def test_what_nobody_asked_ends_the_connection_and_the_next_is_asked_on_another(
    nonsense: list[bytes], caplog: pytest.LogCaptureFixture
):
    def answer(connection: int, tag: int) -> Sequence[bytes] | None:
        if connection > 1 or tag not in {RUN, PULL, RESET}:
            return None
        return nonsense if tag == PULL else [success()] if tag == RUN else []

    async with scripted_server(answer) as server:
        reads = reads_by(server)
        results = await asyncio.gather(ask(reads), ask(reads), return_exceptions=True)
        assert {type(each) for each in results} <= {int, type(None), DatabaseError, ServiceUnavailable}
        assert not any(isinstance(each, int) for each in results[1:])
        await until(lambda: reads.short.connections == 0)
        assert not caplog.records
        assert await ask(reads) == 1
        assert server.connections == 2
        await reads.close()


async def test_a_short_statement_does_not_wait_behind_slow_ones():
    def answer(connection: int, tag: int) -> Sequence[bytes] | None:
        return [] if connection <= SLOW_ONES and tag in {RUN, PULL} else None

    async with scripted_server(answer) as server:
        address = BoltAddress.of(f"bolt://127.0.0.1:{server.port}")
        assert address is not None
        reads = PipelinedReads.of(Connector(address, "neo4j", "x", "neo4j", 2.0), lambda: None)
        slow = [asking(reads, of=statement("RETURN 1 AS one", "yes")) for _ in range(SLOW_ONES)]
        await until(lambda: [tag for _, tag in server.got].count(RUN) == SLOW_ONES)
        assert await ask(reads) == 1
        assert server.connections == SLOW_ONES + 1
        for each in slow:
            each.cancel()
        await reads.close()


async def test_who_leaves_while_waiting_for_room_is_never_sent():
    async with scripted_server(plain) as server:
        reads = reads_by(server, each=1)
        assert await ask(reads) == 1
        server.reads.clear()
        tasks = [asyncio.create_task(ask(reads)) for _ in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        server.reads.set()
        assert (await tasks[0], await tasks[2]) == (1, 1)
        assert server.got.count((1, RUN)) == 3
        await reads.close()


async def test_a_server_that_does_not_read_gets_no_more_and_others_do():
    async with scripted_server(plain) as server:
        reads = reads_by(server, 2)
        assert await ask(reads) == 1
        server.reads.clear()
        large = asyncio.create_task(ask(reads, "x" * 20_000_000))
        await until(lambda: reads.short.connections == 1 and reads.short.waiting == 1)
        assert await ask(reads) == 1
        assert not large.done()
        server.reads.set()
        assert await large == 1
        assert server.connections == 2
        await reads.close()


async def test_closing_does_not_wait_for_ever_for_a_connection_that_does_not_open():
    async with scripted_server(lambda _connection, tag: [] if tag == LOGON else None) as server:
        reads = reads_by(server)
        asking = asyncio.create_task(ask(reads))
        await until(lambda: (1, LOGON) in server.got)
        await reads.close()
        with pytest.raises(DriverError):
            await asking
