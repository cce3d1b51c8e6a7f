"""What a write raises when the way to the server breaks: what may be there is never called failed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from neo4j.exceptions import ClientError, DatabaseError, Neo4jError, TransientError

from errors import OutcomeUnknown, Unavailable
from graph.commit import Commit
from graph.driver import Graph, GraphOptions
from graph.idempotency import AlreadyMade, Once
from graph.ids import new_id
from graph.outbox import OutboxEvent
from graph.queries import Catalogue
from stack.embedded import StackAddresses
from tests.graph.bolt_proxy import BoltProxy, OnCommit

LIMITS = GraphOptions(acquire_timeout=5.0, write_timeout=5.0)
HASTY = GraphOptions(acquire_timeout=0.5, write_timeout=0.5)


@pytest.fixture
async def proxied(stack: StackAddresses, catalogue: Catalogue, proxy: BoltProxy, graph: Graph) -> AsyncIterator[Graph]:
    """The empty graph, by way of the proxy, with connections that are open already."""
    uri = f"bolt://127.0.0.1:{proxy.port}"
    limits = replace(LIMITS, pipelined=graph.options.pipelined)
    proxied = Graph.open(uri, stack.neo4j_user, stack.neo4j_password, limits, catalogue=catalogue)
    await proxied.ping()
    yield proxied
    await proxied.close()


async def add(graph: Graph) -> None:
    """Write one event."""
    await graph.write("users/ping", events=lambda _: [OutboxEvent(new_id(), "user.updated", 1, {})])


@dataclass
class Told:
    """What `committed` was called with."""

    calls: list[Sequence[OutboxEvent]] = field(default_factory=list)

    def __call__(self, events: Sequence[OutboxEvent]) -> None:
        self.calls.append(events)


async def written(graph: Graph) -> int:
    return int(await graph.read("outbox/depth"))


@pytest.mark.parametrize(("cut", "there"), [(OnCommit.CUT_BEFORE, 0), (OnCommit.CUT_AFTER, 1)])
async def test_a_connection_that_breaks_at_the_commit_leaves_it_unknown_and_nothing_is_repeated(
    graph: Graph, proxied: Graph, proxy: BoltProxy, cut: OnCommit, there: int
):
    proxy.on_commit, told = cut, Told()
    with pytest.raises(OutcomeUnknown):
        await add(replace(proxied, committed=told))
    assert proxy.commits == 1
    assert await written(graph) == there
    assert told.calls == [()]


async def test_what_may_be_committed_is_told_though_nobody_waits_for_it(graph: Graph, proxied: Graph, proxy: BoltProxy):
    await add(proxied)
    proxy.on_commit, told = OnCommit.CUT_AFTER, Told()
    task = asyncio.create_task(add(replace(proxied, committed=told)))
    async with asyncio.timeout(10):
        while not proxied.running:  # noqa: ASYNC110 - looked at in each turn of the loop, since it is there for a few only
            await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(*proxied.running, task, return_exceptions=True)
    assert task.cancelled()
    assert told.calls == [()]


async def test_what_a_key_shows_to_be_done_before_is_told(graph: Graph):
    told, once = Told(), Once("make", "key", "input", 1)
    telling = replace(graph, committed=told)
    for _ in range(2):
        with suppress(AlreadyMade):
            await telling.write("users/ping", once=once, made=lambda _: "made")
    with pytest.raises(AlreadyMade):
        await telling.check_unused(once)
    assert told.calls == [(), ()]


async def test_silence_after_the_commit_leaves_it_unknown_and_frees_the_connection(
    graph: Graph, proxied: Graph, proxy: BoltProxy
):
    proxy.on_commit, told = OnCommit.SILENCE, Told()
    with pytest.raises(OutcomeUnknown):
        await add(replace(proxied, options=HASTY, committed=told))
    assert told.calls == [()]
    assert await written(graph) == 1
    assert not proxied.running
    proxy.on_commit = OnCommit.PASS
    await add(proxied)


async def test_silence_before_the_commit_is_a_failure_and_nothing_is_written_later(
    graph: Graph, proxied: Graph, proxy: BoltProxy
):
    await add(proxied)  # plans the statement, for which a silent server would be given much longer
    proxy.is_mute = True
    with pytest.raises(Unavailable) as caught:
        await add(replace(proxied, options=HASTY))
    assert caught.type is Unavailable
    proxy.is_mute = False
    assert (proxy.commits, await written(graph)) == (1, 1)


class Refusing:
    """A transaction whose commit is answered by an error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def commit(self) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("code", "of", "raised"),
    [
        ("Neo.TransientError.Transaction.DeadlockDetected", TransientError, TransientError),
        ("Neo.TransientError.Transaction.Terminated", TransientError, TransientError),
        ("Neo.ClientError.Schema.ConstraintValidationFailed", ClientError, ClientError),
        ("Neo.ClientError.Transaction.TransactionTimedOut", ClientError, ClientError),
        ("Neo.TransientError.Cluster.ReplicationFailure", TransientError, OutcomeUnknown),
        ("Neo.TransientError.General.DatabaseUnavailable", TransientError, OutcomeUnknown),
        ("Neo.DatabaseError.Transaction.TransactionCommitFailed", DatabaseError, OutcomeUnknown),
    ],
)
async def test_a_commit_is_failed_only_where_the_server_took_it_back(
    code: str, of: type[Neo4jError], raised: type[Exception]
):
    error = of(code)
    error._neo4j_code = code
    commit: Any = Commit()
    with pytest.raises(raised):
        await commit.send(Refusing(error))
    assert commit.is_sent == (raised is OutcomeUnknown)
