"""What a write raises when the way to the server breaks: what may be there is never called failed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from neo4j.exceptions import ClientError, DatabaseError, Neo4jError, TransientError

from errors import OutcomeUnknown, Unavailable
from graph.commit import Commit
from graph.driver import Graph, GraphOptions
from graph.ids import new_id
from graph.outbox import OutboxEvent
from graph.queries import Catalogue
from stack.embedded import StackAddresses
from tests.graph.bolt_proxy import BoltProxy, OnCommit, bolt_proxy

LIMITS = GraphOptions(acquire_timeout=5.0, write_timeout=5.0)
HASTY = GraphOptions(acquire_timeout=0.5, write_timeout=0.5)


@pytest.fixture
async def proxy(stack: StackAddresses) -> AsyncIterator[BoltProxy]:
    """A proxy before the server."""
    port = urlsplit(stack.neo4j_uri).port
    assert port is not None
    async with bolt_proxy(port) as proxy:
        yield proxy


@pytest.fixture
async def proxied(stack: StackAddresses, catalogue: Catalogue, proxy: BoltProxy, graph: Graph) -> AsyncIterator[Graph]:
    """The empty graph, by way of the proxy, with connections that are open already."""
    uri = f"bolt://127.0.0.1:{proxy.port}"
    way = Graph.open(uri, stack.neo4j_user, stack.neo4j_password, LIMITS, catalogue=catalogue)
    await way.ping()
    yield way
    await way.close()


async def add(graph: Graph) -> None:
    """Write one event."""
    await graph.write("users/ping", events=lambda _: [OutboxEvent(new_id(), "user.updated", 1, {})])


async def written(graph: Graph) -> int:
    return int(await graph.read("outbox/depth"))


@pytest.mark.parametrize(("cut", "there"), [(OnCommit.CUT_BEFORE, 0), (OnCommit.CUT_AFTER, 1)])
async def test_a_connection_that_breaks_at_the_commit_leaves_it_unknown_and_nothing_is_repeated(
    graph: Graph, proxied: Graph, proxy: BoltProxy, cut: OnCommit, there: int
):
    proxy.on_commit = cut
    with pytest.raises(OutcomeUnknown):
        await add(proxied)
    assert proxy.commits == 1
    assert await written(graph) == there


async def test_silence_after_the_commit_leaves_it_unknown_and_frees_the_connection(
    graph: Graph, proxied: Graph, proxy: BoltProxy
):
    proxy.on_commit = OnCommit.SILENCE
    with pytest.raises(OutcomeUnknown):
        await add(replace(proxied, options=HASTY))
    assert await written(graph) == 1
    assert not proxied.running
    proxy.on_commit = OnCommit.PASS
    await add(proxied)


async def test_silence_before_the_commit_is_a_failure_and_nothing_is_written_later(
    graph: Graph, proxied: Graph, proxy: BoltProxy
):
    proxy.is_mute = True
    with pytest.raises(Unavailable) as caught:
        await add(replace(proxied, options=HASTY))
    assert caught.type is Unavailable
    proxy.is_mute = False
    assert (proxy.commits, await written(graph)) == (0, 0)


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
