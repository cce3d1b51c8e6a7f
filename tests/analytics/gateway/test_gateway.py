"""Queries of analysts: what they give, what they may take, who may ask, and what is written down of it."""

import asyncio
import hashlib
import json
import re

import httpx
import pytest

from analytics.gateway import gateway
from commands import analytics_log
from commands.console import results
from graph import analysts
from keyspace import keys
from keyspace.limits import Allowance
from keyspace.query_places import QueryPlaces
from tests.analytics.gateway.asking import ASK, analyst, answered, ask
from tests.analytics.gateway.small_copy import EPOCH, PEOPLE
from tests.worlds.processes import ROOT
from tests.worlds.waiting import until

HEAVY = "UNWIND range(1, 100000000) AS a UNWIND range(1, 100000000) AS b RETURN sum(a * b) AS total"
"""Takes no memory and more time than anybody has."""
MEMORY = "UNWIND range(1, 100000000) AS n WITH collect(toString(n)) AS texts RETURN head(texts)"
RUNNING = "SHOW TRANSACTIONS YIELD metaData WHERE metaData.query IS NOT NULL RETURN count(*)"
FORBIDDEN = ("FORBIDDEN", "NOT_ALLOWED_IN_QUERY")


def refused(answer):
    """Give code and reason of an answer."""
    assert len(answer.errors) == 1, answer
    extensions = answer.errors[0]["extensions"]
    return extensions["code"], extensions.get("reason") or extensions.get("field")


async def running(copy):
    async with copy.driver.session() as session:
        return (await (await session.run(RUNNING)).single())[0]


async def runs(copy, count):
    return await running(copy) == count


async def test_an_answer_has_columns_rows_and_how_fresh_it_is(product, ana):
    found = await answered(product, ana, "MATCH (p:Person) WHERE p.verified = $yes RETURN p.id AS person, count(*)", yes=True)
    assert (found["columns"], found["rows"], found["truncated"]) == (["person", "count(*)"], [["u000", 1]], None)
    assert found["freshness"] == {"epoch": EPOCH, "mark": "2026-11-05T12:00:00.123Z", "madeAt": "2026-11-05T12:01:00.456Z"}
    assert found["bytes"] > 0 and found["estimate"] >= PEOPLE and found["limit"] >= 5
    empty = await answered(product, ana, "MATCH (p:Person {id: 'nobody'}) RETURN p")
    assert (empty["rows"], empty["truncated"]) == ([], None)


async def test_queries_of_the_documentation_are_answered(product, ana):
    page = (ROOT / "docs" / "analysts.md").read_text("utf-8")
    queries = re.findall(r"^\|.+\| `(MATCH .+)` \|$", page, re.MULTILINE)
    assert len(queries) == 4
    for query in queries:
        assert (await answered(product, ana, query))["truncated"] is None


async def test_values_have_shapes_that_do_not_change(product, ana):
    query = """MATCH path = (a:Person {id: 'u000'})-[r:POSTED]->(b:Post)
    RETURN a, r, path, b.at, a.joined, duration('P1DT2S'), 9007199254740993, 2^53, 0.0/0.0, [1, null], {a: {b: true}},
      point({x: 1.5, y: 2.0})"""
    (row,) = (await answered(product, ana, query))["rows"]
    node, edge, path, *values = row
    assert node == {
        "$type": "node", "id": node["id"], "labels": ["Person"],
        "properties": {"id": "u000", "joined": "2026-09-01", "verified": True, "hasBio": False, "hasPicture": True},
    }  # fmt: skip
    assert edge == {
        "$type": "relationship", "id": edge["id"], "type": "POSTED", "start": node["id"], "end": path["nodes"][1]["id"],
        "properties": {},
    }  # fmt: skip
    assert path == {"$type": "path", "nodes": [node, path["nodes"][1]], "relationships": [edge]}
    assert values == [
        "2026-10-05T07:00:00.000000000+00:00", "2026-09-01", "P1DT2S", {"$type": "integer", "value": "9007199254740993"}, 2**53,
        {"$type": "float", "value": "NaN"}, [1, None], {"a": {"b": True}},
        {"$type": "point", "srid": 7203, "coordinates": [1.5, 2.0]},
    ]  # fmt: skip


