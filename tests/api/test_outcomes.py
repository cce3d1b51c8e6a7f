"""What clients see of a write whose answer was lost, or whose result cannot be read any more."""

import pytest

from errors import Unavailable
from graph.commit import Commit
from graph.driver import Graph
from tests.api.product import DELETE, FOLLOW, LIKE, PASSWORD, POST, SIGN_UP, UNFOLLOW, UNLIKE
from tests.api.test_pictures import REQUEST
from tests.api.test_profiles import UPDATE


@pytest.fixture
def answers_are_lost(monkeypatch):
    """Lose the answers to commits of this process: they are done, and it does not learn of it."""
    send = Commit.send

    async def sent(commit, transaction):
        await send(commit, transaction)
        raise commit.unanswered()

    return lambda: monkeypatch.setattr(Commit, "send", sent)


async def test_every_write_whose_answer_is_lost_says_that_its_outcome_is_unknown(product, answers_are_lost):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    answers_are_lost()
    writes = {
        SIGN_UP: {"username": "kim", "email": "kim@example.org", "password": PASSWORD},
        UPDATE: {"bio": "Birds."},
        FOLLOW: {"userId": jo.id},
        UNFOLLOW: {"userId": jo.id},
        POST: {"text": "Hello again."},
        LIKE: {"postId": post},
        UNLIKE: {"postId": post},
        DELETE: {"postId": post},
        REQUEST: {"contentType": "image/jpeg", "size": 1_000},
    }
    for document, given in writes.items():
        assert (await product.ask(document, mira, input=given)).code == "OUTCOME_UNKNOWN", document
    assert await product.cypher("MATCH (p:Post) RETURN count(p)") == 2


FOLLOWERS = """mutation ($input: LikePostInput!) {
  likePost(input: $input) { post { author { followers { edges { cursor } } } } } }"""


async def test_a_write_that_is_done_and_cannot_be_shown_does_not_read_as_failed(product, monkeypatch):
    mira = await product.sign_up("mira")
    post = await product.post(mira)
    write = Graph.write

    async def lost(*_, **__):
        raise Unavailable

    async def then_lost(graph, *names, **params):
        written = await write(graph, *names, **params)
        monkeypatch.setattr(Graph, "read", lost)
        return written

    monkeypatch.setattr(Graph, "write", then_lost)
    answer = await product.ask(FOLLOWERS, mira, input={"postId": post})
    monkeypatch.undo()
    assert (answer.data, answer.code) == ({"likePost": None}, "OUTCOME_UNKNOWN")
    assert len(answer.errors[0]["path"]) > 1
    assert await product.cypher("MATCH ()-[l:LIKED]->() RETURN count(l)") == 1
