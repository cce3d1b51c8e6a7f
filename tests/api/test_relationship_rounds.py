"""Round trips to Neo4j and Redis of what people do about each other: one statement, then each stale row is read once."""

import pytest

from tests.api.relationships import choose, done

USER = "user { followerCount viewerFollows viewerHasRequestedToFollow viewerBlocks }"
EDGE = "{ cursor node { id username } }"
VIEWER = "viewer { followingCount }"
WRITES = {
    "follow": (f"{USER} {VIEWER} requested sentFollowRequestEdge {EDGE}", "follows/follow", []),
    "cancelFollowRequest": (USER, "requests/cancel", ["follow"]),
    "removeFollower": (f"{USER} {VIEWER}", "follows/remove_follower", []),
    "acceptFollowRequest": (f"{USER} {VIEWER} followerEdge {EDGE} followingEdge {EDGE}", "requests/accept", []),
    "refuseFollowRequest": (USER, "requests/refuse", []),
    "block": (f"{USER} {VIEWER} blockedUserEdge {EDGE}", "blocks/block", []),
    "addCloseFriend": (f"{USER} closeFriendEdge {EDGE}", "close_friends/add", []),
    "mute": (f"{USER} mutedUserEdge {EDGE}", "mutes/mute", []),
    "unblock": (f"{USER} {VIEWER}", "blocks/unblock", ["block"]),
    "unfollow": (f"{USER} {VIEWER}", "follows/unfollow", []),
}
"""What each asks for, its statement, and what the viewer did before."""
PAGES = {"followRequests": "requests/received", "sentFollowRequests": "requests/sent", "blockedUsers": "blocks/page"}
REREAD = {"relationships/of_viewers", "users/by_id", "users/counts"}
GRAPH_MOST, REDIS_MOST = 4, 10


def mutation(name, fields):
    return f"mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ {fields} }} }}"


@pytest.fixture
async def pair(product):
    """mira and jo2 are private, and each asks to follow the other."""
    mira, jo = await product.people("mira", "jo2")
    for user in (mira, jo):
        await choose(product, user, private=True)
    await done(product, "follow", jo, mira)
    return mira, jo


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_is_one_statement_and_each_stale_row_is_read_once(product, pair, name):
    mira, jo = pair
    fields, statement, before = WRITES[name]
    for each in before:
        await done(product, each, mira, jo)
    product.round_trips.clear()
    await product.run(mutation(name, fields), mira, input={"userId": jo.id})
    first, *rest = product.round_trips.graph
    assert first == statement
    assert len(set(rest)) == len(rest) and set(rest) <= REREAD, rest
    assert len(product.round_trips.graph) <= GRAPH_MOST
    assert len(product.round_trips.redis) <= REDIS_MOST, product.round_trips.redis


@pytest.mark.parametrize("field", PAGES)
async def test_a_page_is_one_statement_when_its_people_are_cached(product, pair, field):
    mira, jo = pair
    if field == "sentFollowRequests":
        await done(product, "follow", mira, jo)
    if field == "blockedUsers":
        await done(product, "block", mira, jo)
    document = f"{{ {field} {{ edges {{ node {{ id username }} }} }} }}"
    for _ in range(2):
        product.round_trips.clear()
        assert len((await product.run(document, mira))[field]["edges"]) == 1
    assert product.round_trips.graph == [PAGES[field]]
    assert len(product.round_trips.redis) <= 2


async def test_a_change_of_privacy_is_one_statement(product, pair):
    mira, _ = pair
    product.round_trips.clear()
    await choose(product, mira, hideCounts=True)
    assert product.round_trips.graph == ["privacy/update", "users/by_id"]


async def test_going_public_is_one_statement_more(product, pair):
    mira, _ = pair
    product.round_trips.clear()
    await choose(product, mira, private=False)
    assert product.round_trips.graph == ["privacy/update", "requests/accept_open", "users/by_id"]
