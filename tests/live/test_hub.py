"""The reader of the live stream, whatever happens to the stream."""

import asyncio
from functools import partial

import pytest

from errors import Unavailable
from graph.ids import new_id
from keyspace import keys
from keyspace.fan_out_plans import delivered_posts
from keyspace.lease import Lease
from keyspace.live_stream import LiveStream
from services.events.post_events import PostDeleted
from services.events.user_events import UserUpdated
from services.live import hub as hub_module
from services.live.announcer import Announcer
from services.live.entries import Entry, PostCounted, counted
from services.live.hub import Hub
from services.live.notices import Resync, ResyncReason, Started
from services.live.rounds import Listener, RoundFailed
from services.live.subscriber import DeliveryStopped
from services.live.topics import home_posts_of, post_of
from services.live.undelivered import Undelivered
from tests.worlds.delivery import leading
from tests.worlds.waiting import until

AUTHOR = 7


@pytest.fixture
async def hub(keyspace, blocking, monkeypatch):
    monkeypatch.setattr(hub_module, "BLOCK", 50)
    return Hub(LiveStream(keyspace, blocking), 100, Undelivered(partial(delivered_posts, keyspace)))


@pytest.fixture
async def reading(hub):
    task = asyncio.create_task(hub.run())
    await until(lambda: hub._last is not None)
    yield hub
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def deleted(post: str):
    return PostDeleted(post_id=post, author_id="a", author_key=AUTHOR, reply_to_id=None)


async def nothing_stale(_events):
    """Invalidate nothing: the ids of these posts are no ids."""


async def announce(hub, *posts: str) -> None:
    lease = Lease(hub._stream.keyspace, keys.ANNOUNCER_LEASE)
    async with leading(lease):
        await Announcer(hub._stream, lease, 1_000, nothing_stale)([deleted(post) for post in posts])


async def read(hub) -> None:
    await hub._read(hub._last)


async def resynced(subscriber) -> ResyncReason:
    """Take the next update, which must be a resync, and give its reason."""
    update = await next_of(subscriber)
    assert isinstance(update, Resync)
    return update.reason


async def next_of(subscriber):
    async with asyncio.timeout(5):
        return await subscriber.next()


async def test_what_cannot_be_read_is_passed_over(keyspace, reading):
    with reading.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        for fields in (["a", "b"], ["id", "1", "type", "post.deleted", "at", "1", "payload", "{"]):
            await keyspace.command("XADD", keys.LIVE, "*", *fields)
        await keyspace.command("XADD", keys.LIVE, "*", "id", "1", "type", "of.tomorrow", "at", "1", "payload", "{}")
        await announce(reading, "p1")
        assert (await next_of(subscriber)).what.post_id == "p1"


async def test_a_stream_that_begins_anew_with_lower_places_is_followed(keyspace, reading):
    """As after a failover to a server that has lost everything, and whose clock is behind."""
    with reading.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        await announce(reading, "p1")
        assert (await next_of(subscriber)).what.post_id == "p1"
        await keyspace.command("DEL", keys.LIVE, keys.EPOCH)
        await keyspace.command("XADD", keys.LIVE, "5-1", "type", "live.begun")
        assert await resynced(subscriber) is ResyncReason.LOST
        fields = ["id", new_id(), "type", "post.deleted", "at", "1"]
        payload = '{"postId": "p2", "authorId": "a", "authorKey": 7, "replyToId": null}'
        await keyspace.command("XADD", keys.LIVE, "5-2", *fields, "payload", payload)
        entry = await next_of(subscriber)
        assert (entry.what.post_id, entry.place[1:]) == ("p2", (5, 2))


async def test_a_stream_of_another_epoch_that_has_the_last_entry_is_another_stream(keyspace, hub):
    """As after a flush: an id can be given again, and what came before it was lost."""
    await hub._begin()
    with hub.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        await keyspace.command("SET", keys.EPOCH, "another")
        await read(hub)
        assert await resynced(subscriber) is ResyncReason.LOST
        assert hub._last[0] == "another"


async def test_a_reader_that_was_away_while_the_stream_was_trimmed_says_so(keyspace, hub):
    await announce(hub, "p1")
    await hub._begin()
    with hub.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        await announce(hub, "p2", "p3")
        await keyspace.command("XTRIM", keys.LIVE, "MAXLEN", 1)
        await read(hub)
        assert await resynced(subscriber) is ResyncReason.EXPIRED
        await announce(hub, "p4")
        await read(hub)
        assert (await next_of(subscriber)).what.post_id == "p4"


async def test_an_empty_stream_that_begins_loses_nothing(keyspace, hub):
    await hub._begin()
    with hub.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        await announce(hub, "p1", "p2")
        await read(hub)
        assert [(await next_of(subscriber)).what.post_id for _ in range(2)] == ["p1", "p2"]


async def test_who_came_before_the_reader_began_is_told_to_read_anew(keyspace, hub):
    with hub.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        await announce(hub, "p1")
        await hub._begin()
        assert await resynced(subscriber) is ResyncReason.UNAVAILABLE


