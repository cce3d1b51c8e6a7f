"""The stream of a person's posts: what is told of them, to whom, and what is not. A marker proves that nothing came before it."""

import asyncio

import pytest

from bench.round_trips import RoundTrips
from graph.ids import new_id
from graph.rows.posts import Audience
from resolvers.global_ids import encode
from tests.live.announcing import announce
from tests.live.clients import HOME, events_of, is_signed_out, socket_of
from tests.live.conftest import post_id, told
from tests.worlds.waiting import until
from tests.worlds.working import working

USER_POSTS = HOME.replace(
    "subscription Home($after: String) {\n  homeTimeline(after: $after)",
    "subscription Posts($user: ID!, $replies: Boolean = false, $after: String) {\n"
    "  userPosts(userId: $user, includeReplies: $replies, after: $after)",
)


def user(live, name: str) -> str:
    """Give the global id of a person."""
    return encode("User", live.town.people[name].id)


async def only_the_marker(live, *clients, text: str = "marker") -> None:
    marker = await live.town.post("bea", text)
    await live.town.deliver()
    for client in clients:
        assert told(await client.next()) == ("Added", post_id(marker))


async def test_what_a_person_writes_changes_and_deletes_is_told_in_order(live):
    town = live.town
    async with live.stream("cid", USER_POSTS, user=user(live, "bea")) as socket:
        post = await town.post("bea", "of bea")
        await town.post("dov", "of somebody else")
        await town.deliver()
        assert told(await socket.next()) == ("Added", post_id(post))
        await town.parts.services.audiences.set(town.people["bea"], post, None, "NOBODY")
        await town.deliver()
        assert told(await socket.next()) == ("Changed", post_id(post))
        await town.delete("bea", post)
        await town.deliver()
        assert told(await socket.next()) == ("Removed", post_id(post))
        await only_the_marker(live, socket)


async def test_replies_to_others_are_told_to_who_asks_for_them(live):
    town, bea = live.town, user(live, "bea")
    to = await town.post("dov")
    async with (
        live.stream("cid", USER_POSTS, user=bea) as without,
        live.stream("cid", USER_POSTS, user=bea, replies=True) as with_replies,
    ):
        reply = await town.post("bea", "a reply", reply_to=to)
        await town.deliver()
        assert told(await with_replies.next()) == ("Added", post_id(reply))
        await town.set_audience("bea", reply, Audience.MENTIONED)
        await town.delete("bea", reply)
        await town.deliver()
        assert told(await with_replies.next()) == ("Removed", post_id(reply))
        await only_the_marker(live, without, with_replies)


async def test_mutes_hide_nothing_of_who_is_looked_at(live):
    town = live.town
    await town.mute("cid", "bea")
    async with live.stream("cid", USER_POSTS, user=user(live, "bea")) as socket:
        await only_the_marker(live, socket)


async def test_a_post_is_told_to_its_audience_alone(live):
    town, bea = live.town, user(live, "bea")
    await town.befriend("bea", "cid")
    names = ("ada", "cid", "dov")
    seen = {
        "ada": (Audience.PUBLIC, Audience.FOLLOWERS),
        "cid": (Audience.PUBLIC, Audience.CLOSE_FRIENDS),
        "dov": (Audience.PUBLIC, Audience.FOLLOWERS, Audience.MENTIONED),
    }
    async with (
        live.stream("ada", USER_POSTS, user=bea) as ada,
        live.stream("cid", USER_POSTS, user=bea) as cid,
        live.stream("dov", USER_POSTS, user=bea) as dov,
    ):
        posts = {audience: await town.post("bea", "for @dov", audience=audience) for audience in Audience}
        await town.deliver()
        for name, socket in zip(names, (ada, cid, dov), strict=True):
            for audience in seen[name]:
                assert told(await socket.next()) == ("Added", post_id(posts[audience])), name
        await only_the_marker(live, ada, cid, dov)


