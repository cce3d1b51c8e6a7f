"""A small graph to run every benchmark on, in its smallest form."""

from pathlib import Path

import pytest

from bench.ground import Ground
from bench.made_graph import write_edges
from bench.pace import Pace
from graph.driver import Graph
from keyspace.client import Keyspace
from stack.embedded import StackAddresses
from world.importer import import_follows

TINY = Pace(
    people=150, follows=2_500, posts=1_500, imported_posts=0, rounds=1, turn=0.4, sample=6, timelines=10, fanned_out=2
)  # fmt: skip


@pytest.fixture
def bare_ground(stack: StackAddresses, migrated: None, tmp_path: Path) -> Ground:
    return Ground.of(stack, tmp_path, TINY)


@pytest.fixture
async def ground(bare_ground: Ground, graph: Graph, keyspace: Keyspace, tmp_path: Path) -> Ground:
    edges = tmp_path / "edges.txt"
    write_edges(edges, TINY.people, TINY.follows)
    await import_follows(graph, edges, posts=TINY.posts)
    return bare_ground
