"""What a mutation adds comes as the edge that the page shows, so that a client can put it there without reading the page."""

import asyncio

import pytest

from tests.api.relationships import act, choose, done

EDGE = "cursor node { id }"
VIEWER = "{ %s { edges { " + EDGE + " } } }"
PERSON = "query ($name: String!) { user(username: $name) { %s { edges { " + EDGE + " } } } }"
ADDS = {
    "blockedUserEdge": ("block", "blockedUsers"),
    "closeFriendEdge": ("addCloseFriend", "closeFriends"),
    "mutedUserEdge": ("mute", "mutedUsers"),
}
"""The mutation that adds an edge to a page of the viewer, and the page."""
BOOKMARK = f"mutation ($input: BookmarkPostInput!) {{ bookmarkPost(input: $input) {{ bookmarkEdge {{ {EDGE} }} }} }}"


async def added(product, name, viewer, target, *fields):
    """Do something about somebody, and return the edges that it added."""
    selected = " ".join(f"{field} {{ {EDGE} }}" for field in fields)
    document = f"mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ {selected} }} }}"
    found = (await product.run(document, viewer, input={"userId": target.id}))[name]
    return [found[field] for field in fields]


async def own_page(product, viewer, field):
    return (await product.run(VIEWER % field, viewer))[field]["edges"]


async def page_of(product, viewer, person, field):
    return (await product.run(PERSON % field, viewer, name=person.username))["user"][field]["edges"]


@pytest.fixture
async def three(product):
    return await product.people("mira", "jo2", "kim")


@pytest.mark.parametrize("field", ADDS)
async def test_an_edge_of_a_page_of_the_viewer_is_that_of_the_page(product, three, field):
    mira, jo, kim = three
    mutation, page = ADDS[field]
    (first,) = await added(product, mutation, mira, jo, field)
    (second,) = await added(product, mutation, mira, kim, field)
    assert first["node"]["id"] == jo.id
    assert await own_page(product, mira, page) == [second, first]


@pytest.mark.parametrize("field", ["blockedUserEdge", "closeFriendEdge"])
async def test_what_is_there_already_stays_where_it_is_also_when_many_add_it(product, three, field):
    mira, jo, kim = three
    mutation, page = ADDS[field]
    many = await asyncio.gather(*(added(product, mutation, mira, jo, field) for _ in range(4)))
    (other,) = await added(product, mutation, mira, kim, field)
    assert many == [many[0]] * 4 == [await added(product, mutation, mira, jo, field)] * 4
    assert await own_page(product, mira, page) == [other, *many[0]]


async def test_a_mute_that_is_replaced_moves_to_the_front(product, three):
    mira, jo, kim = three
    before, other, after = [
        (await added(product, "mute", mira, each, "mutedUserEdge"))[0] for each in (jo, kim, jo)
    ]
    assert before["node"] == after["node"] and before["cursor"] != after["cursor"]
    assert await own_page(product, mira, "mutedUsers") == [after, other]


async def test_a_follow_is_an_edge_at_both_ends(product, three):
    mira, jo, _ = three
    fields = ("followingEdge", "followerEdge", "sentFollowRequestEdge")
    for _ in range(2):
        following, follower, request = await added(product, "follow", mira, jo, *fields)
        assert (following["node"]["id"], follower["node"]["id"], request) == (jo.id, mira.id, None)
        assert await page_of(product, mira, mira, "following") == [following]
        assert await page_of(product, mira, jo, "followers") == [follower]


async def test_a_request_is_an_edge_and_its_acceptance_two(product, three):
    mira, jo, _ = three
    await choose(product, jo, private=True)
    fields = ("followingEdge", "followerEdge", "sentFollowRequestEdge")
    for _ in range(2):
        *none, request = await added(product, "follow", mira, jo, *fields)
        assert none == [None, None]
        assert await own_page(product, mira, "sentFollowRequests") == [request]
    for _ in range(2):
        follower, following = await added(product, "acceptFollowRequest", jo, mira, "followerEdge", "followingEdge")
        assert (follower["node"]["id"], following["node"]["id"]) == (mira.id, jo.id)
        assert await page_of(product, jo, jo, "followers") == [follower]
        assert await page_of(product, jo, mira, "following") == [following]


async def test_a_list_that_the_viewer_may_not_see_gets_no_edge(product, three):
    mira, jo, _ = three
    await choose(product, jo, hideFollowers=True)
    following, follower = await added(product, "follow", mira, jo, "followingEdge", "followerEdge")
    assert following["node"]["id"] == jo.id
    assert follower is None
    assert await page_of(product, mira, jo, "followers") == []
    await choose(product, jo, private=True)
    await choose(product, mira, hideFollowing=True)
    await done(product, "unfollow", mira, jo)
    await done(product, "follow", mira, jo)
    follower, following = await added(product, "acceptFollowRequest", jo, mira, "followerEdge", "followingEdge")
    assert (follower["node"]["id"], following) == (mira.id, None)
    assert await page_of(product, jo, mira, "following") == []


async def test_a_bookmark_is_the_edge_of_its_page(product, three):
    mira, jo, _ = three
    posts = [await product.post(mira, text) for text in ("One.", "Two.")]
    first, second = [(await product.run(BOOKMARK, jo, input={"postId": post}))["bookmarkPost"]["bookmarkEdge"] for post in posts]
    again = (await product.run(BOOKMARK, jo, input={"postId": posts[0]}))["bookmarkPost"]["bookmarkEdge"]
    assert again == first
    assert await own_page(product, jo, "bookmarks") == [second, first]


async def test_the_next_page_begins_behind_an_edge_that_was_added(product, three):
    mira, jo, kim = three
    await done(product, "addCloseFriend", mira, jo)
    (edge,) = await added(product, "addCloseFriend", mira, kim, "closeFriendEdge")
    document = "query ($after: String) { closeFriends(after: $after) { edges { node { id } } } }"
    found = (await product.run(document, mira, after=edge["cursor"]))["closeFriends"]["edges"]
    assert found == [{"node": {"id": jo.id}}]


async def test_nobody_gets_an_edge_of_what_they_may_not_add(product, three):
    mira, jo, kim = three
    await done(product, "block", jo, mira)
    await product.suspend(kim)
    for name in ("follow", "addCloseFriend", "mute"):
        for hidden in (jo, kim):
            assert (await act(product, name, mira, hidden)).code == "NOT_FOUND"
