from typing import Any

import pytest
from neo4j import AsyncDriver

from graph.driver import Graph
from graph.queries import Catalogue, CatalogueError, Statement

FORBIDDEN = ("AllNodesScan", "NodeByLabelScan", "CartesianProduct", "DirectedAllRelationshipsScan", "RelationshipTypeScan")
GOOD = '// Title\n// params: {"id": "x"}\n// returns: row\nMATCH (u:User {id: $id})\nRETURN u.id AS row\n'


def operators(plan: dict[str, Any]) -> list[str]:
    return [plan["operatorType"], *(name for child in plan.get("children", ()) for name in operators(child))]


async def plan_of(driver: AsyncDriver, statement: Statement) -> list[str]:
    async with driver.session() as session:
        result = await session.run(f"EXPLAIN {statement.text}", dict(statement.example))
        summary = await result.consume()
    return operators(summary.plan or {})


async def test_every_statement_begins_at_an_index(graph: Graph):
    wrong = {}
    for name, statement in graph.catalogue.items():
        bad = [op for op in await plan_of(graph.driver, statement) if op.split("@")[0] in FORBIDDEN]
        if bad and not statement.scans:
            wrong[name] = bad
    assert not wrong


async def test_every_statement_returns_one_record_with_one_column(graph: Graph):
    async with graph.driver.session() as session:
        for statement in graph.catalogue.values():
            async with await session.begin_transaction() as transaction:
                result = await transaction.run(statement.text, dict(statement.example))
                assert len(result.keys()) == 1, statement.name
                assert len(await result.values()) <= 1, statement.name
                await transaction.rollback()


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("", "title"),
        ("// Title\n", "title"),
        ("// Title\nRETURN 1 AS x", "params"),
        (GOOD.replace('{"id": "x"}', "{id: x}"), "JSON"),
        (GOOD.replace('{"id": "x"}', "{}"), "differ"),
        (GOOD.replace('{"id": "x"}', '{"id": "x", "more": 1}'), "differ"),
        (GOOD.replace("RETURN u.id AS row", "DELETE u"), "returns nothing"),
        (GOOD.replace("MATCH", "MATCH (x) WHERE @nowhere(x) MATCH"), "nowhere"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_stops_the_start(tmp_path, source, complaint):
    (tmp_path / "users").mkdir()
    (tmp_path / "users" / "one.cypher").write_text(source)
    with pytest.raises(CatalogueError, match=complaint):
        Catalogue(tmp_path)


def test_a_file_says_why_its_statement_may_be_slow(tmp_path):
    (tmp_path / "users").mkdir()
    (tmp_path / "users" / "one.cypher").write_text(GOOD.replace("MATCH", "// slow: it reads\n//   a lot\nMATCH"))
    (tmp_path / "users" / "two.cypher").write_text(GOOD.replace("row\n", "other\n").replace("AS row", "AS other"))
    catalogue = Catalogue(tmp_path)
    assert (catalogue["users/one"].slow, catalogue["users/two"].slow) == ("it reads a lot", None)


def test_two_files_with_the_same_text_stop_the_start(tmp_path):
    (tmp_path / "users").mkdir()
    for name in ("one", "two"):
        (tmp_path / "users" / f"{name}.cypher").write_text(GOOD)
    with pytest.raises(CatalogueError, match="repeats"):
        Catalogue(tmp_path)


def test_fragments_are_joined_in_under_the_name_that_the_query_uses(tmp_path):
    for room in ("users", "policy"):
        (tmp_path / room).mkdir()
    (tmp_path / "policy" / "active.cypher").write_text("// Active\n// fragment: person\nperson.state = 'ACTIVE'\n")
    (tmp_path / "users" / "one.cypher").write_text(GOOD.replace("RETURN", "WHERE @active(u)\nRETURN"))
    assert "WHERE (u.state = 'ACTIVE')" in Catalogue(tmp_path)["users/one"].text


@pytest.fixture
def fragments(tmp_path):
    """Write fragments by name, each of one person, beside a statement that joins in the first."""
    (tmp_path / "users").mkdir()
    (tmp_path / "policy").mkdir()

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / "policy" / f"{name}.cypher").write_text(f"// Title\n// fragment: person\n{text}\n")
        (tmp_path / "users" / "one.cypher").write_text(GOOD.replace("RETURN", f"WHERE @{next(iter(texts))}(u)\nRETURN"))
        return tmp_path

    return write


def test_fragments_join_in_others_under_the_name_that_the_query_uses(fragments):
    folder = fragments(seen="@active(person) OR @here(person)", active="person.state = 'ACTIVE'", here="person.here")
    assert "WHERE ((u.state = 'ACTIVE') OR (u.here))" in Catalogue(folder)["users/one"].text


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        ({"one": "@one(person)"}, "one joins in one, which joins in itself"),
        ({"one": "@two(person)", "two": "@three(person)", "three": "@one(person)"}, "joins in itself"),
        ({"one": "@nowhere(person)"}, "one joins in nowhere, which is not in policy or rules or rows"),
        ({"one": "@two(person, other)", "two": "person.here"}, "one gives two 2 variables, and it speaks of person"),
    ],
)
def test_fragments_that_cannot_be_joined_stop_the_start(fragments, texts, complaint):
    with pytest.raises(CatalogueError, match=complaint):
        Catalogue(fragments(**texts))


def test_a_query_that_gives_too_many_names_stops_the_start(fragments):
    folder = fragments(active="person.state = 'ACTIVE'")
    (folder / "users" / "one.cypher").write_text(GOOD.replace("RETURN", "WHERE @active(u, u)\nRETURN"))
    with pytest.raises(CatalogueError, match="users/one gives active 2 variables, and it speaks of person"):
        Catalogue(folder)


def test_a_fragment_that_names_no_variable_stops_the_start(fragments):
    folder = fragments(active="person.here")
    (folder / "policy" / "active.cypher").write_text("// Title\nperson.here\n")
    with pytest.raises(CatalogueError, match="active names no variable"):
        Catalogue(folder)
