"""Reads over connections of our own: what fails, breaks, is silent or is cancelled is nobody's concern but its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from random import Random
from typing import Any, TypeAlias

import pytest
from neo4j import Bookmarks
from neo4j.exceptions import ClientError, ConnectionAcquisitionTimeoutError, CypherSyntaxError, ServiceUnavailable
from prometheus_client import CollectorRegistry

from errors import QueryTimeout, Unavailable
from graph.bolt import connection, pool
from graph.bolt.connecting import HANDSHAKE, BoltAddress
from graph.bolt.exchange import Wait
from graph.bolt.metrics import PoolMetrics
from graph.bolt.pool import PoolLimits
from graph.bolt.reads import PipelinedReads
from graph.driver import Graph, GraphOptions
from graph.plans import Plans
from graph.queries import Catalogue
from stack.embedded import StackAddresses
from tests.graph.asking import ECHO, ask, asking, reads_of, statement
from tests.graph.bolt_proxy import BoltProxy
from tests.worlds.waiting import until

OpenReads: TypeAlias = Callable[..., Awaitable[PipelinedReads]]
MANY = 200
WRONG = statement("RETURN 1 / size([each IN [$value] WHERE false]) AS value")
NONSENSE = statement("RETURN nonsense AS value")
SLEEPY = statement("UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN max(a * b) AS value")
LONG = "x" * 70_000
"""A text that takes two chunks."""


@pytest.fixture
async def opened(stack: StackAddresses, proxy: BoltProxy, migrated: None) -> AsyncIterator[OpenReads]:
    """Open reads by way of the proxy: at first over one connection, which is there already."""
    made: list[PipelinedReads] = []

    async def open_(connections: int = 1, each: int = MANY, wait: float = 5.0, timeout: float = 5.0) -> PipelinedReads:
        uri = f"bolt://127.0.0.1:{proxy.port}"
        made.append(reads_of(uri, PoolLimits(connections, each, wait), stack, timeout))
        assert await ask(made[-1], 0) == 0
        return made[-1]

    yield open_
    proxy.answers.set()
    proxy.is_mute = False
    for each in made:
        await each.close()


@pytest.fixture
async def reads(opened: OpenReads) -> PipelinedReads:
    """Reads all over one connection."""
    return await opened()


@pytest.fixture
def proxied_graph(stack: StackAddresses, proxy: BoltProxy, catalogue: Catalogue, migrated: None) -> Callable[..., Graph]:
    """Make a graph that is reached by way of the proxy."""

    def made(scheme: str = "bolt", **options: Any) -> Graph:
        uri = f"{scheme}://127.0.0.1:{proxy.port}"
        limits = GraphOptions(**options)
        return Graph.open(uri, stack.neo4j_user, stack.neo4j_password, limits, catalogue=catalogue)

    return made


async def test_each_gets_its_own_answer_whatever_else_fails_or_is_cancelled(reads: PipelinedReads, proxy: BoltProxy):
    values = [number if number % 3 else [number, LONG] for number in range(MANY)]
    tasks = [asking(reads, value, (ECHO, WRONG, ECHO, NONSENSE, ECHO)[number % 5]) for number, value in enumerate(values)]
    await asyncio.sleep(0)
    for task in tasks[2::5]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for number, result in enumerate(results):
        match number % 5:
            case 0 | 4:
                assert result == values[number]
            case 1:
                assert isinstance(result, ClientError)
            case 3:
                assert isinstance(result, CypherSyntaxError)
            case _:
                assert isinstance(result, asyncio.CancelledError)
    assert proxy.accepted == 1


async def test_nobody_gets_the_answer_of_another_whatever_happens_to_connections(opened: OpenReads, proxy: BoltProxy):
    reads, chance = await opened(3, each=4), Random(14)
    for turn in range(25):
        values = [[turn, number, "x" * chance.randrange(100_000)] for number in range(20)]
        tasks = [asking(reads, value, chance.choice((ECHO, ECHO, WRONG))) for value in values]
        for _ in range(chance.randrange(30)):
            await asyncio.sleep(0)
        for each in chance.sample(tasks, 5):
            each.cancel()
        if turn % 2:
            proxy.cut()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        expected = (ServiceUnavailable, ClientError, asyncio.CancelledError)
        for result, value in zip(results, values, strict=True):
            assert result == value or isinstance(result, expected)
    assert await ask(reads, "last") == "last"


async def test_a_failure_is_told_with_its_code_and_message_as_by_the_driver(
    reads: PipelinedReads, proxied_graph: Callable[..., Graph]
):
    with pytest.raises(ClientError) as told:
        await ask(reads, 0, NONSENSE)
    graph = proxied_graph()
    async with graph.driver.session() as session:
        with pytest.raises(ClientError) as by_driver:
            await session.run(NONSENSE.text)
    await graph.close()
    assert type(told.value) is type(by_driver.value)
    assert (told.value.code, told.value.message) == (by_driver.value.code, by_driver.value.message)
    assert (told.value.gql_status, told.value.is_retryable()) == (by_driver.value.gql_status, by_driver.value.is_retryable())


async def test_the_server_ends_what_takes_too_long_and_the_connection_is_used_on(reads: PipelinedReads, proxy: BoltProxy):
    wait = Wait(20.0, asyncio.get_running_loop().time() + 20.0)
    with pytest.raises(ClientError, match=r"(?i)terminated|timed out|timeout"):
        await reads.ask(SLEEPY, {}, 0.2, wait)
    assert await ask(reads, 1) == 1
    assert proxy.accepted == 1


async def test_a_cancelled_read_leaves_its_connection_clean(reads: PipelinedReads, proxy: BoltProxy):
    proxy.answers.clear()
    left, others = asking(reads, "left"), [asking(reads, number) for number in range(3)]
    await until(lambda: proxy.held)
    left.cancel()
    proxy.answers.set()
    assert await asyncio.gather(*others) == [0, 1, 2]
    assert left.cancelled()
    assert proxy.accepted == 1


async def test_what_is_asked_in_one_turn_goes_out_together(reads: PipelinedReads, proxy: BoltProxy):
    before = proxy.asked
    assert await asyncio.gather(*(ask(reads, number) for number in range(50))) == list(range(50))
    assert proxy.asked == before + 1


async def test_everybody_is_told_when_the_connection_breaks_and_the_next_is_asked_on_another(
    reads: PipelinedReads, proxy: BoltProxy
):
    proxy.answers.clear()
    tasks = [asking(reads, number) for number in range(5)]
    await until(lambda: proxy.held)
    proxy.cut()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in results] == [ServiceUnavailable] * 5
    proxy.answers.set()
    assert await ask(reads, 1) == 1
    assert proxy.accepted == 2


async def test_reads_whose_connection_breaks_are_asked_again(proxied_graph: Callable[..., Graph], proxy: BoltProxy):
    graph = proxied_graph()
    await graph.ping()
    proxy.answers.clear()
    tasks = [asyncio.create_task(graph.ping()) for _ in range(5)]
    await until(lambda: proxy.held)
    proxy.cut()
    proxy.answers.set()
    await asyncio.gather(*tasks)
    await graph.close()


async def test_a_connection_that_ends_while_nothing_waits_fails_nobody_and_plans_are_made_anew(
    proxied_graph: Callable[..., Graph], proxy: BoltProxy
):
    graph = proxied_graph()
    await graph.ping()
    assert graph.pipelined is not None and graph.pipelined.short.connections == 1
    proxy.cut()
    await until(lambda: graph.pipelined is not None and not graph.pipelined.short.connections)
    assert graph.plans.dropped.is_set()
    await graph.ping()
    await graph.close()


async def test_a_silent_server_is_given_up_and_its_connection_with_it(
    proxied_graph: Callable[..., Graph], proxy: BoltProxy
):
    graph = proxied_graph(read_timeout=0.1, acquire_timeout=0.5)
    await graph.ping()
    assert graph.pipelined is not None
    proxy.is_mute = True
    with pytest.raises(QueryTimeout):
        await graph.ping()
    await until(lambda: graph.pipelined is not None and not graph.pipelined.short.connections)
    proxy.is_mute = False
    await graph.ping()
    await graph.close()


async def test_who_waits_behind_a_slow_one_leaves_in_time_and_the_slow_one_goes_on(reads: PipelinedReads, proxy: BoltProxy):
    proxy.answers.clear()
    slow = asking(reads, "slow")
    hasty = asking(reads, "hasty", seconds=0.2)
    with pytest.raises(QueryTimeout):
        await hasty
    proxy.answers.set()
    assert await slow == "slow"
    assert proxy.accepted == 1


async def test_an_idle_connection_is_asked_whether_it_lives(
    reads: PipelinedReads, proxy: BoltProxy, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connection, "IDLE", 0.05)
    proxy.cut()
    await until(lambda: not reads.short.connections)
    await ask(reads, 1)
    await until(lambda: proxy.resets >= 2)
    assert reads.short.connections == 1
    assert await ask(reads, 2) == 2
    assert proxy.accepted == 2


async def test_an_idle_connection_whose_other_end_is_gone_is_given_up(
    opened: OpenReads, proxy: BoltProxy, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connection, "IDLE", 0.05)
    reads = await opened(timeout=0.5)
    proxy.is_mute = True
    await until(lambda: not reads.short.connections)
    proxy.is_mute = False
    assert await ask(reads, 2) == 2


async def test_who_finds_no_room_waits_for_it_and_not_for_ever(opened: OpenReads, proxy: BoltProxy):
    reads = await opened(each=2, wait=0.3)
    proxy.answers.clear()
    first, second = asking(reads, 1), asking(reads, 2)
    await until(lambda: proxy.held)
    third, left = asking(reads, 3), asking(reads, 4)
    await asyncio.sleep(0)
    left.cancel()
    with pytest.raises(ConnectionAcquisitionTimeoutError):
        await third
    later = asking(reads, 5)
    await asyncio.sleep(0)
    asked = proxy.asked
    proxy.answers.set()
    assert (await first, await second, await later) == (1, 2, 5)
    assert proxy.asked == asked + 1


async def test_more_than_may_wait_are_refused_at_once(
    opened: OpenReads, proxy: BoltProxy, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pool, "MOST_WAITING", 1)
    reads = await opened(each=1)
    proxy.answers.clear()
    tasks = [asking(reads, number) for number in range(3)]
    with pytest.raises(ConnectionAcquisitionTimeoutError):
        await tasks[2]
    proxy.answers.set()
    assert await asyncio.gather(*tasks[:2]) == [0, 1]


async def test_more_at_once_take_more_connections_up_to_the_limit(opened: OpenReads, proxy: BoltProxy):
    reads = await opened(3, each=2)

    async def many() -> int:
        assert await asyncio.gather(*(ask(reads, number) for number in range(60))) == list(range(60))
        return reads.short.connections

    async def are_three() -> bool:
        return await many() == 3

    await until(are_three)
    assert await many() == proxy.accepted == 3


async def test_connections_and_refusals_are_counted(opened: OpenReads, proxy: BoltProxy):
    reads, registry = await opened(each=1, wait=0.1), CollectorRegistry()
    proxy.cut()
    await until(lambda: not reads.short.connections)
    reads.slow.metrics = PoolMetrics.of(registry, "x", ("slow",))["slow"]

    def told(name: str) -> float | None:
        return registry.get_sample_value(f"x_bolt_{name}", {"statements": "slow"})

    await ask(reads)
    assert (told("connections"), told("connections_lost_total"), told("refused_total")) == (1, 0, 0)
    proxy.answers.clear()
    first = asking(reads)
    await until(lambda: proxy.held)
    with pytest.raises(ConnectionAcquisitionTimeoutError):
        await ask(reads)
    proxy.cut()
    with pytest.raises(ServiceUnavailable):
        await first
    assert (told("connections"), told("connections_lost_total"), told("refused_total")) == (0, 1, 1)


async def test_a_statement_runs_on_the_database_that_is_named(reads: PipelinedReads):
    reads.database = "nowhere"
    with pytest.raises(ClientError, match="nowhere"):
        await ask(reads)


async def test_closing_lets_what_runs_finish(opened: OpenReads, proxy: BoltProxy):
    reads = await opened(each=1)
    proxy.answers.clear()
    tasks = [asking(reads, number) for number in range(2)]
    await until(lambda: proxy.held)
    closing = asyncio.create_task(reads.close())
    for _ in range(3):  # the turns that closing takes to begin
        await asyncio.sleep(0)
    with pytest.raises(ServiceUnavailable):
        await ask(reads, 3)
    proxy.answers.set()
    assert await asyncio.gather(*tasks) == [0, 1]
    await closing
    await until(lambda: not proxy.open)


async def test_a_server_that_speaks_no_version_of_ours_is_read_by_the_driver(
    proxied_graph: Callable[..., Graph], proxy: BoltProxy
):
    proxy.refuses = HANDSHAKE
    graph = proxied_graph()
    await asyncio.gather(*(graph.ping() for _ in range(5)))
    assert graph.pipelined is not None and not graph.pipelined.is_served
    accepted = proxy.accepted
    await graph.ping()
    assert proxy.accepted == accepted
    await graph.close()


async def test_a_cluster_of_one_server_is_read_pipelined_and_waits_for_bookmarks(proxied_graph: Callable[..., Graph]):
    graph = proxied_graph("neo4j")
    viewer = graph.as_viewer("viewer")
    await viewer.write("users/ping")
    assert viewer.bookmarks.get("viewer")
    await viewer.ping()
    assert graph.pipelined is not None and graph.pipelined.is_served and graph.pipelined.short.connections
    graph.bookmarks.put("viewer", Bookmarks.from_raw_values(["no bookmark"]))
    with pytest.raises(ClientError, match=r"(?i)bookmark"):
        await viewer.ping()
    await graph.ping()
    await graph.close()


@pytest.mark.parametrize("uri", ["bolt://graph?policy=eu", "neo4j://graph?policy=eu", "http://graph"])
def test_addresses_that_only_the_driver_understands_are_left_to_it(uri: str):
    assert BoltAddress.of(uri) is None


async def test_a_graph_that_cannot_be_reached_is_unavailable_to_all_who_wait(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Plans, "is_planned", lambda *_: True)  # planning goes by the driver
    graph = Graph.open("bolt://127.0.0.1:1", "neo4j", "x", catalogue=Catalogue())
    results = await asyncio.gather(*(graph.ping() for _ in range(20)), return_exceptions=True)
    assert {type(each) for each in results} == {Unavailable}
    await graph.close()
