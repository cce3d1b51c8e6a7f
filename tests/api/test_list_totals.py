"""How long the viewer's own lists are: what each list shows, at once, in one statement, and nothing of who hides."""

import asyncio

import pytest

import loaders.list_totals
from tests.api.product import own_id
from tests.api.relationships import choose, done, names

LISTS = (
    *("followRequests", "sentFollowRequests", "closeFriends", "blockedUsers", "mutedUsers", "mutedTopics", "bookmarks"),
    "likedPosts",
)
ALL = f"{{ {' '.join(f'{each}(first: 1) {{ totalCount edges {{ cursor }} }}' for each in LISTS)} }}"
BOOKMARK = "mutation ($input: BookmarkPostInput!) { bookmarkPost(input: $input) { post { id } } }"
REMOVE = "mutation ($input: RemoveBookmarkInput!) { removeBookmark(input: $input) { postId } }"
MUTE_TOPIC = "mutation ($input: MuteTopicInput!) { muteTopic(input: $input) { topic { id } } }"
UNMUTE_TOPIC = "mutation ($input: UnmuteTopicInput!) { unmuteTopic(input: $input) { unmutedTopicId } }"
STATEMENT = "users/list_totals"


async def totals(product, viewer):
    """Return the totals by list, without those of empty lists."""
    found = await product.run(ALL, viewer)
    return {name: found[name]["totalCount"] for name in LISTS if found[name]["totalCount"] != 0}


@pytest.fixture
async def four(product):
    """mira and jo2 are private."""
    mira, jo, kim, lee = await product.people("mira", "jo2", "kim", "lee")
    for each in (mira, jo):
        await choose(product, each, private=True)
    return mira, jo, kim, lee


async def test_totals_change_with_each_mutation(product, four):
    mira, jo, kim, lee = four
    assert await totals(product, mira) == {}
    for asker in (jo, kim, lee):
        await done(product, "follow", asker, mira)
    await done(product, "follow", mira, jo)
    await done(product, "addCloseFriend", mira, jo, kim)
    await done(product, "mute", mira, jo, lee)
    assert await totals(product, mira) == {
        "followRequests": 3, "sentFollowRequests": 1, "closeFriends": 2, "mutedUsers": 2
    }
    await done(product, "acceptFollowRequest", mira, jo)
    await done(product, "refuseFollowRequest", mira, lee)
    await done(product, "cancelFollowRequest", mira, jo)
    await done(product, "removeCloseFriend", mira, jo)
    await done(product, "unmute", mira, lee)
    assert await totals(product, mira) == {"followRequests": 1, "closeFriends": 1, "mutedUsers": 1}
    await done(product, "block", mira, kim, lee)
    assert await totals(product, mira) == {"blockedUsers": 2, "mutedUsers": 1}
    await done(product, "unblock", mira, kim)
    assert await totals(product, mira) == {"blockedUsers": 1, "mutedUsers": 1}
    assert await totals(product, jo) == {}


async def test_topics_and_bookmarks_are_counted_as_they_come_and_go(product, four):
    mira, jo, *_ = four
    topics = [
        (await product.run(MUTE_TOPIC, mira, input={"kind": "WORD", "value": value}))["muteTopic"]["topic"]["id"]
        for value in ("rain", "snow")
    ]
    posts = [await product.post(mira, text) for text in ("One.", "Two.")]
    for post in (*posts, posts[0]):
        await product.run(BOOKMARK, mira, input={"postId": post})
    assert await totals(product, mira) == {"mutedTopics": 2, "bookmarks": 2}
    await product.run(UNMUTE_TOPIC, mira, input={"topicId": topics[0]})
    await product.run(REMOVE, mira, input={"postId": posts[0]})
    assert await totals(product, mira) == {"mutedTopics": 1, "bookmarks": 1}
    await product.cypher("MATCH (t:MutedTopic {id: $id}) SET t.until = 1", id=own_id(topics[1]))
    await product.forget_caches()
    assert await totals(product, mira) == {"bookmarks": 1}
    assert await totals(product, jo) == {}


