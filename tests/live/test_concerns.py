"""Who hears of what. A marker written last proves that nothing came before it."""

import random

from keyspace.keys import ANNOUNCER_LEASE
from keyspace.lease import Lease
from keyspace.row_cache import USERS
from services.live.announcer import Announcer
from tests.live.conftest import post_id
from tests.worlds.delivery import leading


async def only_the_marker(live, client) -> None:
    """Expect that the next event is a post of Ada's own."""
    await live.town.post("ada", "marker")
    await live.town.deliver()
    assert (await client.next())["post"]["text"] == "marker"


async def test_a_post_of_somebody_not_followed_is_never_seen(live):
    async with live.socket("ada") as socket:
        post = await live.town.post("dov")
        await live.town.deliver()
        await live.town.delete("dov", post)
        await live.town.deliver()
        await only_the_marker(live, socket)


async def test_a_reply_to_somebody_else_is_not_on_a_home_timeline_but_a_thread_is(live):
    async with live.socket("ada") as socket:
        post = await live.town.post("dov")
        await live.town.post("bea", reply_to=post)
        mine = await live.town.post("bea", "begins")
        await live.town.post("bea", "goes on", reply_to=mine)
        await live.town.deliver()
        assert [(await socket.next())["post"]["text"] for _ in range(2)] == ["begins", "goes on"]
        await only_the_marker(live, socket)


async def test_unfollowing_silences_at_once_even_before_it_is_announced(live):
    async with live.socket("ada") as socket:
        seen = await live.town.post("bea")
        await live.town.deliver()
        await socket.next()
        await live.town.unfollow("ada", "bea")
        await live.town.post("bea", "not any more")
        await live.town.delete("bea", seen)
        events = await live.town.outbox()
        await live.town.handle(event for event in events if event.type.startswith("post."))
        await only_the_marker(live, socket)
        await live.town.handle(events)
        await live.town.post("bea", "still not")
        await only_the_marker(live, socket)


async def test_who_is_followed_while_the_stream_is_open_is_heard(live):
    async with live.socket("ada") as socket:
        await live.town.follow("ada", "cid")
        await live.town.post("cid", "hello")
        await live.town.deliver()
        assert (await socket.next())["post"]["text"] == "hello"


async def test_follows_that_are_announced_in_a_wrong_order_do_no_harm(live):
    async with live.socket("ada") as socket:
        for _ in range(2):
            await live.town.follow("ada", "cid")
            await live.town.unfollow("ada", "cid")
        await live.town.follow("ada", "cid")
        events = await live.town.outbox()
        random.Random(3).shuffle(events)
        await live.town.handle(events)
        await live.town.post("cid", "hello")
        await live.town.deliver()
        assert (await socket.next())["post"]["text"] == "hello"
        await live.town.unfollow("ada", "cid")
        await live.town.post("cid", "no more")
        await live.town.deliver()
        await only_the_marker(live, socket)


async def test_a_post_for_followers_is_not_shown_to_who_follows_no_more(live):
    await live.town.follow("cid", "bea")
    async with live.socket("ada") as ada, live.socket("cid") as cid:
        await live.town.unfollow("ada", "bea")
        whisper = await live.town.whisper("bea")
        await live.town.deliver()
        assert (await cid.next())["post"]["id"] == post_id(whisper)
        await only_the_marker(live, ada)


async def test_somebody_hidden_is_not_shown(live):
    async with live.socket("ada") as socket:
        bea = live.town.people["bea"]
        await live.town.whisper("bea")
        async with live.town.parts.graph.driver.session() as session:
            await (await session.run("MATCH (u:User {id: $id}) SET u.state = 'SUSPENDED'", id=bea.id)).consume()
        await live.town.parts.services.cache.invalidate([(USERS, bea.id)])
        await live.town.deliver()
        await only_the_marker(live, socket)


async def test_a_post_that_is_gone_before_it_is_told_is_only_taken_away(live):
    async with live.socket("ada") as socket:
        post = await live.town.post("bea")
        await live.town.delete("bea", post)
        await live.town.deliver()
        event = await socket.next()
        assert (event["__typename"], event["postId"]) == ("TimelinePostRemoved", post_id(post))
        await only_the_marker(live, socket)


async def test_an_event_that_is_announced_twice_is_shown_once(live):
    async with live.socket("ada") as socket:
        await live.town.post("bea", "once")
        events = await live.town.outbox()
        for _ in range(3):
            await live.town.handle(events)
        event = await socket.next()
        assert event["post"]["text"] == "once"
        await only_the_marker(live, socket)
    await live.town.handle(events)
    async with live.socket("ada", event["cursor"]) as socket:
        assert (await socket.next())["post"]["text"] == "marker"
        await only_the_marker(live, socket)


async def test_many_viewers_each_see_their_own(live):
    town = live.town
    await town.follow("cid", "bea", "dov")
    async with live.socket("ada") as ada, live.socket("cid") as cid, live.events("dov") as dov:
        for who in ("bea", "dov", "cid", "ada"):
            await town.post(who, who)
        await town.deliver()
        assert [(await ada.next())["post"]["text"] for _ in range(2)] == ["bea", "ada"]
        assert [(await cid.next())["post"]["text"] for _ in range(3)] == ["bea", "dov", "cid"]
        assert (await dov.next())["post"]["text"] == "dov"


async def test_each_event_is_announced_once(live):
    parts = live.town.parts
    lease = Lease(parts.keyspace, ANNOUNCER_LEASE)
    announce = Announcer(parts.live_stream, lease, 100, parts.writer.invalidation)
    await live.town.post("bea")
    await live.town.post("bea")
    events = await live.town.outbox()
    async with leading(lease):
        for event in events:
            for _ in range(2):
                await announce([event])
        await announce(events[:1] * 2 + events)
    # And the beginning of the stream, and the follow of the fixture.
    assert await live.town.parts.keyspace.command("XLEN", "rookery:live") == 4
