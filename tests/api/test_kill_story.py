"""The database is killed in the middle of many writes at once, and clients do as the error codes tell them.

What was acknowledged is there once, what failed and was given up is not there, and nothing is there twice. It is one round of 500
writes, or as many as `ROOKERY_TEST_KILLS` and `ROOKERY_TEST_KILL_WRITES` say.
"""

import asyncio
import os
import random
from collections import Counter, defaultdict
from dataclasses import replace

import httpx
import pytest

from tests.api.product import FOLLOW, LIKE, POST, own_id

ROUNDS = int(os.environ.get("ROOKERY_TEST_KILLS", "1"))
WRITES = int(os.environ.get("ROOKERY_TEST_KILL_WRITES", "500"))
PEOPLE = 12
GIVES_UP = 0.2
"""Share of clients that send only once."""
PATIENCE = 240.0
"""Seconds within which everything must be done: most of it is the start of the database on a busy machine."""
TWINS = "MATCH (a:User)-[r:FOLLOWS|LIKED]->(b) WITH a, b, type(r) AS kind, count(*) AS n WHERE n > 1 RETURN count(*)"
TEXTS = "MATCH (p:Post) WHERE p.text STARTS WITH 'story' RETURN collect(p.text)"
EDGES = "MATCH (a:User)-[r:FOLLOWS|LIKED]->(b) RETURN collect([a.id, b.id])"
AGAIN = {"UNAVAILABLE", "OUTCOME_UNKNOWN"}


async def sent(product, document, viewer, given, *, gives_up):
    """Send a write until it is answered, or once; return the last code."""
    while True:
        try:
            code = (await product.ask(document, viewer, input=given)).code
        except httpx.TransportError:  # an idle connection that the server closed just as it was used again
            code = "OUTCOME_UNKNOWN"
        if code not in AGAIN or gives_up:
            return code
        await asyncio.sleep(random.uniform(0.5, 1.5))


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_whatever_a_kill_interrupts_is_done_once_or_not_at_all(product, servers, seed):
    chance = random.Random(seed)
    people = await product.people(*(f"name{each}" for each in range(PEOPLE)))
    liked = [await product.post(each, "Like me.") for each in people]
    before = await product.event_types()
    writes = {}
    for number in range(WRITES):
        one, other = chance.sample(range(PEOPLE), 2)
        asked = (
            (POST, {"text": f"story {number}", "idempotencyKey": f"story-{number}"}),
            (FOLLOW, {"userId": people[other].id}),
            (LIKE, {"postId": liked[other]}),
        )[number % 3]
        writes[number] = (*asked, one, other, chance.random() < GIVES_UP)

    async def killed():
        await asyncio.sleep(chance.uniform(0.5, 2.5))
        await asyncio.to_thread(servers.neo4j.kill)
        await asyncio.to_thread(servers.neo4j.start)

    limits = httpx.Limits(max_connections=WRITES)
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False, limits=limits) as http, asyncio.timeout(PATIENCE):
        many = replace(product, served=replace(product.served, http=http))
        codes, _ = await asyncio.gather(
            asyncio.gather(*(
                sent(many, document, people[one], given, gives_up=gives_up)
                for document, given, one, _, gives_up in writes.values()
            )),
            killed(),
        )

    assert {code for code, write in zip(codes, writes.values(), strict=True) if not write[-1]} == {None}
    assert set(codes) <= {None, *AGAIN}
    texts = Counter(await product.cypher(TEXTS))
    edges = {tuple(edge) for edge in await product.cypher(EDGES)}
    assert set(texts.values()) <= {1}
    assert await product.cypher(TWINS) == 0
    answered: defaultdict[tuple[str, str], set[str | None]] = defaultdict(set)
    for number, code in enumerate(codes):
        document, given, one, other, _ = writes[number]
        if document == POST and code is None:
            assert texts[given["text"]] == 1, given
        if document == POST and code == "UNAVAILABLE":
            assert texts[given["text"]] == 0, given
        if document != POST:
            end = own_id(liked[other]) if document == LIKE else people[other].own_id
            answered[people[one].own_id, end].add(code)
    for edge, answers in answered.items():
        if None in answers:
            assert edge in edges
        if answers == {"UNAVAILABLE"}:
            assert edge not in edges
    events = Counter(await product.event_types()) - Counter(before)
    assert events["post.created"] == len(texts)
    assert events["follow.created"] + events["post.liked"] == len(edges)
