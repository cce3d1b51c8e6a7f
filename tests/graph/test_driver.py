import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from neo4j import Bookmarks
from neo4j.exceptions import Neo4jError

from errors import QueryTimeout, Unavailable
from graph.bookmarks import VIEWERS, BookmarkJar
from graph.driver import Graph, GraphOptions
from graph.errors import ConstraintViolated
from graph.ids import new_id
from graph.outbox import OutboxEvent
from graph.queries import Catalogue
from stack.embedded import EmbeddedStack, StackAddresses

STATEMENTS = {
    "ping": ("{}", "RETURN 1 AS one"),
    "sleepy": ("{}", "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN max(a * b) AS most"),
    "add": ('{"name": "a"}', "CREATE (h:Hashtag {name: $name}) RETURN h.name AS name"),
    "grow": ('{"name": "a"}', "MATCH (h:Hashtag {name: $name}) SET h.n = coalesce(h.n, 0) + 1 RETURN h.n AS n"),
    "nothing": ('{"name": "a"}', "MATCH (h:Hashtag {name: $name + '?'}) SET h.n = 1 RETURN h.n AS n"),
    "wrong": ("{}", "RETURN 1 + 'a' - 1 AS one"),
    "events": ("{}", "MATCH (o:Outbox) RETURN collect(o.type) AS types"),
}


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("cypher")
    (folder / "t").mkdir()
    (folder / "outbox").mkdir()
    for name, (params, text) in STATEMENTS.items():
        (folder / "t" / f"{name}.cypher").write_text(f"// {name}\n// params: {params}\n// returns: it\n{text}\n")
    add = Catalogue()["outbox/add"]
    (folder / "outbox" / "add.cypher").write_text(
        f'// Add\n// params: {{"events": []}}\n// returns: added\n{add.text}\n'
    )
    return Catalogue(folder)


@pytest.fixture
def tried(graph: Graph, statements: Catalogue) -> Graph:
    return replace(graph, catalogue=statements)


def bookmarks(value: str) -> Bookmarks:
    return Bookmarks.from_raw_values([value])


def event(type_: str = "user.updated") -> OutboxEvent:
    return OutboxEvent(new_id(), type_, 1, {"userId": "x"})


async def test_a_read_gives_the_one_value(tried: Graph):
    assert await tried.read("t/ping") == 1


async def test_a_read_without_a_record_gives_none(tried: Graph):
    assert await tried.write("t/nothing", name="a") is None


async def test_a_read_that_takes_too_long_is_stopped_by_the_server(tried: Graph):
    with pytest.raises(QueryTimeout):
        await tried.read("t/sleepy", timeout=0.2)


async def test_a_write_that_waits_too_long_for_another_is_stopped_by_the_server(tried: Graph):
    await tried.write("t/add", name="a")
    hasty = replace(tried, options=replace(tried.options, write_timeout=0.3, acquire_timeout=20.0))
    async with tried.driver.session() as session, await session.begin_transaction() as other:
        await (await other.run(tried.catalogue["t/grow"].text, name="a")).consume()
        with pytest.raises(QueryTimeout):
            await hasty.write("t/grow", name="a")


async def test_a_cancelled_read_of_the_driver_keeps_its_connection(tried: Graph):
    used = replace(tried, pipelined=None)
    waiting = asyncio.create_task(used.read("t/sleepy", timeout=0.3))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert len(used.running) == 1
    await asyncio.gather(*used.running, return_exceptions=True)
    assert await used.read("t/ping") == 1


async def test_a_write_and_its_events_are_one(tried: Graph):
    await tried.write("t/add", name="a", events=lambda name: [event(f"made.{name}")])
    assert await tried.read("t/events") == ["made.a"]


async def test_a_refused_write_leaves_no_event(tried: Graph):
    await tried.write("t/add", name="a")
    with pytest.raises(ConstraintViolated):
        await tried.write("t/add", name="a", events=lambda _: [event()])
    assert await tried.read("t/events") == []


async def test_a_write_that_changes_nothing_tells_nothing(tried: Graph):
    assert await tried.write("t/nothing", name="a", events=lambda _: [event()]) is None
    assert await tried.read("t/events") == []


async def test_committed_is_called_with_events_only(tried: Graph):
    calls: list[Sequence[OutboxEvent]] = []
    watched = replace(tried, committed=calls.append)
    await watched.write("t/add", name="a")
    assert not calls
    told = event()
    await watched.write("t/add", name="b", events=lambda _: [told])
    assert calls == [[told]]


async def test_writes_that_meet_are_all_done(tried: Graph):
    await tried.write("t/add", name="a")
    grown = await asyncio.gather(*[tried.write("t/grow", name="a") for _ in range(30)])
    assert sorted(grown) == list(range(1, 31))


async def test_a_statement_that_is_wrong_is_a_defect_and_not_an_outage(tried: Graph):
    with pytest.raises(Neo4jError) as caught:
        await tried.read("t/wrong")
    assert not isinstance(caught.value, Unavailable)


async def test_a_read_may_not_write(tried: Graph):
    with pytest.raises(Neo4jError, match="read access mode"):
        await tried.read("t/add", name="a")
    assert await tried.read("t/ping") == 1


async def test_a_statement_runs_on_the_database_of_the_settings(stack: StackAddresses, tried: Graph):
    options = replace(tried.options, database="nowhere")
    graph = Graph.open(stack.neo4j_uri, stack.neo4j_user, stack.neo4j_password, options, catalogue=tried.catalogue)
    with pytest.raises(Neo4jError, match="nowhere"):
        await graph.read("t/ping")
    await graph.close()


async def test_every_statement_is_observed(tried: Graph):
    seen = []
    await replace(tried, observe=lambda name, seconds: seen.append((name, seconds > 0))).read("t/ping")
    assert seen == [("t/ping", True)]


async def test_a_graph_that_is_not_there_is_unavailable_at_once(statements: Catalogue, way: GraphOptions):
    graph = Graph.open("bolt://127.0.0.1:1", "neo4j", "x", way, catalogue=statements)
    with pytest.raises(Unavailable):
        await graph.read("t/ping")
    with pytest.raises(Unavailable):
        await graph.write("t/add", name="a")
    await graph.close()


async def test_a_wrong_password_is_unavailable_and_not_the_clients_fault(
    stack: StackAddresses, statements: Catalogue, way: GraphOptions
):
    graph = Graph.open(stack.neo4j_uri, "neo4j", "wrong", way, catalogue=statements)
    with pytest.raises(Unavailable):
        await graph.read("t/ping")
    await graph.close()


async def test_it_goes_on_after_the_server_was_killed(servers: EmbeddedStack, tried: Graph):
    assert await tried.read("t/ping") == 1
    await asyncio.to_thread(servers.neo4j.kill)
    with pytest.raises(Unavailable):
        await tried.read("t/ping")
    await asyncio.to_thread(servers.neo4j.start)
    assert await tried.read("t/ping") == 1


def test_bookmarks_are_kept_only_where_reads_are_routed():
    jar = BookmarkJar(routed=False)
    jar.put("ana", bookmarks("1"))
    assert jar.get("ana") is None


def test_bookmarks_are_of_one_viewer_and_bounded():
    jar = BookmarkJar(routed=True)
    for number in range(VIEWERS + 1):
        jar.put(f"viewer {number}", bookmarks(str(number)))
    assert jar.get("viewer 0") is None
    newest = jar.get(f"viewer {VIEWERS}")
    assert newest is not None and newest.raw_values == {str(VIEWERS)}
    assert jar.get(None) is None
