"""What an import made stale is dropped, however the import ended."""

from pathlib import Path

import pytest

from commands.data import import_edges, seed_world
from graph.driver import Graph
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.row_cache import RowCache
from services.events.command_writer import CommandWriter
from services.events.invalidation import Invalidation
from services.stale_caches import StaleCaches
from stack.embedded import StackAddresses
from tests.keyspace.test_dropping import all_in
from tests.world.test_edges import compacted
from tests.worlds.serving import settings_for
from world.demo import seed
from world.errors import UnreadableFile, UsernameTaken, WorldConflict
from world.importer import import_follows

NAME = keys.USERNAME + b"u100"


@pytest.fixture
def caches(graph: Graph, keyspace: Keyspace) -> StaleCaches:
    return StaleCaches(CommandWriter(graph, Invalidation(RowCache(keyspace, 60))), all_in(keyspace))


@pytest.fixture
async def killed(graph: Graph, keyspace: Keyspace, tmp_path: Path) -> None:
    """An import that was killed before it dropped anything, and what a reader cached before."""
    path = tmp_path / "edges.txt"
    path.write_text("100 101\n")
    await import_follows(graph, path)
    await keyspace.command("SET", NAME, b"x")


async def test_an_import_that_breaks_off_drops_what_its_beginning_made_stale(
    graph: Graph, keyspace: Keyspace, stack: StackAddresses, tmp_path: Path
) -> None:
    path = tmp_path / "edges.bin"
    path.write_bytes(compacted({n: {n + 1, n + 500} for n in range(100, 300)})[:300])
    await keyspace.command("SET", NAME, b"x")
    with pytest.raises(UnreadableFile):
        await import_edges(settings_for(stack, tmp_path / "data"), path, prefix="u", posts=0)
    assert await keyspace.command("EXISTS", NAME) == 0
    assert await graph.read("world/stale_imports") == []


async def test_what_wrote_nothing_drops_nothing(graph: Graph, keyspace: Keyspace, stack: StackAddresses, tmp_path: Path) -> None:
    settings = settings_for(stack, tmp_path / "data")
    await seed(graph, people=20, posts=0)
    await keyspace.command("SET", NAME, b"x")
    with pytest.raises(UnreadableFile):
        await import_edges(settings, tmp_path / "none.txt", prefix="u", posts=0)
    with pytest.raises(ValueError, match="prefix"):
        await import_edges(settings, tmp_path / "none.txt", prefix="#", posts=0)
    with pytest.raises(WorldConflict):
        await seed_world(settings, people=21, posts=0)
    with pytest.raises(ValueError, match="at least"):
        await seed_world(settings, people=3)
    assert await keyspace.command("EXISTS", NAME) == 1


async def test_a_demo_world_that_breaks_off_drops_what_its_beginning_made_stale(
    graph: Graph, keyspace: Keyspace, stack: StackAddresses, tmp_path: Path
) -> None:
    person = {"id": "018bcfe5-6800-7000-8000-000000000001", "username": "Mira", "usernameKey": "mira"}
    await graph.write("world/add_people", people=[person])
    await keyspace.command("SET", NAME, b"x")
    with pytest.raises(UsernameTaken):
        await seed_world(settings_for(stack, tmp_path / "data"), people=20, posts=0)
    assert await keyspace.command("EXISTS", NAME) == 0


async def test_what_a_killed_import_left_is_dropped_once(killed: None, caches: StaleCaches, keyspace: Keyspace) -> None:
    assert await caches.drop_left()
    assert await keyspace.command("EXISTS", NAME) == 0
    await keyspace.command("SET", NAME, b"x")
    assert not await caches.drop_left()
    assert await keyspace.command("EXISTS", NAME) == 1


async def test_what_an_import_writes_during_a_drop_is_dropped_later(
    killed: None, caches: StaleCaches, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def writing(_: object) -> None:
        ((mark, _position, _posts),) = await graph.read("world/stale_imports")
        await graph.write("world/import_posts_written", mark=mark, posts=100)

    monkeypatch.setattr("services.stale_caches.invalidate_imported", writing)
    assert await caches.drop_left()
    monkeypatch.undo()
    assert await caches.drop_left()
    assert not await caches.drop_left()
