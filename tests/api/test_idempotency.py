"""A key makes a mutation that creates happen once, whoever sends it again, and however many at a time."""

import asyncio
from typing import Any

import pytest

from errors import Unavailable
from graph.driver import Graph
from graph.idempotency import LIFE
from services.events.invalidation import Invalidation
from services.idempotency_keys import IdempotencyKeys
from tests.api.product import DELETE, PASSWORD, POST, SIGN_UP, own_id
from tests.api.test_pictures import REQUEST

MUTE = "mutation ($input: MuteTopicInput!) { muteTopic(input: $input) { topic { id text } } }"
UNMUTE = "mutation ($input: UnmuteTopicInput!) { unmuteTopic(input: $input) { unmutedTopicId } }"
CREATING: dict[str, tuple[dict[str, Any], tuple[str, str], str]] = {
    POST: ({"text": "Hello."}, ("createPost", "post"), "MATCH (p:Post) RETURN count(p)"),
    MUTE: ({"kind": "WORD", "value": "rain"}, ("muteTopic", "topic"), "MATCH (t:MutedTopic) RETURN count(t)"),
    REQUEST: ({"contentType": "image/jpeg", "size": 1_000}, ("requestUpload", "picture"), "MATCH (m:Media) RETURN count(m)"),
}
OTHER: dict[str, dict[str, Any]] = {POST: {"text": "Storm."}, MUTE: {"value": "storm"}, REQUEST: {"size": 2_000}}
KEYS = "MATCH (k:IdempotencyKey) RETURN count(k)"
creating = pytest.mark.parametrize("document", CREATING, ids=lambda document: CREATING[document][1][0])


def made(document, answer):
    """Return the id of what an answer shows."""
    assert not answer.errors, answer.errors
    mutation, field = CREATING[document][1]
    return answer.data[mutation][field]["id"]


@creating
async def test_the_same_key_makes_one_thing_and_tells_of_it_once_however_many_send_it(product, document):
    mira = await product.sign_up("mira")
    given, _, count = CREATING[document]
    given = given | {"idempotencyKey": "key-1"}
    first = await product.ask(document, mira, input=given)
    events = await product.event_types()
    again = await asyncio.gather(*(product.ask(document, mira, input=given) for _ in range(6)))
    assert {made(document, answer) for answer in again} == {made(document, first)}
    assert await product.cypher(count) == 1
    assert await product.event_types() == events


async def test_many_who_send_a_new_key_at_once_make_one_thing(product):
    mira = await product.sign_up("mira")
    given = {"text": "Hello.", "idempotencyKey": "key-1"}
    answers = await asyncio.gather(*(product.ask(POST, mira, input=given) for _ in range(20)))
    assert len({made(POST, answer) for answer in answers}) == 1
    assert (await product.event_types()).count("post.created") == 1


@creating
async def test_the_same_key_with_other_input_is_a_conflict(product, document):
    mira = await product.sign_up("mira")
    given, _, count = CREATING[document]
    await product.run(document, mira, input=given | {"idempotencyKey": "key-1"})
    answer = await product.ask(document, mira, input=given | OTHER[document] | {"idempotencyKey": "key-1"})
    assert answer.refusal == ("CONFLICT", "idempotencyKey")
    assert await product.cypher(count) == 1


async def test_a_key_is_of_one_person_and_one_mutation(product):
    mira, jo = await product.people("mira", "jo2")
    posts = [made(POST, await product.ask(POST, who, input={"text": "Hello.", "idempotencyKey": "k"})) for who in (mira, jo)]
    await product.run(MUTE, mira, input={"kind": "WORD", "value": "Hello", "idempotencyKey": "k"})
    assert len(set(posts)) == 2
    assert await product.cypher(KEYS) == 3


async def test_a_write_whose_outcome_was_unknown_is_found_by_its_key(product, monkeypatch):
    mira = await product.sign_up("mira")
    transact = Graph.transact

    async def lost(graph, write, commit):
        await transact(graph, write, commit)
        raise commit.unanswered()

    given = {"text": "Hello.", "idempotencyKey": "k"}
    monkeypatch.setattr(Graph, "transact", lost)
    assert (await product.ask(POST, mira, input=given)).code == "OUTCOME_UNKNOWN"
    monkeypatch.undo()
    post = made(POST, await product.ask(POST, mira, input=given))
    assert await product.cypher("MATCH (p:Post) RETURN collect(p.id)") == [own_id(post)]


