"""The stream of the counts of many posts: once a second at most, what holds then, and nothing of what may not be seen."""

import asyncio

import pytest

from bench.round_trips import RoundTrips
from graph.ids import new_id
from graph.rows.posts import Audience
from keyspace import keys
from keyspace.live_stream import COUNTS
from keyspace.row_cache import POST_COUNTS as POST_COUNTS_ROW
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
    told: int = await parts.live_stream.tell_counts(parts.settings.stream_length)
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
            assert await parts.live_stream.tell_counts(1_000) == 0
        assert list(await parts.keyspace.command("SMEMBERS", keys.LIVE_COUNTS)) == [post.encode()]
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
        entries = (await town.parts.live_stream.since(None, 1_000))[1]
        # One entry, whose parts they are.
        assert sum(entry.fields.get(b"type") == COUNTS for entry in entries) == 1


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


async def test_who_comes_back_is_told_of_each_post_that_was_counted_meanwhile_also_from_the_middle_of_an_entry(live):
    town = live.town
    posts = [await town.post("bea", str(at)) for at in range(5)]
    async with stream(live, "ada", *posts) as socket:
        for post in posts:
            await like(live, "cid", post)
        await tell(live)
        events = [await socket.next() for _ in posts]
    order = [event["post"]["id"] for event in events]
    for at, event in enumerate(events):
        async with stream(live, "ada", *posts, after=event["cursor"]) as socket:
            assert [(await socket.next())["post"]["id"] for _ in posts[at + 1 :]] == order[at + 1 :]
            await unlike(live, "cid", posts[0])
            await like(live, "cid", posts[0])
            await tell(live)
            for _ in range(at):
                assert (await socket.next())["post"]["id"] == post_id(posts[0])
            assert counted(await socket.next(), posts[0]) == (1, 0)


async def test_counts_of_others_are_passed_over_by_who_comes_back(live, monkeypatch):
    monkeypatch.setattr(joining, "MISSED_MAX", 3)
    post, other = await live.town.post("bea"), await live.town.post("bea")
    await live.town.deliver()
    async with stream(live, "ada", post) as socket:
        cursor = socket.began
    for who in ("ada", "cid", "dov"):
        await like(live, who, other)
        await live.town.deliver()
    await like(live, "cid", post)
    await tell(live)
    async with stream(live, "ada", post, after=cursor) as socket:
        assert counted(await socket.next(), post) == (1, 0)


async def test_too_many_posts_and_what_is_no_post_are_refused(live):
    many = [post_id(new_id()) for _ in range(101)]
    for posts, code in ((many, "INVALID_INPUT"), (["nonsense"], "INVALID_INPUT")):
        async with socket_of(live.url, live.token("ada")) as client:
            await client.begin(POST_COUNTS, posts=posts)
            message = await client.message()
            assert message["payload"][0]["extensions"] == {"code": code, "field": "postIds"}


async def test_a_stream_of_counts_is_priced_by_its_posts_before_it_runs(live):
    pages = " ".join(f"a{at}: replies(first: 10) {{ edges {{ node {{ id author {{ id }} }} }} }}" for at in range(6))
    wide = POST_COUNTS.replace("likeCount", f"likeCount {pages}")
    posts = [post_id(new_id()) for _ in range(100)]
    async with socket_of(live.url, live.token("ada")) as client:
        await client.begin(wide, posts=posts)
        assert (await client.message())["payload"][0]["extensions"]["code"] == "QUERY_TOO_EXPENSIVE"
        await client.begin(wide, posts=posts[:1])
        assert client.began


@pytest.mark.parametrize("count", [2, 23])
async def test_counts_are_three_looks_for_any_number_of_subscribers_and_posts(crowd, stack_of, count):
    """Likes make counts stale, so one statement reads them; the next who are told need none."""
    live, names = crowd
    posts = [await live.town.post("bea", str(at)) for at in range(5)]
    for post in posts:
        await like(live, "ada", post)
    await live.town.deliver()
    sockets = [await stack_of.enter_async_context(stream(live, name, *posts)) for name in names[:count]]

    async def looked() -> RoundTrips:
        trips, parts = RoundTrips.of(live.town.parts), live.town.parts
        await parts.keyspace.command("SADD", keys.LIVE_COUNTS, *posts)
        await parts.keyspace.command("DEL", keys.LIVE_COUNTS_PAUSE)
        await parts.live_stream.tell_counts(1_000)
        for socket in sockets:
            for _ in posts:
                event = await socket.next(30)
                assert event["post"]["likeCount"] == 1
        return trips

    for _ in range(3):  # what the selection asks for is learned, then cached
        await looked()
    trips = await looked()
    assert not trips.graph
    assert [name for name in trips.redis if name in {"hydrate", "viewer_states"}] == ["hydrate", "viewer_states"]
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
    assert len(hub.index) == 0 and not hub.rounds._waiting and not hub.rounds._ready
