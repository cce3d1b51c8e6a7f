"""What becomes of open streams when somebody blocks, mutes, leaves, or narrows a post. A marker proves that nothing came."""

import asyncio

import pytest
import websockets

from graph.rows.mutes import TopicKind
from graph.rows.posts import Audience
from tests.live.clients import is_signed_out, socket_of
from tests.live.conftest import post_id, told
from tests.worlds.town import ids_of
from tests.worlds.waiting import until
from tests.worlds.working import working

AT_ONCE = 10.0
"""Seconds: far below every time limit, and enough for a busy machine."""


async def hears(live, client, *, of: str = "bea", who: str = "ada") -> bool:
    """Let somebody write, then the viewer, and tell whether the first was heard."""
    post = await live.town.post(of, "heard?")
    marker = await live.town.post(who, "marker")
    await live.town.deliver()
    first = (await client.next())["post"]["id"]
    if first == post_id(marker):
        return False
    assert first == post_id(post)
    assert (await client.next())["post"]["id"] == post_id(marker)
    return True


async def only_the_marker(live, client, who: str = "ada") -> None:
    marker = await live.town.post(who, "marker")
    await live.town.deliver()
    assert (await client.next()).get("post", {}).get("id") == post_id(marker)


@pytest.mark.parametrize("who", ["ada", "bea"])
async def test_a_block_silences_both_and_ending_it_brings_nothing_back(live, who):
    other = "bea" if who == "ada" else "ada"
    await live.town.follow("bea", "ada")
    await live.town.deliver()
    async with live.socket("ada") as ada, live.socket("bea") as bea:
        await live.town.block(who, other)
        assert not await hears(live, ada)
        await bea.next()  # what bea wrote is her own
        assert not await hears(live, bea, of="ada", who="bea")
        await live.town.unblock(who, other)
        await ada.next()
        assert not await hears(live, ada)


async def test_a_mute_silences_until_it_is_taken_back(live):
    async with live.socket("ada") as socket:
        await live.town.mute("ada", "bea")
        assert not await hears(live, socket)
        await live.town.unmute("ada", "bea")
        assert await hears(live, socket)


async def test_a_muted_word_silences_what_says_it(live):
    topics = live.town.parts.services.muted_topics
    async with live.socket("ada") as socket:
        topic = await topics.mute(live.town.people["ada"], TopicKind.WORD, "HEARD", None)
        assert not await hears(live, socket)
        await topics.unmute(live.town.people["ada"], topic.id)
        assert await hears(live, socket)


async def test_who_is_removed_as_a_follower_hears_nothing_more(live):
    town = live.town
    async with live.socket("ada") as socket:
        await town.choose("bea", private=True)
        assert await hears(live, socket)
        await town.parts.services.follows.remove_follower(town.people["bea"], town.people["ada"].id)
        assert not await hears(live, socket)


async def test_a_post_is_told_to_its_audience_alone(live):
    await live.town.follow("cid", "bea")
    await live.town.befriend("bea", "cid")
    async with live.socket("ada") as ada, live.socket("cid") as cid:
        posts = [await live.town.post("bea", "for @cid", audience=each) for each in Audience]
        await live.town.deliver()
        assert [(await cid.next())["post"]["id"] for _ in posts] == [post_id(post) for post in posts]
        assert [(await ada.next())["post"]["id"] for _ in posts[:2]] == [post_id(post) for post in posts[:2]]
        await only_the_marker(live, ada)


async def test_narrowing_takes_a_post_from_those_who_saw_it_and_tells_nobody_else(live):
    town = live.town
    await town.follow("cid", "bea")
    await town.befriend("bea", "cid")
    async with live.socket("ada") as ada, live.socket("cid") as cid, live.socket("dov") as dov:
        post = await town.post("bea")
        await town.deliver()
        for socket in (ada, cid):
            await socket.next()
        steps = (
            (Audience.FOLLOWERS, ((ada, "Changed"), (cid, "Changed"))),
            (Audience.CLOSE_FRIENDS, ((ada, "Removed"), (cid, "Changed"))),
            (Audience.MENTIONED, ((cid, "Removed"),)),
        )
        for audience, expected in steps:
            await town.set_audience("bea", post, audience)
            await town.deliver()
            for socket, change in expected:
                assert told(await socket.next()) == (change, post_id(post))
            for socket, who in ((ada, "ada"), (cid, "cid"), (dov, "dov")):
                await only_the_marker(live, socket, who)