async def test_what_a_key_made_is_found_where_the_cache_does_not_know_of_it_yet(product, monkeypatch):
    """As when the process that wrote it ended, or Redis was away, before the cached rows of before were removed."""
    mira = await product.sign_up("mira")
    page = "{ mutedTopics { edges { node { id } } } }"
    assert (await product.run(page, mira))["mutedTopics"]["edges"] == []

    async def unavailable(*_):
        raise Unavailable

    given = {"kind": "WORD", "value": "rain", "idempotencyKey": "k"}
    monkeypatch.setattr(Invalidation, "__call__", unavailable)
    muted = made(MUTE, await product.ask(MUTE, mira, input=given))
    assert (await product.run(page, mira))["mutedTopics"]["edges"] == []
    assert made(MUTE, await product.ask(MUTE, mira, input=given)) == muted


async def test_what_a_key_made_is_shown_as_it_is_now(product):
    mira = await product.sign_up("mira")
    given = {"text": "Hello.", "idempotencyKey": "k"}
    post = made(POST, await product.ask(POST, mira, input=given))
    await product.like(mira, post)
    seen = "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { viewerLikes } } }"
    assert (await product.run(seen, mira, input=given))["createPost"]["post"]["viewerLikes"]
    await product.run(DELETE, mira, input={"postId": post})
    assert (await product.ask(POST, mira, input=given)).code == "NOT_FOUND"
    topic = {"kind": "WORD", "value": "rain", "idempotencyKey": "k"}
    muted = made(MUTE, await product.ask(MUTE, mira, input=topic))
    await product.run(UNMUTE, mira, input={"topicId": muted})
    assert (await product.ask(MUTE, mira, input=topic)).code == "NOT_FOUND"


async def test_what_makes_nothing_keeps_no_key(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(jo, replies="NOBODY")
    given = {"text": "Hello.", "replyToId": post, "idempotencyKey": "k"}
    assert (await product.ask(POST, mira, input=given)).code == "FORBIDDEN"
    assert await product.cypher(KEYS) == 0
    assert (await product.ask(POST, mira, input={"text": "Hello.", "idempotencyKey": "k"})).code is None


@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 129, "ключ", "a\n"])
async def test_a_key_that_is_not_acceptable_is_refused(product, key):
    mira = await product.sign_up("mira")
    answer = await product.ask(POST, mira, input={"text": "Hello.", "idempotencyKey": key})
    assert answer.refusal == ("INVALID_INPUT", "idempotencyKey")


async def test_keys_are_forgotten_after_a_day(product):
    mira = await product.sign_up("mira")
    posts = set()
    for _ in range(2):
        posts.add(made(POST, await product.ask(POST, mira, input={"text": "Hello.", "idempotencyKey": "k"})))
        await product.cypher("MATCH (k:IdempotencyKey) SET k.at = k.at - $life RETURN 1", life=LIFE + 60_000)
    assert len(posts) == 2
    await product.run(POST, mira, input={"text": "Hello.", "idempotencyKey": "other"})
    keys = IdempotencyKeys(product.served.parts.writer)
    assert (await keys.forget_old(), await keys.forget_old()) == (1, 0)
    assert await product.cypher(KEYS) == 1


async def test_who_signs_up_twice_with_a_key_is_signed_in_by_their_password_alone(product):
    given = {"username": "mira", "email": "mira@example.org", "password": PASSWORD, "idempotencyKey": "k"}
    first = (await product.run(SIGN_UP, input=given))["signUp"]["session"]["viewer"]
    assert (await product.run(SIGN_UP, input=given))["signUp"]["session"]["viewer"] == first
    assert (await product.ask(SIGN_UP, input=given | {"password": "another long passphrase"})).code == "UNAUTHENTICATED"
    assert (await product.ask(SIGN_UP, input=given | {"username": "mira2"})).refusal == ("CONFLICT", "idempotencyKey")
    assert (await product.ask(SIGN_UP, input=given | {"idempotencyKey": "other"})).refusal == ("CONFLICT", "username")
    assert await product.cypher("MATCH (u:User) RETURN count(u)") == 1
    assert "mira" not in await product.cypher("MATCH (k:IdempotencyKey) RETURN k.id")

