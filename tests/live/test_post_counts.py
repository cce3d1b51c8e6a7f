"""The stream of the counts of many posts: once a second at most, what holds then, and nothing of what may not be seen."""

import asyncio

import pytest

from bench.round_trips import RoundTrips
from graph.ids import new_id
from graph.rows.posts import Audience
from keyspace import keys, live_stream
from keyspace.row_cache import POST_COUNTS as POST_COUNTS_ROW
from resolvers.global_ids import encode
from resolvers.live_kinds import CountsKind
from services.live import hub as hub_module
from services.live import joining
from tests.live.clients import events_of, socket_of
from tests.live.conftest import post_id
from tests.worlds.waiting import until
from tests.worlds.working import working

POST_COUNTS = """
subscription Counts($posts: [ID!]!, $after: String) {
  postCounts(postIds: $posts, after: $after) {
    __typename
    ... on LiveEvent { cursor }
    ... on LivePostEvent { post { id likeCount replyCount viewerLikes } }
    ... on TimelinePostRemoved { postId }
    ... on TimelineResync { reason missed }
  }
}
"""


async def tell(live) -> int:
    """Deliver all that waits, and tell counts without the pause between; give how many posts were told."""
    parts = live.town.parts
    await live.town.deliver()
    await parts.keyspace.command("DEL", keys.LIVE_COUNTS_PAUSE)
    told: int = await parts.live_stream.tell_counts()
    return told


async def like(live, who: str, post: str) -> None:
    await live.town.parts.services.likes.add(live.town.people[who], post)


async def unlike(live, who: str, post: str) -> None:
    await live.town.parts.services.likes.remove(live.town.people[who], post)


def stream(live, who: str, *posts: str, after: str | None = None):
    """Follow the counts of posts."""
    return live.stream(who, POST_COUNTS, posts=[post_id(post) for post in posts], after=after)


def counted(event, post: str) -> tuple[int, int]:
    """Give the likes and replies that an event tells of a post."""
    assert event["__typename"] == "PostCountsChanged" and event["post"]["id"] == post_id(post)
    return event["post"]["likeCount"], event["post"]["replyCount"]


async def test_likes_and_replies_change_counts_and_what_happened_together_is_told_once(live):
    town = live.town
    post, other = await town.post("bea"), await town.post("bea")
    async with stream(live, "ada", post) as socket:
        for who in ("ada", "cid", "dov"):
            await like(live, who, post)
        await unlike(live, "cid", post)
        await like(live, "cid", other)
        assert await tell(live) == 2
        event = await socket.next()
        assert counted(event, post) == (2, 0) and event["post"]["viewerLikes"]
        reply = await town.post("cid", "a reply", reply_to=post)
        await tell(live)
        assert counted(await socket.next(), post) == (2, 1)
        await town.set_audience("cid", reply, Audience.MENTIONED)
        await tell(live)
        assert counted(await socket.next(), post) == (2, 0)
        await town.set_audience("cid", reply, Audience.PUBLIC)
        await town.delete("cid", reply)
        await tell(live)
        assert counted(await socket.next(), post) == (2, 0)
        assert await tell(live) == 0


async def test_a_reply_that_is_not_counted_is_not_told(live):
    town = live.town
    post = await town.post("bea")
    for audience in (Audience.FOLLOWERS, Audience.CLOSE_FRIENDS, Audience.MENTIONED):
        reply = await town.post("cid", reply_to=post, audience=audience)
        await town.parts.services.audiences.set(town.people["cid"], reply, None, "NOBODY")
        await town.set_audience("cid", reply, Audience.MENTIONED)
        await town.delete("cid", reply)
    await town.parts.services.bookmarks.add(town.people["cid"], post)
    assert await tell(live) == 0


async def test_a_post_is_told_once_a_second_at_most_with_what_holds_then(live):
    town = live.town
    post = await town.post("bea")
    await town.deliver()
    parts = town.parts
    async with stream(live, "ada", post) as socket:
        await like(live, "cid", post)
        await tell(live)
        assert counted(await socket.next(), post) == (1, 0)
        assert await parts.keyspace.command("PTTL", keys.LIVE_COUNTS_PAUSE) <= 1_000
        await parts.keyspace.command("SET", keys.LIVE_COUNTS_PAUSE, 1)
        for who in ("ada", "dov"):
            await like(live, who, post)
            await town.deliver()
            assert await parts.live_stream.tell_counts() == 0
        assert list(await parts.keyspace.command("SMEMBERS", keys.LIVE_COUNTS_WAITING)) == [post.encode()]
        await tell(live)
        assert counted(await socket.next(), post) == (3, 0)