async def test_opening_gives_a_post_to_those_who_could_not_see_it_and_tells_nobody_else(live):
    town = live.town
    await town.follow("cid", "bea")
    await town.befriend("bea", "cid")
    post = await town.post("bea", "for @dov", audience=Audience.MENTIONED)
    await town.deliver()
    async with live.socket("ada") as ada, live.socket("cid") as cid, live.socket("dov") as dov:
        steps = (
            (Audience.CLOSE_FRIENDS, ((cid, "Added"),)),
            (Audience.FOLLOWERS, ((ada, "Added"), (cid, "Changed"))),
            (Audience.PUBLIC, ((ada, "Changed"), (cid, "Changed"))),
        )
        for audience, expected in steps:
            await town.set_audience("bea", post, audience)
            await town.deliver()
            for socket, change in expected:
                assert told(await socket.next()) == (change, post_id(post))
            for socket, who in ((ada, "ada"), (cid, "cid"), (dov, "dov")):
                await only_the_marker(live, socket, who)


async def test_what_was_taken_away_is_given_back_also_to_one_who_comes_back(live):
    town = live.town
    async with live.socket("ada") as socket:
        post = await town.post("bea")
        cursors = []
        for audience in (Audience.MENTIONED, Audience.PUBLIC):
            await town.deliver()
            cursors.append((await socket.next())["cursor"])
            await town.set_audience("bea", post, audience)
        await town.deliver()
        assert (await socket.next())["post"]["id"] == post_id(post)
    async with live.socket("ada", cursors[-1]) as socket:
        assert (await socket.next())["post"]["id"] == post_id(post)
        await only_the_marker(live, socket)


async def test_opening_tells_nobody_who_mutes_or_blocks_the_author_nor_of_a_reply_to_others(live):
    town = live.town
    for name in ("cid", "dov"):
        await town.follow(name, "bea")
    async with live.socket("ada") as ada, live.socket("cid") as cid, live.socket("dov") as dov:
        reply = await town.post("bea", reply_to=await town.post("cid"), audience=Audience.MENTIONED)
        post = await town.post("bea", audience=Audience.MENTIONED)
        await town.deliver()
        await cid.next()  # what cid wrote is their own
        await town.mute("cid", "bea")
        await town.block("bea", "dov")
        for each in (reply, post):
            await town.set_audience("bea", each, Audience.PUBLIC)
        await town.deliver()
        assert (await ada.next())["post"]["id"] == post_id(post)
        for socket, who in ((ada, "ada"), (cid, "cid"), (dov, "dov")):
            await only_the_marker(live, socket, who)


async def test_what_is_opened_and_narrowed_again_before_it_is_told_never_appears(live):
    post = await live.town.post("bea", audience=Audience.MENTIONED)
    await live.town.deliver()
    async with live.socket("ada") as socket:
        for audience in (Audience.FOLLOWERS, Audience.MENTIONED):
            await live.town.set_audience("bea", post, audience)
        await live.town.deliver()
        event = await socket.next()  # as after a deletion: who could see it for a moment may show it
        assert (event["__typename"], event["postId"]) == ("TimelinePostRemoved", post_id(post))
        await only_the_marker(live, socket)


async def test_what_is_narrowed_and_opened_again_before_it_is_told_stays(live):
    async with live.socket("ada") as socket:
        post = await live.town.post("bea")
        await live.town.deliver()
        await socket.next()
        for audience in (Audience.MENTIONED, Audience.PUBLIC):
            await live.town.set_audience("bea", post, audience)
        await live.town.deliver()
        for change in ("Changed", "Added"):  # shown already, so a client shows it as it is now
            assert told(await socket.next()) == (change, post_id(post))
        await only_the_marker(live, socket)


async def test_who_becomes_a_close_friend_is_not_told_but_hears_the_next_post_and_reads_the_others(live):
    town = live.town
    async with live.socket("ada") as socket:
        before = await town.post("bea", audience=Audience.CLOSE_FRIENDS)
        await only_the_marker(live, socket)
        await town.befriend("bea", "ada")
        await only_the_marker(live, socket)
        after = await town.post("bea", audience=Audience.CLOSE_FRIENDS)
        await town.deliver()
        assert (await socket.next())["post"]["id"] == post_id(after)
        assert {before, after} < set(ids_of(await town.page("ada", 5)))


