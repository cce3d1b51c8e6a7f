"""Three hundred queries that try to do harm: none passes as a write, none calls out, and the graph answers as before."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from analytics.gateway import gateway
from tests.analytics.gateway.asking import analyst, answered, ask
from tests.analytics.gateway.hostile import DEEP, LARGE, forbidden, heavy, injected
from tests.analytics.gateway.test_gateway import refused
from tests.worlds.waiting import until

REFUSED: set[str | None] = {"FORBIDDEN", "INVALID_INPUT"}
LIMITED = {None, "INVALID_INPUT", "QUERY_TOO_EXPENSIVE"}
CONTENT = """MATCH (n) UNWIND keys(n) AS k WITH count(*) AS properties, sum(size(k)) AS names, sum(size(toString(n[k]))) AS sizes
MATCH ()-[r]->() WITH properties, names, sizes, count(r) AS edges, sum(size(keys(r))) AS told
MATCH (n) WITH properties, names, sizes, edges, told, count(n) AS nodes, sum(size(labels(n))) AS labels
RETURN [properties, names, sizes, edges, told, nodes, labels] AS content"""
SCHEMA = "SHOW INDEXES YIELD name RETURN collect(name) AS names"
COUNTED = re.compile(r"\bCOUNT \{", re.IGNORECASE)
STALL = 0.5
"""Most seconds of its processor that the loop may spend on one thing. Each of LARGE would take it two and more."""
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


@asynccontextmanager
async def stalls() -> AsyncIterator[list[float]]:
    """Note for how long this thread was at work between two moments at which all others of the loop had their turn.

    Seconds of its processor, which are the same on a busy machine.
    """
    noted: list[float] = []

    async def note() -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0.01)
            now = time.thread_time()
            noted.append(now - before)
            before = now

    noting = asyncio.create_task(note())
    try:
        yield noted
    finally:
        noting.cancel()


async def test_a_large_record_keeps_nobody_else_waiting(product, ana):
    await answered(product, ana, "RETURN 1")  # so that what is prepared once is
    for query in LARGE:
        async with stalls() as noted:
            answer = await ask(product, ana, query, seconds=5)
        if answer.errors:
            assert answer.code == "QUERY_TOO_EXPENSIVE", (query, answer.errors)
        else:
            assert answer.data["cypher"]["truncated"] == "BYTES", query
        assert max(noted) < STALL, query
    for query in DEEP:
        assert refused(await ask(product, ana, query)) == ("QUERY_TOO_EXPENSIVE", "NESTING"), query


async def test_hostile_queries_change_nothing_call_nobody_and_end(product, copy, monkeypatch):
    # So that who sends all of these need not wait after some that the server ends slowly.
    monkeypatch.setattr(gateway, "ENDINGS", 1_000)
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
                # A planner leaves out what an answer does not depend on: what stands within COUNT { RETURN … }.
                left_out = not answer.errors and answer.data["cypher"]["rows"] == [[1]] and COUNTED.search(query)
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
