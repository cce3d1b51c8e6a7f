"""Everybody does everything about everybody at once: counts equal edges, and no other edge exists beside a block."""

import asyncio
import random
from collections import Counter

import pytest

from tests.api.product import PASSWORD
from tests.api.relationships import DEACTIVATE, UPDATE, act

LOG_IN = "mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken } } }"
PEOPLE, TURNS, AT_ONCE = 7, 240, 16
ABOUT = [
    *["follow"] * 8, *["unfollow"] * 2, *["acceptFollowRequest"] * 4, "refuseFollowRequest", "cancelFollowRequest",
    "removeFollower", *["block"] * 2, *["unblock"] * 2,
]
ALONE = ["private", "public", "leave", "come back", "come back"]
ABOUT_OTHERS = 0.8
"""Share of what is done about somebody else."""
WELCOME = {None, "NOT_FOUND", "UNAUTHENTICATED"}
"""What may be answered: it was done, or the other cannot be seen, or the viewer has left."""
WRONG = {
    "a follow or a request beside a block":
        "MATCH (a:User)-[:BLOCKS]-(b:User) MATCH (a)-[wrong:FOLLOWS|REQUESTED|CLOSE_FRIEND]-(b) RETURN count(wrong)",
    "a request to somebody public": "MATCH ()-[wrong:REQUESTED]->(:User {private: false}) RETURN count(wrong)",
    "a request beside a follow": "MATCH (a:User)-[wrong:REQUESTED]->(b:User) WHERE (a)-[:FOLLOWS]->(b) RETURN count(wrong)",
    "an edge that is there twice":
        """MATCH (a:User)-[r:FOLLOWS|REQUESTED|BLOCKS]->(b:User)
        WITH a, b, type(r) AS kind, count(*) AS n WHERE n > 1 RETURN count(*)""",
    "an edge with other keys than its ends":
        """MATCH (a:User)-[r:FOLLOWS|REQUESTED|BLOCKS]->(b:User)
        WHERE coalesce(r.follower, r.blocker) <> a.key OR coalesce(r.followed, r.blocked) <> b.key RETURN count(r)""",
}
STATES = "MATCH (u:User) RETURN collect([u.id, u.state, u.private])"
EDGES = "MATCH (a:User)-[r:FOLLOWS|REQUESTED|BLOCKS]->(b:User) RETURN collect([a.id, type(r), b.id])"
SEEN = """query ($name: String!) {
  user(username: $name) { followerCount followingCount
    viewerFollows followsViewer viewerHasRequestedToFollow hasRequestedToFollowViewer viewerBlocks } }"""
OWN = "{ viewer { followerCount followingCount } }"


async def alone(product, who, what):
    """Let somebody change their own account."""
    if what == "leave":
        return await product.ask(DEACTIVATE, who, input={"password": PASSWORD})
    if what == "come back":
        return await product.ask(LOG_IN, input={"login": who.username, "password": PASSWORD})
    return await product.ask(UPDATE, who, input={"private": what == "private"})


async def storm(product, people, chance):
    """Let many things happen at every moment, until all have; return what was answered."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def turn():
        one, other = chance.sample(people, 2)
        about = chance.random() < ABOUT_OTHERS
        what = chance.choice(ABOUT if about else ALONE)
        async with turns:
            return await (act(product, what, one, other) if about else alone(product, one, what))

    return await asyncio.gather(*(turn() for _ in range(TURNS)))


async def rehearse(product, one, other):
    """Do each thing once, so that the server has planned every statement before many wait for it."""
    for what in ("private", "leave", "come back"):
        await alone(product, other, what)
    for what in dict.fromkeys(ABOUT):
        await act(product, what, one, other)
        await act(product, what, other, one)
    for what in ("public", "private", "public"):
        await alone(product, other, what)


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_at_once_counts_equal_edges_and_nothing_stands_beside_a_block(product, seed):
    chance = random.Random(seed)
    people = [await product.outlasting(each) for each in await product.people(*(f"name{each}" for each in range(PEOPLE)))]
    await rehearse(product, *people[:2])
    answers = await storm(product, people, chance)
    unexpected = [answer.errors for answer in answers if answer.code not in WELCOME]
    assert unexpected == []
    assert sum(answer.code is None for answer in answers) > TURNS / 4
    await product.settle()
    assert {what: await product.cypher(count) for what, count in WRONG.items()} == dict.fromkeys(WRONG, 0)

    by_id = {user.own_id: user for user in people}
    edges = {(by_id[a], kind, by_id[b]) for a, kind, b in await product.cypher(EDGES)}
    followers = Counter(b for _, kind, b in edges if kind == "FOLLOWS")
    following = Counter(a for a, kind, _ in edges if kind == "FOLLOWS")
    states = {by_id[id_]: state for id_, state, _ in await product.cypher(STATES)}
    for user in people:
        found = (await product.run(OWN, user))["viewer"]
        assert (found is None) == (states[user] != "ACTIVE")
        if found is not None:
            assert found == {"followerCount": followers[user], "followingCount": following[user]}
    for viewer in people:
        for user in people:
            if viewer is user or states[viewer] != "ACTIVE":
                continue
            found = (await product.run(SEEN, viewer, name=user.username))["user"]
            hidden = states[user] != "ACTIVE" or {(viewer, "BLOCKS", user), (user, "BLOCKS", viewer)} & edges
            assert (found is None) == bool(hidden)
            if found is not None:
                assert found == {
                    "followerCount": followers[user], "followingCount": following[user],
                    "viewerFollows": (viewer, "FOLLOWS", user) in edges, "followsViewer": (user, "FOLLOWS", viewer) in edges,
                    "viewerHasRequestedToFollow": (viewer, "REQUESTED", user) in edges,
                    "hasRequestedToFollowViewer": (user, "REQUESTED", viewer) in edges, "viewerBlocks": False,
                }
