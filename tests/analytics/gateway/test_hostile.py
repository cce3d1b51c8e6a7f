"""Three hundred queries that try to do harm: none passes as a write, none calls out, and the graph answers as before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.analytics.gateway.asking import analyst, answered, ask
from tests.analytics.gateway.hostile import forbidden, heavy, injected
from tests.worlds.waiting import until

REFUSED: set[str | None] = {"FORBIDDEN", "INVALID_INPUT"}
LIMITED = {None, "INVALID_INPUT", "QUERY_TOO_EXPENSIVE"}
CONTENT = """MATCH (n) UNWIND keys(n) AS k WITH count(*) AS properties, sum(size(k)) AS names, sum(size(toString(n[k]))) AS sizes
MATCH ()-[r]->() WITH properties, names, sizes, count(r) AS edges, sum(size(keys(r))) AS told
MATCH (n) WITH properties, names, sizes, edges, told, count(n) AS nodes, sum(size(labels(n))) AS labels
RETURN [properties, names, sizes, edges, told, nodes, labels] AS content"""
SCHEMA = "SHOW INDEXES YIELD name RETURN collect(name) AS names"
USERS = "SHOW USERS YIELD user RETURN collect(user) AS names"


@asynccontextmanager
async def listener() -> AsyncIterator[tuple[int, list[object]]]:
    """Listen for anybody who calls, and note it."""
    heard: list[object] = []

    async def hear(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(writer.get_extra_info("peername"))
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heard


async def state(copy):
    async with copy.driver.session() as session:
        return [(await (await session.run(text)).single())[0] for text in (CONTENT, SCHEMA, USERS)]


async def test_hostile_queries_change_nothing_call_nobody_and_end(product, copy):
    analysts = [await analyst(product, f"ana{each}") for each in range(3)]
    before = await state(copy)
    async with listener() as (port, heard):
        url = f"http://127.0.0.1:{port}/"
        asked = [(query, {"url": url}, REFUSED, 5) for query in forbidden(port)]
        asked += [(query, {"x": value}, LIMITED, 5) for query, value in injected(port)]
        asked += [(query, {}, LIMITED, 1) for query in heavy()]
        assert len(asked) >= 300
        wrong = []
        waiting = iter(asked)

        async def send(viewer):
            for query, parameters, expected, seconds in waiting:
                answer = await ask(product, viewer, query, seconds=seconds, **parameters)
                # A planner leaves out what an answer does not depend on, such as the rows within COUNT { RETURN … }.
                left_out = not answer.errors and answer.data["cypher"]["rows"] == [[1]]
                if answer.code not in expected and not left_out:
                    wrong.append((query[:300], answer.code, answer.errors and answer.errors[0]["message"]))

        await asyncio.gather(*(send(each) for each in analysts for _ in range(2)))
        assert wrong == []
        assert heard == []
    assert await state(copy) == before
    assert (await answered(product, analysts[0], "MATCH (p:Person {id: 'u000'}) RETURN p.verified"))["rows"] == [[True]]
    await until(lambda: nothing_runs(copy), 30)


async def nothing_runs(copy):
    query = "SHOW TRANSACTIONS YIELD metaData WHERE metaData.query IS NOT NULL RETURN count(*)"
    async with copy.driver.session() as session:
        return (await (await session.run(query)).single())[0] == 0
