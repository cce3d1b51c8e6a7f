"""A small graph to run every benchmark on, in its smallest form."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench.addresses import settings_of
from bench.cached_graph import fill
from bench.generated_graph import write_edges
from bench.run_length import RunLength
from bench.testbed import Testbed, Workspace
from graph.driver import Graph
from stack.embedded import StackAddresses
from tests.conftest import EMPTY
from tests.worlds.coverage import unmeasured

TINY = RunLength(
    people=150, follows=2_500, posts=1_500, imported_posts=0, rounds=1, turn=0.4, warm=0, sample=4, timelines=10, crowd=300,
    fanned_out=2, mixed=3.0, operations=500, sockets=(8,), burst=80, held=5.0, page_turn=0.1,
    connections=(8,), cold_connections=(2,),
)  # fmt: skip


__all__ = ["unmeasured"]


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, TINY)


@pytest.fixture
def bare_testbed(stack: StackAddresses, migrated: None, tmp_path: Path) -> Testbed:
    return Testbed.of(stack, tmp_path, TINY)


@pytest.fixture(scope="module")
async def testbed(stack: StackAddresses, migrated: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Testbed]:
    """One graph for all: no benchmark but the last five changes whom it holds.

    It is filled by the command of the product, which drops caches behind it. What only writes leaves a mark, by which a worker
    drops all timelines while it is measured.
    """
    folder = tmp_path_factory.mktemp("bench")
    write_edges(folder / "edges.txt", TINY.people, TINY.follows)
    graph = Graph.open(stack.neo4j_uri, stack.neo4j_user, stack.neo4j_password)
    async with graph.driver.session() as session:
        await (await session.run(EMPTY)).consume()
    await fill(settings_of(stack, folder), folder / "edges.txt", TINY.posts)
    async with graph.driver.session() as session:  # what others planned for their graphs may touch more of this one
        await (await session.run("CALL db.clearQueryCaches()")).consume()
    yield Testbed.of(stack, folder, TINY)
    await graph.close()
