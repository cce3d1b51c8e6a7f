"""Following and unfollowing."""

import pytest

from tests.api.product import FOLLOW, UNFOLLOW

COUNTS = "{ user { followerCount viewerFollows followsViewer } viewer { followingCount } }"
BOTH = {
    "follow": f"mutation ($input: FollowInput!) {{ follow(input: $input) {COUNTS} }}",
    "unfollow": f"mutation ($input: UnfollowInput!) {{ unfollow(input: $input) {COUNTS} }}",
}


async def done(product, name, viewer, target):
    return (await product.run(BOTH[name], viewer, input={"userId": target.id}))[name]


def outcome(followers, following, *, back=False):
    return {
        "user": {"followerCount": followers, "viewerFollows": followers > 0, "followsViewer": back},
        "viewer": {"followingCount": following},
    }


async def test_a_follow_is_seen_in_its_answer(product):
    mira, jo = await product.people("mira", "jo2")
    assert await done(product, "follow", mira, jo) == outcome(1, 1)
    assert await done(product, "follow", jo, mira) == outcome(1, 1, back=True)


async def test_twice_is_as_good_as_once(product):
    mira, jo = await product.people("mira", "jo2")
    for name, followers in (("follow", 1), ("follow", 1), ("unfollow", 0), ("unfollow", 0)):
        assert await done(product, name, mira, jo) == outcome(followers, followers)
    assert (await product.event_types())[2:] == ["follow.created", "follow.deleted"]


async def test_nobody_follows_themselves(product):
    mira = await product.sign_up("mira")
    assert (await product.ask(FOLLOW, mira, input={"userId": mira.id})).refusal == ("INVALID_INPUT", "userId")


@pytest.mark.parametrize("document", [FOLLOW, UNFOLLOW])
async def test_somebody_suspended_is_nobody_to_follow(product, document):
    mira, jo = await product.people("mira", "jo2")
    await product.suspend(jo)
    assert (await product.ask(document, mira, input={"userId": jo.id})).code == "NOT_FOUND"


async def test_a_follow_fills_the_next_page_and_an_unfollow_empties_it(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(jo)
    home = "{ homeTimeline { edges { node { id } } } }"
    pages = [await product.run(home, mira)]
    await product.follow(mira, jo)
    pages.append(await product.run(home, mira))
    await product.unfollow(mira, jo)
    pages.append(await product.run(home, mira))
    assert [[edge["node"]["id"] for edge in page["homeTimeline"]["edges"]] for page in pages] == [[], [post], []]


async def test_followers_you_know_are_those_whom_the_viewer_follows(product):
    mira, jo, kim, lee = await product.people("mira", "jo2", "kim", "lee")
    await product.follow(mira, jo, kim)
    for each in (jo, kim, lee):
        await product.follow(each, mira) if each is lee else await product.follow(each, lee)
    known = """{ user(username: "lee") { followersYouKnow(first: 1) {
      edges { node { username } } pageInfo { hasNextPage endCursor } } } }"""
    page = (await product.run(known, mira))["user"]["followersYouKnow"]
    assert [edge["node"]["username"] for edge in page["edges"]] == ["kim"]
    assert page["pageInfo"]["hasNextPage"]
    after = known.replace("first: 1", f'first: 1, after: "{page["pageInfo"]["endCursor"]}"')
    rest = (await product.run(after, mira))["user"]["followersYouKnow"]
    assert [edge["node"]["username"] for edge in rest["edges"]] == ["jo2"]
    assert not rest["pageInfo"]["hasNextPage"]
    assert (await product.run(known))["user"]["followersYouKnow"]["edges"] == []