async def test_more_than_a_batch_is_read_in_order(keyspace, hub, monkeypatch):
    monkeypatch.setattr(hub_module, "BATCH", 3)
    await hub._begin()
    with hub.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        await announce(hub, *map(str, range(8)))
        for _ in range(4):
            await read(hub)
        assert [(await next_of(subscriber)).what.post_id for _ in range(8)] == list(map(str, range(8)))


async def test_who_reads_gets_a_backlog_that_is_larger_than_a_buffer(keyspace, blocking):
    hub = Hub(LiveStream(keyspace, blocking), 3, Undelivered(partial(delivered_posts, keyspace)))
    await hub._begin()
    posts = list(map(str, range(60)))

    async def heard(subscriber):
        return [(await next_of(subscriber)).what.post_id for _ in posts]

    with hub.subscribed([home_posts_of(AUTHOR)]) as one, hub.subscribed([home_posts_of(AUTHOR)]) as other:
        reading = asyncio.gather(heard(one), heard(other))
        await announce(hub, *posts)
        await read(hub)
        assert list(await reading) == [posts, posts]


async def test_who_reads_too_little_is_told_to_read_anew_and_fills_no_memory(hub):
    await hub._begin()
    with hub.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        await announce(hub, *map(str, range(250)))
        await read(hub)
        assert len(subscriber._waiting) <= hub._buffer
        resync = await next_of(subscriber)
        assert (resync.reason, resync.missed) == (ResyncReason.TOO_SLOW, 250 - len(subscriber._waiting))
        left = [(await next_of(subscriber)).what.post_id for _ in range(len(subscriber._waiting))]
        assert left == list(map(str, range(250)))[-len(left) :]
        await announce(hub, "next")
        await read(hub)
        assert (await next_of(subscriber)).what.post_id == "next"


async def test_the_reader_survives_a_redis_that_goes_and_comes(keyspace, reading, servers):
    with reading.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        await announce(reading, "p1")
        await next_of(subscriber)
        await asyncio.to_thread(servers.redis.stop)
        await asyncio.to_thread(servers.redis.start)
        await announce(reading, "p2")
        assert (await next_of(subscriber)).what.post_id == "p2"


async def test_who_was_told_too_much_to_keep_is_still_told_of_their_account(hub):
    await hub._begin()
    with hub.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        subscriber.offer(Entry((hub._last[0], 1, 1), UserUpdated(user_id="a", user_key=AUTHOR)))
        await announce(hub, *map(str, range(hub._buffer)))
        await read(hub)
        assert isinstance((await next_of(subscriber)).what, UserUpdated)
        assert await resynced(subscriber) is ResyncReason.TOO_SLOW


async def test_what_came_before_a_stream_begins_is_not_told_but_of_the_account(hub):
    await hub._begin()
    epoch, milliseconds, number = hub._last
    with hub.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        for at, what in enumerate((deleted("p1"), UserUpdated(user_id="a", user_key=AUTHOR), deleted("p2"))):
            subscriber.offer(Entry((epoch, milliseconds, number + at), what))
        subscriber.begin(Started((epoch, milliseconds, number + 1)))
        assert isinstance(await next_of(subscriber), Started)
        assert isinstance((await next_of(subscriber)).what, UserUpdated)
        assert (await next_of(subscriber)).what.post_id == "p2"


async def test_who_comes_before_the_reader_could_begin_waits_and_is_refused_in_time(hub, monkeypatch):
    monkeypatch.setattr(hub_module, "BEGINNING", 0.05)
    with pytest.raises(Unavailable):
        await hub.place()
    monkeypatch.setattr(hub_module, "BEGINNING", 5.0)
    waiting = asyncio.create_task(hub.place())
    await asyncio.sleep(0)
    await hub._begin()
    assert await waiting == hub._last


@pytest.mark.parametrize("dead", ["reader", "rounds"])
async def test_a_task_that_dies_ends_all_streams(hub, monkeypatch, dead):
    async def die(*_args):
        raise ArithmeticError

    task, prepared, left = asyncio.create_task(hub.run()), asyncio.Event(), list[str]()

    async def prepare(_taken):
        prepared.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            left.append("round")

    await until(lambda: hub._last is not None)
    with (
        hub.subscribed([home_posts_of(AUTHOR)]) as served,
        hub.subscribed([]) as idle,
        hub.subscribed([]) as plain,
    ):
        listeners = [Listener(hub.rounds, each, None, prepare) for each in (served, idle)]
        asking = [asyncio.create_task(each.results()) for each in listeners] + [asyncio.create_task(plain.next())]
        await announce(hub, "p1")
        await prepared.wait()
        if dead == "reader":
            monkeypatch.setattr(hub, "_read", die)
        else:
            monkeypatch.setattr(hub.rounds, "_begin", die)
            idle.offer(Resync(ResyncReason.LOST, hub._last))
        with pytest.raises(ExceptionGroup):
            await asyncio.wait_for(task, 30)
        assert left == ["round"]
        for each in asking:
            with pytest.raises(DeliveryStopped):
                await asyncio.wait_for(each, 30)
        with pytest.raises(DeliveryStopped):
            await listeners[0].results()
    with pytest.raises(Unavailable), hub.subscribed([]):
        pass