async def test_the_worker_tells_counts_by_itself(live):
    post = await live.town.post("bea")
    async with working(live.town.parts), stream(live, "ada", post) as socket:
        await like(live, "cid", post)
        assert counted(await socket.next(30), post) == (1, 0)


async def test_many_posts_are_told_by_one_entry_each_to_whom_it_is_something(live):
    town = live.town
    posts = [await town.post("bea", str(at)) for at in range(12)]
    async with stream(live, "ada", *posts[:10]) as ada, stream(live, "dov", posts[11], posts[3]) as dov:
        for post in posts:
            await like(live, "cid", post)
        assert await tell(live) == 12
        assert {(await ada.next())["post"]["id"] for _ in range(10)} == {post_id(post) for post in posts[:10]}
        assert {(await dov.next())["post"]["id"] for _ in range(2)} == {post_id(posts[11]), post_id(posts[3])}
        assert await town.parts.keyspace.command("XLEN", keys.LIVE_COUNTS) == 1


async def test_counts_neither_fill_nor_age_the_stream_of_posts(live, monkeypatch):
    """Likes of a day would take the place of posts, and who comes back would look through them."""
    monkeypatch.setattr(joining, "MISSED_MAX", 3)
    town, parts = live.town, live.town.parts
    post = await town.post("bea")
    await town.deliver()
    async with live.socket("ada") as socket:
        await town.post("bea", "seen")
        await town.deliver()
        cursor = (await socket.next())["cursor"]
    length = await parts.keyspace.command("XLEN", keys.LIVE)
    for who in ("ada", "cid", "dov"):
        for change in (like, unlike):
            await change(live, who, post)
            assert await tell(live) == 1
    assert await parts.keyspace.command("XLEN", keys.LIVE) == length
    await town.post("bea", "missed")
    await town.deliver()
    async with live.socket("ada", cursor) as socket:
        assert (await socket.next())["post"]["text"] == "missed"


async def test_all_that_are_counted_are_told_at_once_however_many_they_are(live, monkeypatch):
    monkeypatch.setattr(live_stream, "COUNTED_EACH", 3)
    parts = live.town.parts
    posts = [await live.town.post("bea", str(at)) for at in range(8)]
    await live.town.deliver()
    async with stream(live, "ada", *posts) as socket:
        await parts.keyspace.command("SADD", keys.LIVE_COUNTS_WAITING, *posts)
        assert await parts.live_stream.tell_counts() == 8
        assert {(await socket.next())["post"]["id"] for _ in posts} == {post_id(post) for post in posts}
    assert await parts.keyspace.command("XLEN", keys.LIVE_COUNTS) == 3
    assert not await parts.keyspace.command("EXISTS", keys.LIVE_COUNTS_WAITING)


async def test_a_post_that_is_deleted_or_hidden_is_taken_away_and_counted_again_when_it_is_opened(live):
    town = live.town
    post, gone = await town.post("bea"), await town.post("bea")
    async with stream(live, "cid", post, gone) as cid, stream(live, "ada", post, gone) as ada:
        await like(live, "dov", post)
        await town.set_audience("bea", post, Audience.FOLLOWERS)
        await town.delete("bea", gone)
        await tell(live)
        for expected in (post, gone):
            assert (await cid.next())["postId"] == post_id(expected)
        assert (await ada.next())["postId"] == post_id(gone)
        assert counted(await ada.next(), post) == (1, 0)
        await town.set_audience("bea", post, Audience.PUBLIC)
        await town.deliver()
        assert counted(await cid.next(), post) == (1, 0)


async def test_nothing_is_told_of_what_may_not_be_seen(live):
    town = live.town
    hidden, seen = await town.whisper("bea"), await town.post("bea")
    await town.deliver()
    async with stream(live, "dov", hidden, new_id(), seen) as dov, stream(live, "cid", seen) as cid:
        await like(live, "ada", hidden)
        await like(live, "ada", seen)
        await tell(live)
        for socket in (dov, cid):
            assert counted(await socket.next(), seen) == (1, 0)
        await town.block("bea", "dov")
        await unlike(live, "ada", seen)
        await town.delete("bea", hidden)
        await tell(live)
        assert counted(await cid.next(), seen) == (0, 0)
        await town.unblock("bea", "dov")
        await like(live, "ada", seen)
        await tell(live)
        assert counted(await dov.next(), seen) == (1, 0)