@pytest.mark.parametrize("leave", ["suspend", "block"])
async def test_a_total_does_not_tell_who_has_left_from_who_blocks_the_viewer(product, four, leave):
    mira, jo, kim, lee = four
    await done(product, "follow", lee, mira)
    await done(product, "follow", kim, mira)
    await done(product, "follow", mira, jo)
    await done(product, "addCloseFriend", mira, jo, lee, kim)
    await done(product, "mute", mira, jo, kim)
    before = await totals(product, mira)
    for each in (jo, lee):
        if leave == "suspend":
            await product.suspend(each)
        else:
            await done(product, "block", each, mira)
    assert before == {"followRequests": 2, "sentFollowRequests": 1, "closeFriends": 3, "mutedUsers": 2}
    assert await totals(product, mira) == {"followRequests": 1, "closeFriends": 1, "mutedUsers": 1}
    assert [len(await names(product, each, mira)) for each in LISTS[:5]] == [1, 0, 1, 0, 1]


async def test_who_is_blocked_and_then_leaves_is_not_counted(product, four):
    mira, _, kim, lee = four
    await done(product, "block", mira, kim, lee)
    await product.suspend(lee)
    assert await totals(product, mira) == {"blockedUsers": 1}


async def test_a_mute_that_has_ended_is_not_counted(product, four):
    mira, jo, kim, _ = four
    await done(product, "mute", mira, jo, kim)
    await product.cypher("MATCH ()-[m:MUTES]->(:User {id: $id}) SET m.until = 1 RETURN 1", id=jo.own_id)
    assert await totals(product, mira) == {"mutedUsers": 1}


@pytest.mark.parametrize("hide", ["delete", "hide", "block"])
async def test_the_total_of_bookmarks_is_the_same_whatever_became_of_a_post(product, hide):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(jo)
    await product.run(BOOKMARK, mira, input={"postId": post})
    await (done(product, "block", jo, mira) if hide == "block" else getattr(product, hide)(jo, post))
    found = (await product.run(ALL, mira))["bookmarks"]
    assert found == {"totalCount": 1, "edges": []}
    await product.run(REMOVE, mira, input={"postId": post})
    assert await totals(product, mira) == {}


async def test_a_list_that_is_too_long_to_count_has_no_total(product, four, monkeypatch):
    mira, jo, kim, lee = four
    await done(product, "addCloseFriend", mira, jo, kim, lee)
    await done(product, "mute", mira, jo, kim)
    monkeypatch.setattr(loaders.list_totals, "COUNTED_MAX", 2)
    assert await totals(product, mira) == {"closeFriends": None, "mutedUsers": 2}
    await product.suspend(lee)
    assert await totals(product, mira) == {"closeFriends": None, "mutedUsers": 2}


async def test_totals_cost_one_statement_together_and_none_where_they_are_not_asked_for(product, four):
    mira = four[0]
    pages = {"requests/received", "requests/sent", "close_friends/page", "blocks/page", "mutes/page"}
    pages |= {"bookmarks/page", "likes/of_viewer"}
    for text, statements in (
        (ALL, {*pages, STATEMENT}),
        (ALL.replace("totalCount", ""), pages),
        ("{ mutedTopics { totalCount } }", set()),
    ):
        await product.run(text, mira)
        product.round_trips.clear()
        await product.run(text, mira)
        assert sorted(product.round_trips.graph) == sorted(statements)


async def test_totals_are_right_after_many_change_a_list_at_once(product, four):
    mira, jo, kim, lee = four
    await asyncio.gather(*(done(product, "follow", each, mira) for each in (jo, kim, lee) for _ in range(3)))
    assert await totals(product, mira) == {"followRequests": 3}
    ends = [("acceptFollowRequest", mira, jo), ("cancelFollowRequest", kim, mira)]
    await asyncio.gather(*(done(product, *end) for end in ends))
    assert await totals(product, mira) == {"followRequests": 1}


async def test_a_total_needs_a_viewer(product):
    for each in LISTS:
        assert (await product.ask(f"{{ {each} {{ totalCount }} }}")).code == "UNAUTHENTICATED"
