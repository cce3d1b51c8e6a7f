"""Blocking: neither sees the other, no relationship between them stays, and nobody learns whether they are blocked."""

import asyncio

import pytest

from graph.ids import new_id
from resolvers.global_ids import encode
from tests.api.product import FOLLOW, Person
from tests.api.relationships import act, choose, done, edges, names, relationship

LOOK = """query ($id: ID!, $name: String!, $post: ID!) {
  user(username: $name) { id } node(id: $id) { id } nodes(ids: [$id]) { id } post(id: $post) { id }
}"""
BLOCK = """mutation ($input: BlockInput!) { block(input: $input) {
  user { id username displayName bio location website verifiedAt avatar { id } cover { id }
    followerCount followingCount postCount
    viewerFollows followsViewer viewerHasRequestedToFollow hasRequestedToFollowViewer viewerBlocks
    posts { edges { node { id } } } followers { edges { node { id } } } following { edges { node { id } } } }
  viewer { followerCount followingCount } } }"""
UNBLOCK = BLOCK.replace("BlockInput", "UnblockInput").replace("block(", "unblock(")
BLOCKED = """{ blockedUsers { edges { node { username bio location website followerCount followingCount postCount
  posts { edges { node { id } } } followers { edges { node { id } } } following { edges { node { id } } } } } } }"""
PROFILE = "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { viewer { id } } }"
NO_EDGES: dict[str, list[object]] = {"edges": []}
BEFRIEND = """MATCH (a:User {id: $one}), (b:User {id: $other})
  CREATE (a)-[:CLOSE_FRIEND {at: 1, owner: a.key, friend: b.key}]->(b) RETURN 1"""


@pytest.fixture
async def pair(product):
    """mira and jo2, each with a post."""
    mira, jo = await product.people("mira", "jo2")
    return mira, jo, await product.post(mira), await product.post(jo)


async def seen(product, viewer, other, post):
    return await product.run(LOOK, viewer, id=other.id, name=other.username, post=post)


async def test_neither_sees_the_other(product, pair):
    mira, jo, of_mira, of_jo = pair
    await done(product, "block", mira, jo)
    nothing = {"user": None, "node": None, "nodes": [None], "post": None}
    assert await seen(product, mira, jo, of_jo) == await seen(product, jo, mira, of_mira) == nothing
    assert (await seen(product, None, mira, of_mira))["post"] == {"id": of_mira}


async def test_a_block_ends_whatever_stands_between_the_two(product, pair):
    mira, jo, *_ = pair
    await product.follow(mira, jo)
    await choose(product, mira, private=True)
    await done(product, "follow", jo, mira)
    await product.cypher(BEFRIEND, one=mira.own_id, other=jo.own_id)
    await product.cypher(BEFRIEND, one=jo.own_id, other=mira.own_id)
    before = await product.event_types()
    answer = (await product.run(BLOCK, mira, input={"userId": jo.id}))["block"]
    assert answer["viewer"] == {"followerCount": 0, "followingCount": 0}
    assert await edges(product, mira, jo) == ["BLOCKS>"]
    assert sorted((await product.event_types())[len(before):]) == [
        "follow.deleted", "follow.request_ended", "user.blocked", "user.unbefriended", "user.unbefriended"
    ]


async def test_twice_is_as_good_as_once(product, pair):
    mira, jo, *_ = pair
    for name in ("block", "block", "unblock", "unblock"):
        await done(product, name, mira, jo)
    events = await product.event_types()
    assert (events.count("user.blocked"), events.count("user.unblocked")) == (1, 1)
    assert await edges(product, mira, jo) == []


async def test_nothing_comes_back_with_the_end_of_a_block(product, pair):
    mira, jo, of_mira, of_jo = pair
    await product.follow(mira, jo)
    await product.follow(jo, mira)
    await done(product, "block", mira, jo)
    await done(product, "unblock", mira, jo)
    assert await relationship(product, mira, jo) == set()
    assert (await seen(product, jo, mira, of_mira))["post"] and (await seen(product, mira, jo, of_jo))["post"]


async def test_each_may_block_the_other_and_one_block_is_enough(product, pair):
    mira, jo, of_mira, _ = pair
    await done(product, "block", mira, jo)
    await done(product, "block", jo, mira)
    assert await edges(product, mira, jo) == ["BLOCKS<", "BLOCKS>"]
    await done(product, "unblock", jo, mira)
    assert (await seen(product, jo, mira, of_mira))["user"] is None
    assert (await names(product, "blockedUsers", mira), await names(product, "blockedUsers", jo)) == (["jo2"], [])


