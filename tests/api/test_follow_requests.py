"""Asking to follow somebody private: taken back, accepted, refused, twice, in the wrong order, by the wrong person."""

import pytest

from graph.ids import new_id
from resolvers.global_ids import encode
from tests.api.product import Person
from tests.api.relationships import act, choose, done, edges, names, relationship

ASK = """mutation ($input: FollowInput!) { follow(input: $input) {
  requested user { followerCount viewerFollows viewerHasRequestedToFollow } viewer { followingCount } } }"""
ENDS = ["cancelFollowRequest", "acceptFollowRequest", "refuseFollowRequest", "removeFollower"]
HOME = "{ homeTimeline { edges { node { id } } } }"


@pytest.fixture
async def pair(product):
    """mira is private, and jo2 is not."""
    mira, jo = await product.people("mira", "jo2")
    await choose(product, mira, private=True)
    return mira, jo


async def test_who_follows_somebody_private_asks(product, pair):
    mira, jo = pair
    for _ in range(2):
        assert (await product.run(ASK, jo, input={"userId": mira.id}))["follow"] == {
            "requested": True,
            "user": {"followerCount": 0, "viewerFollows": False, "viewerHasRequestedToFollow": True},
            "viewer": {"followingCount": 0},
        }
    assert await edges(product, jo, mira) == ["REQUESTED>"]
    assert (await product.event_types()).count("follow.requested") == 1
    assert await relationship(product, jo, mira) == {"viewerHasRequestedToFollow"}
    assert await relationship(product, mira, jo) == {"hasRequestedToFollowViewer"}


async def test_who_follows_somebody_public_does_not_wait(product):
    mira, jo = await product.people("mira", "jo2")
    assert not (await product.run(ASK, jo, input={"userId": mira.id}))["follow"]["requested"]


async def test_an_accepted_request_is_a_follow(product, pair):
    mira, jo = pair
    await done(product, "follow", jo, mira)
    for _ in range(2):
        await done(product, "acceptFollowRequest", mira, jo)
    assert await edges(product, jo, mira) == ["FOLLOWS>"]
    events = await product.event_types()
    assert (events.count("follow.created"), events.count("follow.request_ended")) == (1, 1)
    assert await relationship(product, jo, mira) == {"viewerFollows"}
    assert await relationship(product, mira, jo) == {"followsViewer"}
    assert not (await product.run(ASK, jo, input={"userId": mira.id}))["follow"]["requested"]


async def test_an_accepted_request_brings_posts_to_the_timeline(product, pair):
    mira, jo = pair
    post = await product.post(mira)
    await product.run(HOME, jo)
    await done(product, "follow", jo, mira)
    assert (await product.run(HOME, jo))["homeTimeline"]["edges"] == []
    await done(product, "acceptFollowRequest", mira, jo)
    await product.settle()
    assert (await product.run(HOME, jo))["homeTimeline"]["edges"] == [{"node": {"id": post}}]


@pytest.mark.parametrize(("name", "by"), [("cancelFollowRequest", "jo2"), ("refuseFollowRequest", "mira")])
async def test_a_request_that_ended_leaves_nothing_and_may_be_made_again(product, pair, name, by):
    mira, jo = pair
    await done(product, "follow", jo, mira)
    for _ in range(2):
        await done(product, name, *((jo, mira) if by == "jo2" else (mira, jo)))
    assert await edges(product, jo, mira) == []
    assert (await product.event_types()).count("follow.request_ended") == 1
    assert (await act(product, "acceptFollowRequest", mira, jo)).code == "NOT_FOUND"
    await done(product, "follow", jo, mira)
    assert await names(product, "followRequests", mira) == ["jo2"]


async def test_only_who_was_asked_accepts_or_refuses_and_only_who_asked_cancels(product, pair):
    mira, jo = pair
    (kim,) = await product.people("kim")
    await done(product, "follow", jo, mira)
    assert (await act(product, "acceptFollowRequest", jo, mira)).code == "NOT_FOUND"
    assert (await act(product, "acceptFollowRequest", kim, jo)).code == "NOT_FOUND"
    await done(product, "refuseFollowRequest", jo, mira)
    await done(product, "refuseFollowRequest", kim, jo)
    await done(product, "cancelFollowRequest", mira, jo)
    await done(product, "cancelFollowRequest", kim, mira)
    assert await edges(product, jo, mira) == ["REQUESTED>"]