async def test_only_analysts_ask_and_only_with_the_scope(product, ana):
    mira = await product.sign_up("mira")
    jo = await analyst(product, "jo2", "READ")
    query = "RETURN 1"
    answers = [await ask(product, viewer, query) for viewer in (None, mira, jo, ana)]
    assert [answer.code for answer in answers] == ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", None]
    assert answers[1].errors[0]["extensions"]["role"] == "ANALYST"
    assert answers[2].errors[0]["extensions"]["scope"] == "ANALYTICS"
    asked = await product.cypher("MATCH (q:AnalystQuery) RETURN count(q)")
    assert asked == 1


async def test_an_answer_ends_where_it_is_long_enough(product, ana, copy):
    rows = await answered(product, ana, "UNWIND range(1, 100000000) AS n RETURN n")
    assert (len(rows["rows"]), rows["truncated"]) == (400, "ROWS")
    large = await answered(product, ana, "UNWIND range(1, 100000000) AS n RETURN reduce(s = '', i IN range(1, 5000) | s + 'x')")
    assert (len(large["rows"]), large["truncated"]) == (19, "BYTES")
    await until(lambda: runs(copy, 0))


async def test_a_cut_answer_is_good_also_where_the_graph_does_not_end_its_query(product, ana, monkeypatch):
    monkeypatch.setattr(analysts, "_END", "RETURN nothing")
    rows = await answered(product, ana, "UNWIND range(1, 1000) AS n RETURN n")
    assert (len(rows["rows"]), rows["truncated"]) == (400, "ROWS")


async def test_who_was_there_twice_when_the_server_ended_waits(product, ana):
    ben, rates = await analyst(product, "ben"), product.served.parts.services.gateway.rates
    for _ in range(gateway.ENDINGS):
        await rates.take(Allowance("cypher_endings", ana.own_id, gateway.ENDINGS, gateway.ENDINGS_WINDOW))
    answer = await ask(product, ana, "RETURN 1")
    assert answer.code == "RATE_LIMITED" and answer.errors[0]["extensions"]["retryAfter"] > 60
    assert (await answered(product, ben, "RETURN 1"))["rows"] == [[1]]


async def test_a_query_ends_when_its_time_or_memory_does(product, ana, copy):
    assert refused(await ask(product, ana, HEAVY, seconds=1)) == ("QUERY_TOO_EXPENSIVE", "TIME")
    assert refused(await ask(product, ana, MEMORY)) == (
        "QUERY_TOO_EXPENSIVE", "MEMORY",
    )  # fmt: skip
    people = ", ".join(f"(p{each}:Person)" for each in range(6))
    ids = " + ".join(f"p{each}.id" for each in range(6))
    assert refused(await ask(product, ana, f"MATCH {people} RETURN count({ids})")) == ("QUERY_TOO_EXPENSIVE", "ESTIMATE")
    assert await running(copy) == 0
    for seconds in (0, -1, 6):
        assert refused(await ask(product, ana, "RETURN 1", seconds=seconds)) == ("INVALID_INPUT", "seconds")


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("RETURN 1 +", (1, 11)),
        ("MATCH (p:Person)\nRETURN q", (2, 8)),
        ("", (None, None)),
        ("RETURN 1; RETURN 2", (None, None)),
        ("RETURN $missing", (None, None)),
        ("RETURN 1 / 0", (None, None)),
        ("RETURN " + "(" * 60 + "1" + ")" * 60, (None, None)),
        ("RETURN '" + "x" * 10_000 + "'", (None, None)),
    ],
    ids=["cut off", "variable", "empty", "two", "parameter", "zero", "deep", "long"],
)
async def test_what_is_no_query_is_told_with_its_place(product, ana, query, place):
    answer = await ask(product, ana, query)
    assert refused(answer) == ("INVALID_INPUT", "query")
    extensions = answer.errors[0]["extensions"]
    if place[0] is not None:
        assert (extensions["line"], extensions["column"]) == place


async def test_parameters_are_an_object_of_some_size(product, ana):
    for parameters in ([1], "x", {"a": "x" * 70_000}):
        answer = await product.ask(ASK, ana, query="RETURN 1", parameters=parameters)
        assert refused(answer) == ("INVALID_INPUT", "parameters")
    deep: list[object] = []
    for _ in range(20):
        deep = [deep]
    assert (await answered(product, ana, "RETURN size($deep)", deep=deep))["rows"] == [[1]]


