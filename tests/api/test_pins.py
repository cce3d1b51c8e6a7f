"""Pinned posts: up to three, in an order, shown under the policy, exact under many clients at once."""

import asyncio

from tests.api.test_editing import SET

PIN = "mutation ($input: PinPostInput!) { pinPost(input: $input) { post { id } viewer { pinnedPosts { id } } } }"
UNPIN = "mutation ($input: UnpinPostInput!) { unpinPost(input: $input) { viewer { pinnedPosts { id } } } }"
PROFILE = "query ($name: String!) { user(username: $name) { pinnedPosts { id text likeCount author { username } } } }"


async def pin(product, viewer, post, **more):
    done = (await product.run(PIN, viewer, input={"postId": post, **more}))["pinPost"]
    return [each["id"] for each in done["viewer"]["pinnedPosts"]]


async def unpin(product, viewer, post):
    done = (await product.run(UNPIN, viewer, input={"postId": post}))["unpinPost"]
    return [each["id"] for each in done["viewer"]["pinnedPosts"]]


async def pinned(product, viewer, name="mira"):
    return [each["id"] for each in (await product.run(PROFILE, viewer, name=name))["user"]["pinnedPosts"]]


async def test_posts_are_pinned_in_an_order_and_moved(product):
    mira = await product.sign_up("mira")
    first, second, third, fourth = [await product.post(mira, f"Post {each}.") for each in range(4)]
    assert await pin(product, mira, first) == [first]
    assert await pin(product, mira, second) == [second, first]
    assert await pin(product, mira, third, position=2) == [second, third, first]
    assert (await product.ask(PIN, mira, input={"postId": fourth})).refusal == ("CONFLICT", "postId")
    assert await pin(product, mira, first, position=1) == [first, second, third]
    assert await pin(product, mira, first, position=20) == [second, third, first] == await pinned(product, None)
    assert await pin(product, mira, first, position=3) == [second, third, first]
    assert await unpin(product, mira, third) == await unpin(product, mira, third) == [second, first]
    assert (await product.event_types())[-6:] == ["post.pinned"] * 5 + ["post.unpinned"]
    assert (await product.ask(PIN, mira, input={"postId": fourth, "position": 0})).refusal == ("INVALID_INPUT", "position")


async def test_only_ones_own_posts_are_pinned_and_not_those_for_whom_they_mention(product):
    mira, jo = await product.people("mira", "jo2")
    theirs, gone = await product.post(jo), await product.post(mira)
    await product.delete(mira, gone)
    for post in (theirs, gone):
        for document in (PIN, UNPIN):
            assert (await product.ask(document, mira, input={"postId": post})).code == "NOT_FOUND"
    mentioning = await product.post(mira, "@jo2", audience="MENTIONED")
    assert (await product.ask(PIN, mira, input={"postId": mentioning})).refusal == ("CONFLICT", "postId")
    assert (await product.ask(PIN, None, input={"postId": theirs})).code == "UNAUTHENTICATED"


async def test_each_viewer_is_shown_those_that_they_may_see_and_none_that_is_deleted(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    await product.follow(jo, mira)
    followers, public, gone = await product.post(mira, audience="FOLLOWERS"), await product.post(mira), await product.post(mira)
    for post in (gone, public, followers):
        await pin(product, mira, post)
    for viewer, seen in ((mira, [followers, public, gone]), (jo, [followers, public, gone]), (kim, [public, gone])):
        assert await pinned(product, viewer) == seen
    await product.delete(mira, gone)
    await product.run(SET, mira, input={"postId": public, "audience": "CLOSE_FRIENDS"})
    for viewer, seen in ((mira, [followers, public]), (jo, [followers]), (kim, [])):
        assert await pinned(product, viewer) == seen
    third = await product.post(mira)
    assert await pin(product, mira, third, position=3) == [followers, public, third]


async def test_two_hundred_clients_at_once_never_pin_more_than_three(product):
    mira = await product.sign_up("mira")
    posts = [await product.post(mira, f"Post {each}.") for each in range(6)]
    wanted = [
        (UNPIN, {"postId": posts[each % 6]}) if each % 3 == 0 else (PIN, {"postId": posts[each % 6], "position": each % 3})
        for each in range(200)
    ]
    answers = await asyncio.gather(*(product.ask(document, mira, input=given) for document, given in wanted))
    # On a busy machine some wait in vain for their turn: they changed nothing.
    assert {None} < {answer.code for answer in answers} <= {None, "CONFLICT", "UNAVAILABLE"}
    for answer in answers:
        if not answer.errors:
            found = next(iter(answer.data.values()))["viewer"]["pinnedPosts"]
            assert len(found) <= 3
    kept = await product.cypher("MATCH (u:User {username: 'mira'}) RETURN u.pinnedIds")
    assert len(kept) == len(set(kept)) <= 3
    assert len(await pinned(product, mira)) == len(kept)


async def test_pinning_is_one_write_and_a_warm_profile_asks_the_graph_for_nothing(product):
    mira, jo = await product.people("mira", "jo2")
    post, other = await product.post(mira), await product.post(mira)
    await pin(product, mira, other)
    product.round_trips.clear()
    await pin(product, mira, post)
    assert product.round_trips.graph.count("pins/add") == 1
    for _ in range(2):
        await pinned(product, jo)
    product.round_trips.clear()
    assert await pinned(product, jo) == [post, other]
    assert (product.round_trips.graph, len(product.round_trips.redis)) == ([], 2)