async def test_each_stream_of_a_round_that_fails_has_an_error_of_its_own(reading):
    async def fail(_taken):
        raise ArithmeticError

    with reading.subscribed([home_posts_of(AUTHOR)]) as one, reading.subscribed([home_posts_of(AUTHOR)]) as other:
        asking = [asyncio.create_task(Listener(reading.rounds, each, None, fail).results()) for each in (one, other)]
        await announce(reading, "p1")
        first, second = await asyncio.wait_for(asyncio.gather(*asking, return_exceptions=True), 30)
        assert first is not second
        for error in (first, second):
            assert isinstance(error, RoundFailed) and isinstance(error.__cause__, ArithmeticError)


async def test_what_was_missed_leaves_the_buffer_to_what_comes(hub):
    await hub._begin()
    epoch, milliseconds, number = hub._last
    missed = [Entry((epoch, milliseconds, number + at), deleted(f"m{at}")) for at in range(1, hub._buffer + 11)]
    with hub.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        subscriber.begin(Started((epoch, milliseconds, number)), missed)
        assert isinstance(await next_of(subscriber), Started)
        assert (await next_of(subscriber)).what.post_id == "m1"
        await announce(hub, *(f"n{at}" for at in range(hub._buffer)))
        await read(hub)
        told = [(await next_of(subscriber)).what.post_id for _ in range(len(missed) - 1 + hub._buffer)]
        assert told == [f"m{at}" for at in range(2, len(missed) + 1)] + [f"n{at}" for at in range(hub._buffer)]
        await announce(hub, *(f"o{at}" for at in range(hub._buffer + 1)))
        await read(hub)
        assert await resynced(subscriber) is ResyncReason.TOO_SLOW


async def tell_counts(hub, *posts: str) -> None:
    """Tell that posts were counted, and let the hub read it."""
    redis = hub._stream.keyspace
    await redis.command("SADD", keys.LIVE_COUNTS_WAITING, *posts)
    await redis.command("DEL", keys.LIVE_COUNTS_PAUSE)
    await hub._stream.tell_counts()


def posts_in(updates) -> list[str]:
    """Give the posts of updates."""
    return [each.what.post_id for each in updates]


def counts_of(subscriber) -> list[str]:
    """Take all counts that wait, and give their posts."""
    taken = subscriber.take(100)
    assert all(isinstance(each.what, PostCounted) for each in taken)
    taken.sort(key=lambda each: each.place)
    return posts_in(taken)


async def test_counts_are_for_those_who_watch_the_post_and_wait_once(hub):
    await hub._begin()
    with (
        hub.subscribed(map(post_of, ("p1", "p2"))) as one,
        hub.subscribed([post_of("p2")]) as other,
        hub.subscribed([home_posts_of(AUTHOR)]) as home,
    ):
        for posts in (["p1", "p9"], ["p1", "p2"], ["p1"]):
            await tell_counts(hub, *posts)
        await read(hub)
        assert (counts_of(one), counts_of(other), counts_of(home)) == (["p1", "p2"], ["p2"], [])
        assert not one.waits
        await tell_counts(hub, "p1")
        await read(hub)
        assert counts_of(one) == ["p1"]


async def test_counts_that_were_gone_before_they_were_read_are_made_up_for(keyspace, hub):
    await hub._begin()
    with hub.subscribed(map(post_of, ("p1", "p2"))) as one, hub.subscribed([home_posts_of(AUTHOR)]) as home:
        for at in range(3):
            await tell_counts(hub, f"other{at}")
            await read(hub)
        assert counts_of(one) == []
        await tell_counts(hub, "p1")
        await tell_counts(hub, "other")
        await keyspace.command("XTRIM", keys.LIVE_COUNTS, "MAXLEN", 1)
        await read(hub)
        assert (counts_of(one), counts_of(home)) == (["p1", "p2"], [])
        await tell_counts(hub, "p2")
        await read(hub)
        assert counts_of(one) == ["p2"]


async def test_counts_come_after_all_that_waits_and_take_no_room_of_it(keyspace, blocking):
    hub = Hub(LiveStream(keyspace, blocking), 2, Undelivered(partial(delivered_posts, keyspace)))
    await hub._begin()
    with hub.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        for at in range(5):
            subscriber.count(counted(f"c{at}"))
        await announce(hub, "p1", "p2")
        await read(hub)
        assert posts_in(subscriber.take(4)) == ["p1", "p2", "c0", "c1"]
        assert subscriber.told_up_to == hub._last
        assert posts_in(subscriber.take(4)) == ["c2", "c3", "c4"]
