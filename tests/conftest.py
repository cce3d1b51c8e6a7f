"""What every test may use: the embedded servers once a session, emptied for each test."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from xdist.remote import Producer

from graph.driver import Graph, GraphOptions
from graph.migrations import migrate
from graph.queries import Catalogue
from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from services.settings import Settings
from stack.embedded import EmbeddedStack, StackAddresses
from stack.ports import Ports
from tests.distribution import Pieces, place_of
from tests.execution.share import Share
from tests.execution.share_report import ShareReport
from tests.property_examples import load_profile
from tests.worlds.serving import settings_for

EMPTY = "MATCH (n) WHERE NOT n:Migration AND NOT n:MigrationLock CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"

SHARE = pytest.StashKey[Share]()
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"
"""Compiles once and lightly: servers that live for minutes spent half of their time on compiling what they never repaid. The code
of all has the room that it has by default, which is less where there is one compiler."""

LASTING_PLANS = {"dbms.cypher.min_replan_interval": "1d"}
"""Plans each statement once. Each test empties the graph, so after the usual ten seconds each plan counts as outdated, and making
them anew took half of the time of Neo4j. Who counts what plans touch empties the cache of plans before."""


def pytest_configure(config: pytest.Config) -> None:
    load_profile()
    os.environ.setdefault("JAVA_TOOL_OPTIONS", QUICK_JAVA)
    config.stash[SHARE] = Share()
    config.pluginmanager.register(ShareReport(config.stash[SHARE]))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: place_of(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Pieces:
    return Pieces(config, log)


@pytest.fixture(scope="session")
def share(pytestconfig: pytest.Config) -> Share:
    """The operations that met the product in this run, and those of them that are compiled."""
    return pytestconfig.stash[SHARE]


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStack]:
    """The embedded servers. `ROOKERY_TEST_STACK` names a folder to keep them in, for faster starts.

    Where several processes run the tests, each has servers of its own.
    """
    kept, process = os.environ.get("ROOKERY_TEST_STACK"), os.environ.get("PYTEST_XDIST_WORKER", "")
    folder = Path(kept) / process if kept else tmp_path_factory.mktemp("stack")
    with EmbeddedStack(folder, ports=Ports.any_free(), neo4j_settings=LASTING_PLANS) as stack:
        yield stack


@pytest.fixture(scope="session")
def stack(servers: EmbeddedStack) -> StackAddresses:
    """Where the servers are."""
    return servers.addresses


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Every statement."""
    return Catalogue()


@pytest.fixture(scope="session")
async def migrated(stack: StackAddresses, catalogue: Catalogue) -> None:
    """A graph with every constraint and index."""
    graph = Graph.open(stack.neo4j_uri, stack.neo4j_user, stack.neo4j_password, catalogue=catalogue)
    await migrate(graph.driver, "neo4j", catalogue)
    await graph.close()


@pytest.fixture
def way() -> GraphOptions:
    """How the graph is reached."""
    return GraphOptions()


@pytest.fixture
async def graph(stack: StackAddresses, catalogue: Catalogue, migrated: None, way: GraphOptions) -> AsyncIterator[Graph]:
    """An empty graph."""
    graph = Graph.open(stack.neo4j_uri, stack.neo4j_user, stack.neo4j_password, way, catalogue=catalogue)
    async with graph.driver.session() as session:
        await (await session.run(EMPTY)).consume()
    yield graph
    await graph.close()


@pytest.fixture
async def keyspace(stack: StackAddresses) -> AsyncIterator[Keyspace]:
    """An empty Redis."""
    keyspace = Keyspace.open(stack.redis_url)
    await keyspace.command("FLUSHALL")
    yield keyspace
    await keyspace.close()


@pytest.fixture
async def redis(keyspace: Keyspace) -> AsyncIterator[Redis]:
    """The same empty Redis, as a client with connections of its own."""
    client = Redis.from_pool(keyspace.pool)
    yield client
    await client.aclose()


@pytest.fixture
async def blocking(keyspace: Keyspace) -> AsyncIterator[BlockingConnections]:
    """Connections to the same Redis for commands that wait."""
    connections = keyspace.blocking()
    yield connections
    await connections.close()


@pytest.fixture
def settings(stack: StackAddresses, tmp_path: Path) -> Settings:
    """Settings for the embedded servers."""
    return settings_for(stack, tmp_path)
