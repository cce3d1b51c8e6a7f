import asyncio
from pathlib import Path

import pytest

from graph.driver import Graph
from graph.migrations import MIGRATIONS, MigrationError, known, migrate

NEWEST = max(path.name for path in MIGRATIONS.glob("*.cypher"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in MIGRATIONS.glob("*.cypher"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"))
    return tmp_path


def test_migrations_are_in_order_and_have_statements():
    found = known()
    assert [int(migration.name.partition("_")[0]) for migration in found] == [*range(1, len(found) + 1)]  # each number once
    assert all(migration.statements for migration in found)
    assert all(";" not in statement for migration in found for statement in migration.statements)


async def test_a_second_run_applies_nothing(graph: Graph):
    assert await migrate(graph.driver, "neo4j", graph.catalogue) == []


async def test_every_statement_can_run_twice(graph: Graph):
    async with graph.driver.session() as session:
        for migration in known():
            for statement in migration.statements:
                await (await session.run(statement)).consume()


async def test_two_at_once_apply_a_new_file_once(graph: Graph, folder: Path):
    (folder / "9001_later.cypher").write_text("CREATE INDEX later IF NOT EXISTS FOR (l:Later) ON (l.x);\n")
    try:
        done = await asyncio.gather(*[migrate(graph.driver, "neo4j", graph.catalogue, folder) for _ in range(4)])
        assert sorted(map(len, done)) == [0, 0, 0, 1]
    finally:
        async with graph.driver.session() as session:
            await (await session.run("MATCH (m:Migration {name: $name}) DELETE m", name="9001_later")).consume()
            await (await session.run("DROP INDEX later IF EXISTS")).consume()


async def test_a_changed_file_is_refused(graph: Graph, folder: Path):
    path = folder / NEWEST
    path.write_text(path.read_text("utf-8") + "CREATE INDEX more IF NOT EXISTS FOR (m:More) ON (m.x);\n")
    with pytest.raises(MigrationError, match="was changed"):
        await migrate(graph.driver, "neo4j", graph.catalogue, folder)


async def test_a_graph_of_a_newer_version_is_refused(graph: Graph, folder: Path):
    (folder / NEWEST).unlink()
    with pytest.raises(MigrationError, match="newer version"):
        await migrate(graph.driver, "neo4j", graph.catalogue, folder)