async def test_who_comes_back_is_told_the_counts_of_now_once_and_first_what_happened_to_the_posts(live):
    town = live.town
    post, quiet, gone, hidden = [await town.post("bea", str(at)) for at in range(4)]
    await town.deliver()
    async with stream(live, "cid", post, quiet, gone, hidden) as socket:
        await like(live, "ada", post)
        await tell(live)
        cursor = (await socket.next())["cursor"]
    for _ in range(3):
        for change in (unlike, like):
            await change(live, "dov", post)
            await tell(live)
    await town.delete("bea", gone)
    await town.set_audience("bea", hidden, Audience.FOLLOWERS)
    await tell(live)
    for _ in range(2):  # also who comes back by a cursor of counts, which is that of what was told before them
        async with stream(live, "cid", post, quiet, gone, hidden, after=cursor) as socket:
            assert [(await socket.next())["postId"] for _ in range(2)] == [post_id(gone), post_id(hidden)]
            events = [await socket.next() for _ in range(2)]
            assert {event["post"]["id"]: event["post"]["likeCount"] for event in events} == {post_id(post): 2, post_id(quiet): 0}
            await unlike(live, "dov", post)
            await tell(live)
            last = await socket.next()
            assert counted(last, post) == (1, 0)
            await like(live, "dov", post)
            await tell(live)
            await socket.next()
    async with stream(live, "cid", post, quiet, gone, hidden, after=last["cursor"]) as socket:
        assert {(await socket.next())["post"]["id"] for _ in range(2)} == {post_id(post), post_id(quiet)}
        await like(live, "ada", quiet)
        await tell(live)
        assert counted(await socket.next(), quiet) == (1, 0)


async def test_a_cursor_of_counts_has_nothing_of_the_posts_that_were_told_with_them(live):
    """Their number and order would tell how many others were counted."""
    posts = [await live.town.post("bea", str(at)) for at in range(5)]
    await live.town.deliver()
    async with stream(live, "ada", *posts) as ada, stream(live, "dov", posts[3]) as dov:
        for post in posts:
            await like(live, "cid", post)
        await tell(live)
        cursors = {(await ada.next())["cursor"] for _ in posts}
        # One for all, and sealed as the beginning is, whose place it names: only sealed cursors have dots.
        assert len(cursors) == 1
        assert all(cursor.count(".") == ada.began.count(".") > 0 for cursor in (*cursors, (await dov.next())["cursor"]))


async def test_who_is_told_to_read_anew_is_not_told_all_counts(live):
    post = await live.town.post("bea")
    await live.town.deliver()
    async with stream(live, "ada", post) as socket:
        cursor = socket.began
    await live.town.post("bea")
    await live.town.deliver()
    await live.town.parts.keyspace.command("XTRIM", keys.LIVE, "MAXLEN", 1)
    async with stream(live, "ada", post, after=cursor) as socket:
        assert (await socket.next())["__typename"] == "TimelineResync"
        await live.town.delete("bea", post)
        await live.town.deliver()
        assert (await socket.next())["__typename"] == "TimelinePostRemoved"


async def test_too_many_posts_and_what_is_no_post_are_refused(live):
    many, person = [post_id(new_id()) for _ in range(101)], encode("User", live.town.people["bea"].id)
    for posts, named in ((many, {}), ([many[0], "nonsense"], {"id": "nonsense"}), ([person, many[0]], {"id": person})):
        async with socket_of(live.url, live.token("ada")) as client:
            await client.begin(POST_COUNTS, posts=posts)
            message = await client.message()
            assert message["payload"][0]["extensions"] == {"code": "INVALID_INPUT", "field": "postIds", **named}


async def test_a_stream_of_counts_is_priced_by_its_posts_before_it_runs(live):
    pages = " ".join(f"a{at}: replies(first: 10) {{ edges {{ node {{ id author {{ id }} }} }} }}" for at in range(6))
    wide = POST_COUNTS.replace("likeCount", f"likeCount {pages}")
    posts = [post_id(new_id()) for _ in range(100)]
    async with socket_of(live.url, live.token("ada")) as client:
        await client.begin(wide, posts=posts)
        assert (await client.message())["payload"][0]["extensions"]["code"] == "QUERY_TOO_EXPENSIVE"
        await client.begin(wide, posts=posts[:1])
        assert client.began


