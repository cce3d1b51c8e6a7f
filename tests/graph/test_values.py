"""Values are equal over both ways, and of equal types."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from neo4j.graph import Node

from graph.driver import Graph
from graph.queries import Catalogue

TEXT = "é😀" * 30_000
"""A text of several chunks."""
LITERALS = [
    "null", "true", "1", "-16", "-17", "127", "128", "-129", "32768", "2147483648", "9223372036854775807", "1.5", "0.1", "'a'",
    "''", "[]", "[1, 'a', null, [true]]", "{a: 1, b: {c: []}}", "date('2020-02-29')", "time('12:00+01:00')", "localtime('12:00')",
    "datetime('2020-01-01T00:00:00Z')", "datetime('2020-01-01T00:00:00[Europe/Berlin]')", "localdatetime('2020-01-01T00:00')",
    "duration('P1M2DT3S')", "point({x: 1, y: 2})", "point({longitude: 1, latitude: 2, height: 3})", "[date('2020-02-29')]",
]
PARAMETERS: list[Any] = [
    None, True, 0, -(2**63), 2**63 - 1, 0.25, TEXT, b"\0\xff", [], ["a"] * 20_000, (1, 2), {"a": (1, [2])}, {"x": {"y": None}},
]


@pytest.fixture
def tried(tmp_path: Path, graph: Graph) -> Graph:
    folder = tmp_path / "t"
    folder.mkdir()
    texts = {f"literal_{at}": f"RETURN {literal} AS value" for at, literal in enumerate(LITERALS)}
    for name, text in texts.items():
        (folder / f"{name}.cypher").write_text(f"// {name}\n// params: {{}}\n// returns: it\n{text}\n")
    (folder / "echo.cypher").write_text('// Echo\n// params: {"value": 1}\n// returns: it\nRETURN $value AS value\n')
    (folder / "hashtag.cypher").write_text(
        "// Tag\n// params: {}\n// returns: it\nMATCH (h:Hashtag) RETURN {tag: h, tags: [h]} AS value\n"
    )
    return replace(graph, catalogue=Catalogue(tmp_path))


def typed(value: Any) -> Any:
    """Return a value with all its types."""
    if isinstance(value, dict):
        return dict, {key: typed(each) for key, each in value.items()}
    if isinstance(value, list):
        return list, [typed(each) for each in value]
    return type(value), value


async def driven(graph: Graph, name: str, **params: Any) -> Any:
    async with graph.driver.session() as session:
        record = await (await session.run(graph.catalogue[name].text, params)).single()
        assert record is not None
        return record[0]


async def test_values_of_the_graph(tried: Graph):
    for at, literal in enumerate(LITERALS):
        name = f"t/literal_{at}"
        assert typed(await tried.read(name)) == typed(await driven(tried, name)), literal


async def test_parameters(tried: Graph):
    for value in PARAMETERS:
        assert typed(await tried.read("t/echo", value=value)) == typed(await driven(tried, "t/echo", value=value))


async def test_nodes(tried: Graph):
    async with tried.driver.session() as session:
        await (await session.run("CREATE (:Hashtag {name: 'a'})")).consume()
    read, by_driver = await tried.read("t/hashtag"), await driven(tried, "t/hashtag")
    assert isinstance(read["tag"], Node) and isinstance(read["tags"][0], Node)
    assert (read["tag"].element_id, read["tag"].labels, dict(read["tag"])) == (
        by_driver["tag"].element_id, by_driver["tag"].labels, dict(by_driver["tag"])
    )


@pytest.mark.parametrize("value", [2**63, {1: 2}, {1}])
async def test_parameters_that_bolt_does_not_know_are_refused_and_nothing_is_sent(tried: Graph, value: Any):
    with pytest.raises((TypeError, ValueError, OverflowError)):
        await tried.read("t/echo", value=value)
    assert await tried.read("t/echo", value=1) == 1