async def test_a_query_ends_when_its_client_leaves(product, ana, copy):
    body = {"query": ASK, "variables": {"query": HEAVY, "seconds": 5}}
    headers = {"authorization": f"Bearer {ana.token}"}
    async with httpx.AsyncClient(trust_env=False) as http:
        asking = asyncio.create_task(http.post(f"{product.served.url}/graphql", json=body, headers=headers, timeout=30))
        await until(lambda: runs(copy, 1))
        asking.cancel()
        await asyncio.wait([asking])
    await until(lambda: runs(copy, 0))
    ended = "MATCH (e:AnalystQueryEnd) RETURN collect([e.outcome, e.seconds < 4]) = [['LEFT', true]]"
    await until(lambda: product.cypher(ended))
    assert (await answered(product, ana, "RETURN 1"))["rows"] == [[1]]


async def passes(product, viewer):
    return not (await ask(product, viewer, "RETURN 1")).errors


async def test_few_run_at_once_and_those_of_a_killed_process_free_their_places(product, ana, keyspace):
    taken = [f"{ana.own_id}:{each}" for each in range(2)]
    for each in taken:
        await keyspace.script("query_place_take", each, f"{ana.own_id}:", 2, 6, 60_000, keys=[keys.QUERY_PLACES])
    answer = await ask(product, ana, "RETURN 1")
    assert answer.code == "RATE_LIMITED" and answer.errors[0]["extensions"]["retryAfter"] == 2
    for each in taken:  # nobody renews them, so they end
        await keyspace.command("ZADD", keys.QUERY_PLACES, "XX", 1, each)
    assert await passes(product, ana)
    for number in range(6):
        await keyspace.script("query_place_take", f"other:{number}", "other:", 9, 9, 60_000, keys=[keys.QUERY_PLACES])
    assert (await ask(product, ana, "RETURN 1")).code == "RATE_LIMITED"
    await keyspace.command("DEL", keys.QUERY_PLACES)
    places = QueryPlaces(keyspace, 2, 6)
    async with places.place("ana"), places.place("ana"):
        assert await keyspace.command("ZCARD", keys.QUERY_PLACES) == 2
    assert await keyspace.command("ZCARD", keys.QUERY_PLACES) == 0


async def test_what_is_asked_is_written_down_before_and_after(product, ana):
    query = "MATCH (p:Person) RETURN p.id LIMIT 3"
    await answered(product, ana, query, unused="x")
    await ask(product, ana, "CREATE (n)")
    entries = await product.cypher("MATCH (q:AnalystQuery) WITH q ORDER BY q.id RETURN collect(properties(q))")
    tokens = await product.cypher("MATCH (t:PersonalToken) RETURN collect(t.id)")
    assert [each["text"] for each in entries] == [query, "CREATE (n)"]
    first = entries[0]
    assert first["actorId"] == ana.own_id and [first["tokenId"]] == tokens
    assert first["sha256"] == hashlib.sha256(query.encode()).hexdigest()
    assert first["parameterBytes"] == len(json.dumps({"unused": "x"}, separators=(",", ":")))
    ends = await product.cypher("MATCH (e:AnalystQueryEnd) WITH e ORDER BY e.id RETURN collect([e.id, e.outcome, e.rows])")
    assert ends == [[entries[0]["id"], "ANSWERED", 3], [entries[1]["id"], "FORBIDDEN", 0]]


async def test_the_terminal_of_who_reads_the_log_obeys_no_query(product, ana, gateway_settings, capsys, monkeypatch):
    await answered(product, ana, "RETURN 1 // \x1b[2J\u202eowl")
    monkeypatch.setattr(results, "_width", 300)
    await analytics_log.show(gateway_settings, 5)
    out = capsys.readouterr().out
    assert r"RETURN 1 // \x1b[2J\u202eowl" in out and "ANSWERED" in out and not {"\x1b", "\u202e"} & set(out)


async def test_a_query_costs_the_product_two_statements(product, ana):
    await answered(product, ana, "RETURN 1")
    product.served.round_trips.clear()
    await answered(product, ana, "MATCH (p:Person) RETURN count(p)")
    trips = product.served.round_trips
    assert trips.graph == ["analyst_queries/begin", "analyst_queries/finish"]
    assert trips.redis == ["lease_rows", "lease_rows", "limit_check", "query_place_take", "ZREM"]


def test_no_statement_changes_or_removes_what_was_written_down(catalogue):
    naming = {name for name, each in catalogue.items() if "AnalystQuery" in each.text}
    assert naming == {"analyst_queries/begin", "analyst_queries/finish", "analyst_queries/recent"}
    for name in naming:
        text = catalogue[name].text
        assert not any(word in text for word in ("DELETE", "REMOVE", "MERGE")), name
        assert ("SET " in text) == ("CREATE (" in text), name
