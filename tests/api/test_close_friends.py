"""Close friends: whom somebody adds sees more, and does not know why."""

import asyncio

from tests.api.product import own_id
from tests.api.relationships import act, done, edges, names

READ = "query ($id: ID!) { post(id: $id) { text } }"


async def sees(product, viewer, post):
    return (await product.run(READ, viewer, id=post))["post"] is not None


async def test_who_is_added_sees_what_was_written_before_and_who_is_removed_sees_nothing_at_once(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira, audience="CLOSE_FRIENDS")
    for name, seen in (("addCloseFriend", True), ("removeCloseFriend", False)) * 2:
        assert await sees(product, jo, post) != seen
        await done(product, name, mira, jo)
        assert await sees(product, jo, post) == seen


async def test_twice_is_as_good_as_once(product):
    mira, jo = await product.people("mira", "jo2")
    await asyncio.gather(*(done(product, "addCloseFriend", mira, jo) for _ in range(4)))
    assert await edges(product, mira, jo) == ["CLOSE_FRIEND>"]
    await asyncio.gather(*(done(product, "removeCloseFriend", mira, jo) for _ in range(4)))
    assert await edges(product, mira, jo) == []
    assert (await product.event_types())[2:] == ["user.befriended", "user.unbefriended"]


async def test_nobody_else_is_told(product):
    mira, jo = await product.people("mira", "jo2")
    await done(product, "addCloseFriend", mira, jo)
    relation = "query ($name: String!) { user(username: $name) { isCloseFriendOfViewer followsViewer } }"
    told = [
        (await product.run(relation, viewer, name=name))["user"]["isCloseFriendOfViewer"]
        for viewer, name in ((mira, "jo2"), (jo, "mira"), (None, "jo2"))
    ]
    assert told == [True, False, False]
    assert await names(product, "closeFriends", jo) == []


async def test_a_page_is_newest_first_and_full(product):
    mira, *friends = await product.people("mira", *(f"friend{each}" for each in range(7)))
    await done(product, "addCloseFriend", mira, *friends)
    await product.suspend(friends[5])
    await done(product, "block", mira, friends[2])
    newest_first = ["friend6", "friend4", "friend3", "friend1", "friend0"]
    for first in (1, 2, 5, 100):
        assert await names(product, "closeFriends", mira, first) == newest_first


async def test_neither_oneself_nor_nobody_nor_who_is_hidden_is_a_close_friend(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    assert (await act(product, "addCloseFriend", mira, mira)).refusal == ("INVALID_INPUT", "userId")
    await done(product, "block", jo, mira)
    await product.suspend(kim)
    for hidden in (jo, kim):
        for name in ("addCloseFriend", "removeCloseFriend"):
            assert (await act(product, name, mira, hidden)).code == "NOT_FOUND"
    assert (await product.ask("{ closeFriends { edges { node { id } } } }")).code == "UNAUTHENTICATED"


async def test_a_block_ends_it_both_ways_also_when_both_happen_at_once(product):
    mira, jo = await product.people("mira", "jo2")
    for _ in range(4):
        await asyncio.gather(
            act(product, "addCloseFriend", mira, jo),
            act(product, "addCloseFriend", jo, mira),
            act(product, "block", jo, mira),
        )
        assert await edges(product, mira, jo) == ["BLOCKS<"]
        await done(product, "unblock", jo, mira)


async def test_a_close_friend_who_does_not_follow_sees_the_post_but_not_on_the_home_timeline(product):
    mira, jo = await product.people("mira", "jo2")
    await done(product, "addCloseFriend", mira, jo)
    post = await product.post(mira, audience="CLOSE_FRIENDS")
    await product.settle()
    home = "{ homeTimeline { edges { node { id } } } }"
    assert await sees(product, jo, post) and own_id(post)
    assert (await product.run(home, jo))["homeTimeline"]["edges"] == []
    await product.follow(jo, mira)
    assert (await product.run(home, jo))["homeTimeline"]["edges"] == [{"node": {"id": post}}]