@pytest.mark.parametrize(("count", "many"), [(2, 5), (23, 5), (2, 100)])
async def test_counts_are_three_looks_for_a_round_of_subscribers_and_posts(crowd, stack_of, count, many):
    """Likes make counts stale, so one statement reads them; the next who are told need none."""
    live, names = crowd
    posts = [await live.town.post("bea", str(at)) for at in range(many)]
    for post in posts:
        await like(live, "ada", post)
    await live.town.deliver()
    sockets = [await stack_of.enter_async_context(stream(live, name, *posts)) for name in names[:count]]

    async def looked() -> RoundTrips:
        trips, parts = RoundTrips.of(live.town.parts), live.town.parts
        await parts.keyspace.command("SADD", keys.LIVE_COUNTS_WAITING, *posts)
        await parts.keyspace.command("DEL", keys.LIVE_COUNTS_PAUSE)
        await parts.live_stream.tell_counts()
        for socket in sockets:
            for _ in posts:
                event = await socket.next(30)
                assert event["post"]["likeCount"] == 1
        return trips

    for _ in range(3):  # what the selection asks for is learned, then cached
        await looked()
    trips = await looked()
    assert not trips.graph
    looks = [name for name in trips.redis if name in {"hydrate", "viewer_states"}]
    # One round where the machine has time: a slow socket takes what is left in the next, but never one for each post.
    assert looks == ["hydrate", "viewer_states"] * (len(looks) // 2)
    assert 1 <= len(looks) // 2 <= min(many, 8)
    for post in posts:
        await live.town.parts.services.cache.invalidate([(POST_COUNTS_ROW, post)])
    trips = await looked()
    assert trips.graph == ["posts/counts"]


async def test_server_sent_events_tell_the_same_and_nothing_is_left(live):
    post = await live.town.post("bea")
    await live.town.deliver()
    hub = live.town.parts.hub
    async with (
        stream(live, "cid", post) as socket,
        events_of(live.url, live.token("cid"), document=POST_COUNTS, posts=[post_id(post)]) as events,
    ):
        await until(lambda: len(hub.index.subscribers) == 2)
        await like(live, "ada", post)
        await tell(live)
        assert await asyncio.gather(socket.next(), events.next())
    await live.left()
    assert len(hub.index) == 0 and not hub.counts_rounds._waiting and not hub.counts_rounds._ready


async def test_who_watches_many_posts_takes_the_place_of_several_operations(serve):
    live = await serve(operations_per_person=4)
    posts = [post_id(new_id()) for _ in range(30)]
    async with socket_of(live.url, live.token("ada")) as client:
        await client.begin(POST_COUNTS, posts=posts)
        assert client.began
        await client.begin(POST_COUNTS, posts=posts[:11])
        assert (await client.message())["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
        await client.subscribe()
        await live.joined("ada")
    async with events_of(live.url, live.token("bea"), document=POST_COUNTS, posts=posts) as events:
        await until(lambda: len(live.town.parts.hub.index.subscribers) >= 1)
        async with socket_of(live.url, live.token("bea")) as client:
            await client.begin(POST_COUNTS, posts=posts[:11])
            assert (await client.message())["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
        assert events


async def test_posts_are_told_before_counts_that_wait(live, monkeypatch):
    """Counts have rounds of their own, which the reader does not wait for."""
    held = asyncio.Event()
    row = CountsKind.row

    async def held_row(*args):
        await held.wait()
        return await row(*args)

    monkeypatch.setattr(CountsKind, "row", held_row)
    monkeypatch.setattr(hub_module, "LONGEST_PAUSE", 60.0)
    post = await live.town.post("bea")
    await live.town.deliver()
    async with stream(live, "cid", post) as counts, live.socket("ada") as home:
        await like(live, "dov", post)
        await tell(live)
        await until(lambda: live.town.parts.hub.counts_rounds._running)
        for text in ("one", "two"):
            await live.town.post("bea", text)
            await live.town.deliver()
            assert (await home.next())["post"]["text"] == text
        held.set()
        assert counted(await counts.next(), post) == (1, 0)