async def test_a_change_of_audience_is_told_to_who_sees_the_post_before_or_after_each_their_own(live):
    town, bea = live.town, user(live, "bea")
    await town.befriend("bea", "cid")
    async with (
        live.stream("ada", USER_POSTS, user=bea) as ada,
        live.stream("cid", USER_POSTS, user=bea) as cid,
        live.stream("dov", USER_POSTS, user=bea) as dov,
    ):
        post = await town.post("bea", audience=Audience.FOLLOWERS)
        await town.deliver()
        assert told(await ada.next()) == ("Added", post_id(post))
        steps = {
            Audience.CLOSE_FRIENDS: ((ada, "Removed"), (cid, "Added")),
            Audience.PUBLIC: ((ada, "Added"), (cid, "Changed"), (dov, "Added")),
            Audience.FOLLOWERS: ((ada, "Changed"), (cid, "Removed"), (dov, "Removed")),
            Audience.MENTIONED: ((ada, "Removed"),),
        }
        for audience, expected in steps.items():
            await town.set_audience("bea", post, audience)
            await town.deliver()
            for socket, change in expected:
                assert told(await socket.next()) == (change, post_id(post)), audience
            await only_the_marker(live, ada, cid, dov)


@pytest.mark.parametrize("who", ["ada", "bea"])
async def test_a_block_silences_and_a_stream_opened_then_is_of_nobody(live, who):
    town, bea = live.town, user(live, "bea")
    async with live.stream("ada", USER_POSTS, user=bea) as ada, live.stream("cid", USER_POSTS, user=bea) as cid:
        await only_the_marker(live, ada, cid)
        await town.block(who, "bea" if who == "ada" else "ada")
        await only_the_marker(live, cid)
        await refused(live, "ada", bea)
        await town.unblock(who, "bea" if who == "ada" else "ada")
        await only_the_marker(live, ada, cid)


async def test_an_account_that_goes_private_is_silent_to_who_does_not_follow(live):
    town, bea = live.town, user(live, "bea")
    async with live.stream("ada", USER_POSTS, user=bea) as ada, live.stream("cid", USER_POSTS, user=bea) as cid:
        await town.choose("bea", private=True)
        await only_the_marker(live, ada)
        await town.parts.services.follows.remove_follower(town.people["bea"], town.people["ada"].id)
        await town.delete("bea", await town.post("bea", "for no follower"))
        await only_the_marker(live, ada, cid, text="@ada and @cid may see this")


async def test_who_follows_after_a_change_that_is_announced_late_is_told_nothing_of_it(live):
    """The worker is away while a post that the viewer never saw is deleted, or narrowed."""
    town, bea = live.town, user(live, "bea")
    gone, narrowed = await town.whisper("bea"), await town.whisper("bea")
    await town.deliver()
    async with live.stream("ada", USER_POSTS, user=bea) as ada, live.stream("cid", USER_POSTS, user=bea) as cid:
        await town.delete("bea", gone)
        await town.set_audience("bea", narrowed, Audience.CLOSE_FRIENDS)
        await town.follow("cid", "bea")
        await town.deliver()
        assert [told(await ada.next()) for _ in range(2)] == [("Removed", post_id(gone)), ("Removed", post_id(narrowed))]
        await only_the_marker(live, ada, cid)


async def refused(live, who: str, of: str) -> None:
    """Expect that a stream is refused as a query is, and that nothing of it is left."""
    subscribers = len(live.town.parts.hub.index.subscribers)
    async with socket_of(live.url, live.token(who)) as client:
        await client.begin(USER_POSTS, user=of)
        message = await client.message()
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"] == {"code": "NOT_FOUND"}
    await until(lambda: len(live.town.parts.hub.index.subscribers) == subscribers)


async def test_who_may_not_be_seen_has_no_stream_like_who_does_not_exist(live):
    town = live.town
    await town.block("bea", "ada")
    await town.parts.accounts.suspension.suspend("dov", "A test.")
    for of in (user(live, "bea"), user(live, "dov"), encode("User", new_id())):
        await refused(live, "ada", of)