async def test_nobody_who_does_not_ask_is_accepted(product, pair):
    mira, jo = pair
    missing = await act(product, "acceptFollowRequest", mira, jo)
    assert missing.code == "NOT_FOUND"
    assert await edges(product, jo, mira) == []


@pytest.mark.parametrize("name", ENDS)
async def test_nobody_has_no_requests(product, pair, name):
    nobody = Person(encode("User", new_id()), "nobody", "")
    assert (await act(product, name, pair[0], nobody)).code == "NOT_FOUND"


@pytest.mark.parametrize("name", ENDS)
async def test_somebody_suspended_has_no_requests(product, pair, name):
    mira, jo = pair
    await done(product, "follow", jo, mira)
    await product.suspend(jo)
    assert (await act(product, name, mira, jo)).code == "NOT_FOUND"


async def test_a_follower_is_removed_and_may_ask_again(product, pair):
    mira, jo = pair
    await done(product, "follow", jo, mira)
    await done(product, "acceptFollowRequest", mira, jo)
    for _ in range(2):
        await done(product, "removeFollower", mira, jo)
    assert await edges(product, jo, mira) == []
    assert (await product.event_types()).count("follow.deleted") == 1
    assert (await product.run(ASK, jo, input={"userId": mira.id}))["follow"]["requested"]


async def test_removing_a_follower_leaves_ones_own_follow(product):
    mira, jo = await product.people("mira", "jo2")
    await product.follow(mira, jo)
    await product.follow(jo, mira)
    await done(product, "removeFollower", mira, jo)
    assert await edges(product, mira, jo) == ["FOLLOWS>"]


async def test_unfollowing_is_no_way_to_end_a_request(product, pair):
    mira, jo = pair
    await done(product, "follow", jo, mira)
    await product.unfollow(jo, mira)
    assert await edges(product, jo, mira) == ["REQUESTED>"]


async def test_who_goes_private_keeps_their_followers(product):
    mira, jo = await product.people("mira", "jo2")
    await product.follow(jo, mira)
    await choose(product, mira, private=True)
    assert await edges(product, jo, mira) == ["FOLLOWS>"]
    assert not (await product.run(ASK, jo, input={"userId": mira.id}))["follow"]["requested"]


async def test_pages_of_requests_walk_both_ways_newest_first(product, pair):
    mira, _ = pair
    askers = await product.people(*(f"name{each}" for each in range(7)))
    for asker in askers:
        await done(product, "follow", asker, mira)
    assert await names(product, "followRequests", mira, first=3) == [asker.username for asker in askers[::-1]]
    asked = await product.people("kim", "lee", "ben2")
    for user in asked:
        await choose(product, user, private=True)
        await done(product, "follow", askers[0], user)
    assert await names(product, "sentFollowRequests", askers[0], first=3) == ["ben2", "lee", "kim", "mira"]


async def test_pages_of_requests_leave_out_whom_the_viewer_may_not_see_and_stay_full(product, pair):
    mira, _ = pair
    askers = await product.people(*(f"name{each}" for each in range(9)))
    for asker in askers:
        await done(product, "follow", asker, mira)
    for asker in askers[1::2]:
        await product.suspend(asker)
    assert await names(product, "followRequests", mira, first=2) == [asker.username for asker in askers[::-2]]


@pytest.mark.parametrize("field", ["followRequests", "sentFollowRequests", "blockedUsers", "privacy"])
async def test_what_is_the_viewers_own_needs_one(product, field):
    pages = f"{{ {field} {{ __typename }} }}"
    assert (await product.ask(pages)).code == "UNAUTHENTICATED"


async def test_a_cursor_of_one_page_is_none_of_another(product, pair):
    mira, jo = pair
    await done(product, "follow", jo, mira)
    document = "query ($after: String) { %s(first: 1, after: $after) { edges { cursor } } }"
    place = (await product.run(document % "followRequests", mira))["followRequests"]["edges"][0]["cursor"]
    refused = await product.ask(document % "sentFollowRequests", mira, after=place)
    assert refused.refusal == ("INVALID_INPUT", "after")