async def test_a_deletion_is_told_only_to_those_who_might_have_seen_the_post(live):
    town = live.town
    await town.follow("cid", "bea")
    await town.befriend("bea", "cid")
    async with live.socket("ada") as ada, live.socket("cid") as cid:
        for audience in (Audience.CLOSE_FRIENDS, Audience.MENTIONED):
            post = await town.post("bea", audience=audience)
            await town.delete("bea", post)
            await town.deliver()
            if audience is Audience.CLOSE_FRIENDS:
                event = await cid.next()
                assert (event["__typename"], event["postId"]) == ("TimelinePostRemoved", post_id(post))
        await only_the_marker(live, ada)
        await only_the_marker(live, cid, "cid")


async def test_a_deletion_is_not_told_of_who_is_muted_or_blocked_or_of_a_reply_to_others(live):
    town = live.town
    await town.follow("ada", "cid")
    await town.deliver()
    async with live.socket("ada") as socket:
        theirs = [await town.post(name) for name in ("bea", "cid")]
        reply = await town.post("bea", reply_to=await town.post("dov"))
        await town.deliver()
        for _ in theirs:
            await socket.next()
        await town.delete("bea", reply)
        await town.deliver()
        await town.mute("ada", "bea")
        await town.block("cid", "ada")
        for name, post in zip(("bea", "cid"), theirs, strict=True):
            await town.delete(name, post)
        await only_the_marker(live, socket)


@pytest.mark.parametrize("change", ["block", "unfollow", "remove", "narrow"])
async def test_a_change_holds_at_once_on_an_open_stream_and_on_the_next_page_of_a_walk(live, change):
    town = live.town
    services, bea = town.parts.services, town.people["bea"]
    changes = {
        "block": lambda _: town.block("bea", "ada"),
        "unfollow": lambda _: town.unfollow("ada", "bea"),
        "remove": lambda _: services.follows.remove_follower(bea, town.people["ada"].id),
        "narrow": lambda post: town.set_audience("bea", post, Audience.CLOSE_FRIENDS),
    }
    async with working(town.parts), live.socket("ada") as socket:
        posts = [await town.post("bea", str(at)) for at in range(4)]
        for _ in posts:
            await socket.next()
        page = await town.page("ada", 2)
        assert ids_of(page) == posts[:1:-1]
        await changes[change](posts[1])
        hidden = posts[1:2] if change == "narrow" else posts[:2]
        below = ids_of(await town.page("ada", 2, page.page_info.end_cursor))
        assert below == [post for post in posts[1::-1] if post not in hidden]
        async with asyncio.timeout(AT_ONCE):
            if change == "narrow":
                assert (await socket.next())["postId"] == post_id(posts[1])
            await town.post("bea", audience=Audience.CLOSE_FRIENDS if change == "narrow" else None)
            marker = await town.post("ada", "marker")
            assert (await socket.next())["post"]["id"] == post_id(marker)


async def test_who_is_suspended_is_cut_off_at_once_and_comes_back_when_restored(live):
    town = live.town
    await town.follow("cid", "bea")
    async with working(town.parts), live.socket("ada") as ada, live.events("ada") as events, live.socket("cid") as cid:
        await town.post("bea", "before")
        for client in (ada, events, cid):
            await client.next()
        await town.parts.accounts.suspension.suspend("ada", "A test.")
        async with asyncio.timeout(AT_ONCE):
            told, answer = await asyncio.gather(ada.message(), events.answer())
        assert told["type"] == "error"
        assert is_signed_out(told["payload"][0]) and is_signed_out(answer["errors"][0])
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await ada.message()
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 4403
        async with socket_of(live.url, live.token("ada")) as again:
            await again.subscribe()
            assert is_signed_out((await again.message())["payload"][0])
        await town.parts.accounts.suspension.restore("ada", "A test.")
        async with live.socket("ada") as again:
            await town.post("bea", "after")
            assert (await again.next())["post"]["text"] == (await cid.next())["post"]["text"] == "after"


async def test_who_changes_their_profile_is_not_cut_off(live):
    async with live.socket("ada") as socket:
        await live.town.parts.accounts.profiles.update_profile(live.town.people["ada"], {"bio": "new"})
        await live.town.deliver()
        assert await hears(live, socket)


async def test_nobody_hears_more_for_having_two_streams_on_one_socket(live):
    async with socket_of(live.url, live.token("ada")) as client:
        for _ in range(2):
            await client.subscribe()
        await until(lambda: len(live.town.parts.hub.index.subscribers) == 2)
        await live.town.mute("ada", "bea")
        await live.town.post("bea")
        marker = await live.town.post("ada")
        await live.town.deliver()
        assert [(await client.next())["post"]["id"] for _ in range(2)] == [post_id(marker)] * 2