async def test_who_is_suspended_is_cut_off(live):
    async with (
        working(live.town.parts),
        live.stream("ada", USER_POSTS, user=user(live, "bea")) as socket,
        live.stream("cid", USER_POSTS, user=user(live, "bea")) as other,
    ):
        await live.town.parts.accounts.suspension.suspend("ada", "A test.")
        assert is_signed_out((await socket.message())["payload"][0])
        await live.town.post("bea", "goes on")
        assert (await other.next())["post"]["text"] == "goes on"
    await live.left()


async def test_who_comes_back_gets_what_was_missed_once_and_in_order(live):
    town, bea = live.town, user(live, "bea")
    async with live.stream("cid", USER_POSTS, user=bea) as socket:
        shown = await town.post("bea", "shown")
        await town.deliver()
        cursor = (await socket.next())["cursor"]
    await live.left()
    posts = [await town.post("bea", str(at)) for at in range(3)]
    await town.post("ada", "of somebody else")
    await town.post("bea", "a reply", reply_to=await town.post("dov"))
    await town.delete("bea", posts[1])
    await town.set_audience("bea", shown, Audience.FOLLOWERS)
    await town.deliver()
    expected = [("Added", posts[0]), ("Added", posts[2]), ("Removed", posts[1]), ("Removed", shown)]
    for _ in range(2):
        async with live.stream("cid", USER_POSTS, user=bea, after=cursor) as socket:
            assert [told(await socket.next()) for _ in expected] == [(change, post_id(post)) for change, post in expected]
            await only_the_marker(live, socket)
        expected.append(("Added", (await town.page("bea", 1)).edges[0].node.id))


async def test_who_comes_back_is_told_nothing_of_what_a_private_account_wrote_and_took_back(live):
    """Beside posts of before, which are taken away from those who saw them."""
    town, bea = live.town, user(live, "bea")
    shown = await town.post("bea", "shown")
    await town.deliver()
    async with live.stream("ada", USER_POSTS, user=bea) as ada, live.stream("cid", USER_POSTS, user=bea) as cid:
        cursors = {"ada": ada.began, "cid": cid.began}
    await town.choose("bea", private=True)
    gone, narrowed = [await town.post("bea", text) for text in ("gone", "narrowed")]
    await town.delete("bea", gone)
    await town.set_audience("bea", narrowed, Audience.FOLLOWERS)
    await town.choose("bea", private=False)
    await town.delete("bea", shown)
    await town.deliver()
    async with (
        live.stream("ada", USER_POSTS, user=bea, after=cursors["ada"]) as ada,
        live.stream("cid", USER_POSTS, user=bea, after=cursors["cid"]) as cid,
    ):
        expected = [("Added", narrowed), ("Removed", gone), ("Changed", narrowed), ("Removed", shown)]
        assert [told(await ada.next()) for _ in expected] == [(change, post_id(post)) for change, post in expected]
        assert told(await cid.next()) == ("Removed", post_id(shown))
        await only_the_marker(live, ada, cid)


@pytest.mark.parametrize("who", ["ada", "bea"])
async def test_who_comes_back_is_told_nothing_of_what_was_written_and_taken_back_behind_a_block(live, who):
    town, bea, other = live.town, user(live, "bea"), "bea" if who == "ada" else "ada"
    shown, narrowed = [await town.post("bea", text) for text in ("shown", "narrowed")]
    await town.deliver()
    async with live.stream("ada", USER_POSTS, user=bea) as socket:
        cursor = socket.began
    await live.left()
    await town.delete("bea", shown)
    await town.block(who, other)
    await town.delete("bea", await town.post("bea", "gone"))
    await town.set_audience("bea", narrowed, Audience.FOLLOWERS)
    await town.set_audience("bea", opened := await town.whisper("bea"), Audience.PUBLIC)
    await town.unblock(who, other)
    await town.delete("bea", after := await town.post("bea", "after"))
    await town.deliver()
    async with live.stream("ada", USER_POSTS, user=bea, after=cursor) as socket:
        expected = [("Removed", shown), ("Added", opened), ("Removed", after)]
        assert [told(await socket.next()) for _ in expected] == [(change, post_id(post)) for change, post in expected]
        await only_the_marker(live, socket)