async def test_who_is_blocked_learns_nothing_by_blocking_back(product, pair):
    mira, jo, *_ = pair
    kim = await product.sign_up("kim")
    for user in (mira, kim):
        await product.run(PROFILE, user, input={"bio": "Hello.", "website": "https://example.org", "location": "Here"})
    await done(product, "block", mira, jo)
    for document, name in ((BLOCK, "block"), (UNBLOCK, "unblock")):
        blocked, other = [
            (await product.run(document, jo, input={"userId": user.id}))[name]["user"] for user in (mira, kim)
        ]
        assert (blocked.pop("id"), blocked.pop("username"), blocked.pop("displayName")) == (mira.id, "mira", "mira")
        assert (other.pop("id"), other.pop("username"), other.pop("displayName")) == (kim.id, "kim", "kim")
        if name == "block":
            assert blocked == other
        for each in (blocked, other):
            assert (each["bio"], each["location"], each["website"]) == ("", None, None)


@pytest.mark.parametrize("name", ["follow", "unfollow", "cancelFollowRequest", "acceptFollowRequest", "removeFollower"])
async def test_what_is_done_about_somebody_blocked_reads_as_about_nobody(product, pair, name):
    mira, jo, *_ = pair
    await done(product, "block", mira, jo)
    nobody = await act(product, name, jo, Person(encode("User", new_id()), "nobody", ""))
    assert nobody.code == "NOT_FOUND"
    assert await act(product, name, jo, mira) == await act(product, name, mira, jo) == nobody


async def test_unblock_does_not_tell_who_blocks_the_viewer(product, pair):
    mira, jo, *_ = pair
    await done(product, "block", mira, jo)
    nobody = await act(product, "unblock", jo, Person(encode("User", new_id()), "nobody", ""))
    assert nobody.code == "NOT_FOUND"
    assert await act(product, "unblock", jo, mira) == nobody


@pytest.mark.parametrize("name", ["block", "unblock"])
async def test_nobody_and_somebody_suspended_cannot_be_blocked(product, pair, name):
    mira, jo, *_ = pair
    await product.suspend(jo)
    nobody = Person(encode("User", new_id()), "nobody", "")
    assert await act(product, name, mira, jo) == await act(product, name, mira, nobody)
    assert (await act(product, name, mira, jo)).code == "NOT_FOUND"


async def test_nobody_blocks_themselves(product, pair):
    assert (await act(product, "block", pair[0], pair[0])).refusal == ("INVALID_INPUT", "userId")


async def test_those_blocked_are_listed_by_name_alone_with_everything_else_hidden(product, pair):
    mira, jo, *_ = pair
    kim = await product.sign_up("kim")
    await product.follow(jo, kim)
    await product.follow(kim, jo)
    await product.run(PROFILE, jo, input={"bio": "Hello.", "website": "https://example.org"})
    await done(product, "block", mira, jo)
    assert (await product.run(BLOCKED, mira))["blockedUsers"]["edges"] == [{"node": {
        "username": "jo2", "bio": "", "location": None, "website": None,
        "followerCount": None, "followingCount": None, "postCount": None,
        "posts": NO_EDGES, "followers": NO_EDGES, "following": NO_EDGES,
    }}]
    assert await names(product, "blockedUsers", jo) == []


async def test_the_page_of_those_blocked_is_walked_newest_first_without_those_who_left(product, pair):
    mira, *_ = pair
    people = await product.people(*(f"name{each}" for each in range(9)))
    await done(product, "block", mira, *people)
    for user in people[1::2]:
        await product.suspend(user)
    assert await names(product, "blockedUsers", mira, first=2) == [user.username for user in people[::-2]]


async def test_followers_of_others_do_not_show_the_blocked(product, pair):
    mira, jo, *_ = pair
    kim = await product.sign_up("kim")
    await product.follow(mira, kim)
    await product.follow(jo, kim)
    await done(product, "block", mira, jo)
    document = '{ user(username: "kim") { followers { edges { node { username } } } } }'
    for viewer, shown in ((mira, "mira"), (jo, "jo2")):
        found = (await product.run(document, viewer))["user"]["followers"]["edges"]
        assert [edge["node"]["username"] for edge in found] == [shown]


async def test_a_follow_that_meets_a_block_does_not_survive_it(product):
    mira, *people = await product.people("mira", *(f"name{each}" for each in range(6)))
    for turn in range(3):
        await asyncio.gather(
            *(product.ask(FOLLOW, one, input={"userId": mira.id}) for one in people for _ in range(2)),
            *(product.ask(FOLLOW, mira, input={"userId": one.id}) for one in people),
            *(act(product, "block", *((mira, one) if at % 2 else (one, mira))) for at, one in enumerate(people)),
        )
        for at, one in enumerate(people):
            assert await edges(product, mira, one) == ["BLOCKS>" if at % 2 else "BLOCKS<"], turn
            await done(product, "unblock", *((mira, one) if at % 2 else (one, mira)))


async def test_two_who_block_each_other_at_once_both_do(product, pair):
    mira, jo, *_ = pair
    for _ in range(5):
        answers = await asyncio.gather(*(act(product, "block", *two) for two in ((mira, jo), (jo, mira)) for _ in range(3)))
        assert [answer.errors for answer in answers] == [()] * 6
        assert await edges(product, mira, jo) == ["BLOCKS<", "BLOCKS>"]
        await done(product, "unblock", mira, jo)
        await done(product, "unblock", jo, mira)