async def test_a_post_that_was_opened_while_the_client_was_away_is_told_once(live):
    town, bea = live.town, user(live, "bea")
    async with live.stream("ada", USER_POSTS, user=bea) as ada, live.stream("cid", USER_POSTS, user=bea) as cid:
        cursors = {"ada": ada.began, "cid": cid.began}
    post = await town.whisper("bea")
    await town.set_audience("bea", post, Audience.PUBLIC)
    await town.deliver()
    async with (
        live.stream("ada", USER_POSTS, user=bea, after=cursors["ada"]) as ada,
        live.stream("cid", USER_POSTS, user=bea, after=cursors["cid"]) as cid,
    ):
        assert [told(await ada.next()) for _ in range(2)] == [("Added", post_id(post)), ("Changed", post_id(post))]
        assert told(await cid.next()) == ("Added", post_id(post))
        await only_the_marker(live, ada, cid)


async def test_a_cursor_of_another_stream_or_person_is_refused(live):
    bea, dov = user(live, "bea"), user(live, "dov")
    async with live.stream("ada", USER_POSTS, user=bea) as socket:
        cursor = socket.began
        async with live.stream("ada", HOME) as home:
            other = home.began
    for of, after in ((dov, cursor), (bea, other)):
        async with live.stream("ada", USER_POSTS, user=of, after=after) as socket:
            assert (await socket.message())["payload"][0]["extensions"] == {"code": "INVALID_INPUT", "field": "after"}


async def test_server_sent_events_tell_the_same(live):
    town, bea = live.town, user(live, "bea")
    subscribed = len(town.parts.hub.index.subscribers)
    async with (
        live.stream("cid", USER_POSTS, user=bea) as socket,
        events_of(live.url, live.token("cid"), document=USER_POSTS, user=bea) as events,
    ):
        await until(lambda: len(town.parts.hub.index.subscribers) == subscribed + 2)
        await town.post("bea", "over both")
        await town.deliver()
        assert await socket.next() == await events.next()


async def test_a_warm_event_is_two_round_trips_and_no_statement_for_any_number_on_either_stream(crowd, stack_of):
    live, names = crowd
    post, bea = await live.town.post("bea", "warm"), user(live, "bea")
    await live.town.deliver()
    sockets = [await stack_of.enter_async_context(live.stream(name, USER_POSTS, user=bea)) for name in names]
    homes = [await stack_of.enter_async_context(live.socket(name)) for name in names[:5]]
    for _ in range(3):  # what the selection asks for is learned, then cached
        await announce(live, [post], stale=False)
        await asyncio.gather(*(socket.next() for socket in (*sockets, *homes)))
    trips = RoundTrips.of(live.town.parts)
    await announce(live, [post], stale=False)
    answers = await asyncio.gather(*(socket.next() for socket in sockets))
    assert {answer.pop("cursor") for answer in answers} and len({str(answer) for answer in answers}) == 1
    await asyncio.gather(*(socket.next() for socket in homes))
    assert trips.graph == []
    others = {"lease_hold", "lease_release", "fan_out_begin", "live_announce", "live_since"}
    own = [name for name in trips.redis if name not in others]
    assert own == ["hydrate", "viewer_states"]


async def test_nothing_is_left_of_streams_that_end(live):
    bea = user(live, "bea")
    for _ in range(3):
        async with live.stream("cid", USER_POSTS, user=bea), live.stream("ada", USER_POSTS, user=bea):
            pass
    await live.left()
    hub = live.town.parts.hub
    assert len(hub.index) == 0 and not hub.rounds._waiting and not hub.rounds._ready
