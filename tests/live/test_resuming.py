import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from graph.ids import new_id
from graph.rows.posts import Audience
from keyspace import keys
from keyspace.live_stream import LiveStream
from services.events.stream import event_of
from services.live import entries, joining
from services.live.hub import BATCH
from services.live.places import id_of
from services.live.topics import home_posts_of
from services.posts import writing
from tests.live.clients import HOME, readable, socket_of
from tests.live.conftest import post_id
from tests.worlds.waiting import answers, until


async def read_one(live) -> str:
    """Get one post and go away; give its cursor."""
    async with live.socket("ada") as socket:
        await live.town.post("bea", "seen")
        await live.town.deliver()
        cursor = (await socket.next())["cursor"]
    await live.left()
    return str(cursor)


async def test_who_comes_back_gets_what_was_missed_once_and_in_order(live):
    cursor = await read_one(live)
    town = live.town
    first, second = await town.post("bea", "first"), await town.post("bea", "second")
    own, other = await town.post("ada", "own"), await town.post("dov", "of somebody else")
    await town.deliver()
    await town.delete("bea", first)
    await town.delete("dov", other)
    await town.post("bea", "third")
    await town.deliver()
    async with live.socket("ada", cursor) as socket:
        # The first is gone already, so it is never shown, and a client that has it takes it away.
        events = [await socket.next() for _ in range(4)]
        assert [event.get("post", {}).get("id") or event["postId"] for event in events][:3] == [
            post_id(second), post_id(own), post_id(first)
        ]  # fmt: skip
        assert events[2]["__typename"] == "TimelinePostRemoved"
        assert events[3]["post"]["text"] == "third"
        await town.post("bea", "and then")
        await town.deliver()
        assert (await socket.next())["post"]["text"] == "and then"


async def test_every_event_has_a_cursor_to_come_back_with(live):
    town, seen, cursor = live.town, [], await read_one(live)
    for at in range(5):
        await town.post("bea", str(at))
    await town.deliver()
    for _ in range(5):
        async with live.events("ada", cursor) as events:
            event = await events.next()
            seen.append(event["post"]["text"])
            cursor = event["cursor"]
    assert seen == ["0", "1", "2", "3", "4"]


async def test_nothing_is_lost_or_told_twice_while_posts_come_and_the_client_comes_and_goes(live):
    town, cursor = live.town, await read_one(live)

    async def write() -> None:
        for at in range(40):
            await town.post("bea", str(at))
            await town.deliver()

    writing = asyncio.create_task(write())
    seen: list[str] = []
    while len(seen) < 40:
        async with live.socket("ada", cursor) as socket:
            for _ in range(min(7, 40 - len(seen))):
                event = await socket.next()
                seen.append(event["post"]["text"])
                cursor = event["cursor"]
    await writing
    assert seen == [str(at) for at in range(40)]


async def test_a_cursor_that_the_stream_has_no_more_is_told_to_read_anew_and_goes_on(live):
    cursor = await read_one(live)
    await live.town.post("bea", "missed for good")
    await live.town.deliver()
    await live.town.parts.keyspace.command("XTRIM", keys.LIVE, "MAXLEN", 1)
    resync = await resync_of(live, cursor)
    assert (resync["reason"], resync["missed"]) == ("EXPIRED", None)


async def test_a_cursor_of_a_stream_that_was_lost_is_told_to_read_anew_even_if_its_place_is_taken_again(live):
    cursor, redis, hub = await read_one(live), live.town.parts.keyspace, live.town.parts.hub
    *_, last = (await live.town.parts.live_stream.since(None, 100))[1]
    async with changed_epoch(hub):
        await redis.command("FLUSHALL")
        await redis.command("XADD", keys.LIVE, last.id, "type", "live.begun")
    assert (await resync_of(live, cursor))["reason"] == "LOST"


@asynccontextmanager
async def changed_epoch(hub) -> AsyncIterator[None]:
    """Change the epoch in the block; then wait until the hub has noticed, since until then it gives places of before."""
    epoch = hub._last[0]
    yield
    await until(lambda: hub._last and hub._last[0] != epoch)


async def resync_of(live, cursor: str) -> Any:
    """Come back, be told to read anew as the first thing, and go on; then come back with the cursor of that, and miss nothing."""
    async with live.socket("ada", cursor) as socket:
        resync = await socket.next()
        assert (resync["__typename"], socket.began) == ("TimelineResync", "")
        await live.town.post("bea", "after")
        await live.town.deliver()
        assert (await socket.next())["post"]["text"] == "after"
    async with live.socket("ada", resync["cursor"]) as socket:
        assert (await socket.next())["post"]["text"] == "after"
        assert socket.began == resync["cursor"]
    return resync


async def test_who_was_told_nothing_yet_comes_back_and_misses_nothing(live):
    """Every stream begins with a cursor, also while nothing was ever written."""
    async with changed_epoch(live.town.parts.hub):
        await live.town.parts.keyspace.command("FLUSHALL")
    async with socket_of(live.url, live.token("ada")) as socket:
        await socket.subscribe()
        with pytest.raises(TimeoutError):
            await socket.message(1)
        began = socket.began
        assert began
    await live.left()
    await live.town.post("bea", "missed")
    await live.town.deliver()
    async with live.socket("ada", began) as socket:
        assert (await socket.next())["post"]["text"] == "missed"
        assert socket.began == began


async def test_what_is_announced_while_somebody_joins_comes_once(live, monkeypatch):
    """Whom the viewer follows is not known yet, so the stream begins only after it."""
    graph, read, joining, go_on = type(live.town.parts.graph), live.town.parts.graph.read, asyncio.Event(), asyncio.Event()

    async def read_late(self, name, /, **params):
        found = await read(name, **params)
        if name == "feed/stream_topics":
            joining.set()
            await go_on.wait()
        return found

    cursor, began = await read_one(live), []
    for after, told in ((None, ["second"]), (cursor, ["first", "second"])):
        joining.clear()
        go_on.clear()
        with monkeypatch.context() as slow:
            slow.setattr(graph, "read", read_late)
            async with socket_of(live.url, live.token("ada")) as socket:
                await socket.subscribe(after)
                await joining.wait()
                slow.undo()
                if after is None:
                    await live.town.post("bea", "first")
                    await live.town.deliver()
                    *_, newest = (await live.town.parts.live_stream.since(None, 100))[1]
                    await until(lambda: id_of(live.town.parts.hub._last) == newest.id.decode())  # noqa: B023 - awaited here
                go_on.set()
                await live.joined("ada")
                if after is None:
                    await live.town.post("bea", "second")
                    await live.town.deliver()
                assert [(await socket.next())["post"]["text"] for _ in told] == told
                began.append(socket.began)
        await live.left()
    assert began[1] == cursor
    async with live.socket("ada", began[0]) as socket:
        assert (await socket.next())["post"]["text"] == "second"


async def test_posts_whose_ids_are_older_than_their_commit_come_once_over_two_processes(live, serve, monkeypatch):
    """One process writes with ids that it made long before; clients go back and forth between two processes."""
    other, town = await serve(), live.town
    other.town.people = town.people
    written, cursor, seen = 30, await read_one(live), list[str]()
    old = iter(sorted([new_id() for _ in range(written)], reverse=True))

    async def write() -> None:
        for at in range(written):
            with monkeypatch.context() as late:
                if at % 3:
                    late.setattr(writing, "new_id", lambda: next(old))
                await town.post("bea", str(at))
            await town.deliver()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write())
        for at in itertools.count():
            here = (live, other)[at % 2]
            async with socket_of(here.url, here.token("ada")) as socket:
                await socket.subscribe(cursor)
                for _ in range(min(4, written - len(seen))):
                    event = await socket.next()
                    seen.append(event["post"]["text"])
                    cursor = event["cursor"]
            if len(seen) == written:
                break
    assert seen == [str(at) for at in range(written)]


async def test_who_was_away_for_a_while_gets_exactly_what_happened_and_is_still_theirs(live):
    """Posts, deletions, a change of audience each way, and a block."""
    town = live.town
    await town.follow("ada", "cid")
    kept, gone, narrowed = [await town.post("bea", text) for text in ("kept", "gone", "narrowed")]
    hidden = await town.post("bea", "opened", audience=Audience.CLOSE_FRIENDS)
    await town.deliver()
    cursor = await read_one(live)
    posts = [await town.post("bea", f"bea {at}") for at in range(15)]
    lost = [await town.post("cid", f"cid {at}") for at in range(5)]
    await town.delete("bea", gone)
    await town.delete("bea", posts[3])
    await town.set_audience("bea", narrowed, Audience.CLOSE_FRIENDS)
    await town.set_audience("bea", hidden, Audience.PUBLIC)
    await town.block("cid", "ada")
    await town.deliver()
    expected = [
        *(("TimelinePostAdded", post) for post in posts if post != posts[3]),
        ("TimelinePostRemoved", gone), ("TimelinePostRemoved", posts[3]), ("TimelinePostRemoved", narrowed),
        ("TimelinePostAdded", hidden),
    ]  # fmt: skip
    async with live.socket("ada", cursor) as socket:
        await town.post("bea", "and now")
        await town.deliver()
        found = []
        while (event := await socket.next()).get("post", {}).get("text") != "and now":
            found.append((event["__typename"], event.get("postId") or event["post"]["id"]))
        assert found == [(what, post_id(post)) for what, post in expected]
    assert not {post_id(post) for post in (*lost, kept)} & {id_ for _, id_ in found}
    async with changed_epoch(town.parts.hub):
        await town.parts.keyspace.command("SET", keys.EPOCH, "0123456789abcdef")
    assert (await resync_of(live, cursor))["reason"] == "LOST"


async def test_a_cursor_too_far_back_is_told_to_read_anew(live, monkeypatch):
    cursor = await read_one(live)
    monkeypatch.setattr(joining, "MISSED_MAX", 3)
    for at in range(3):
        await live.town.post("dov", str(at))
    await live.town.post("bea", "within")
    await live.town.deliver()
    assert (await resync_of(live, cursor))["reason"] == "TOO_MANY"


async def test_as_many_as_may_be_missed_are_told(live, monkeypatch):
    cursor = await read_one(live)
    monkeypatch.setattr(joining, "MISSED_MAX", 3)
    for at in range(3):
        await live.town.post("bea", str(at))
    await live.town.deliver()
    async with live.socket("ada", cursor) as socket:
        assert [(await socket.next())["post"]["text"] for _ in range(3)] == ["0", "1", "2"]


async def test_what_others_did_is_not_even_read_and_few_look_it_through_at_once(live, monkeypatch):
    cursor = await read_one(live)
    for at in range(3):
        await live.town.post("dov", str(at))
    await live.town.post("bea", "mine")
    await live.town.deliver()
    read, looking, most, came = [], 0, 0, asyncio.Event()
    since, hub, bea = LiveStream.since, live.town.parts.hub, home_posts_of(live.town.people["bea"].key)

    def noting(fields):
        read.append(fields)
        return event_of(fields)

    async def counting(self, start, count):
        nonlocal looking, most
        if count <= BATCH:
            return await since(self, start, count)
        looking += 1
        most = max(most, looking)
        try:
            await until(lambda: came.is_set() or len(list(hub.index.of(bea))) == 3 * joining.RESUMES)
            came.set()
            return await since(self, start, count)
        finally:
            looking -= 1

    monkeypatch.setattr(LiveStream, "since", counting)
    monkeypatch.setattr(entries, "event_of", noting)

    async def come_back():
        async with live.socket("ada", cursor) as socket:
            assert (await socket.next())["post"]["text"] == "mine"

    async with asyncio.TaskGroup() as group:
        for _ in range(3 * joining.RESUMES):
            group.create_task(come_back())
    assert len(read) == 3 * joining.RESUMES
    assert 1 <= most <= joining.RESUMES


async def test_a_cursor_of_another_kind_is_refused(live):
    for after in ("", "nonsense", "1", "1-", "-1", "1-1-1", " 1-1", "+1-1", "1_0-1", "\u0663-\u0661", "9" * 30 + "-1"):
        async with live.socket("bea") as socket:
            await socket.subscribe(after)
            refused = await socket.message()
            assert refused["type"] == "error"
            assert refused["payload"][0]["extensions"] == {"code": "INVALID_INPUT", "field": "after"}


async def test_neither_a_place_in_the_stream_nor_the_cursor_of_somebody_else_is_taken(live):
    """Whether a place is taken would tell when something happened that the viewer may not know of."""
    cursor = await read_one(live)
    places = [entry.id.decode() for entry in (await live.town.parts.live_stream.since(None, 100))[1]]
    assert places
    for who, after in (("ada", places[-1]), ("bea", cursor)):
        async with live.socket(who) as socket:
            await socket.subscribe(after)
            refused = await socket.message()
            assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "INVALID_INPUT")


async def test_no_cursor_tells_when_somebody_else_did_something(live):
    """The cursor of an event tells when that was; one that tells where the stream stands would tell it of everybody."""
    async with live.socket("ada") as socket:
        await live.town.post("bea", "seen")
        await live.town.deliver()
        event = await socket.next()
    own = str(live.town.parts.hub._last[1]).encode()
    assert own in readable(event["cursor"])
    began = []
    for _ in range(2):
        async with live.stream("dov", HOME) as socket:
            began.append(socket.began)
    async with live.stream("dov", HOME, after=began[0]) as socket:
        assert socket.began == began[0]
    async with changed_epoch(live.town.parts.hub):
        await live.town.parts.keyspace.command("SET", keys.EPOCH, "0123456789abcdef")
    async with live.stream("dov", HOME, after=began[0]) as socket:
        resync = await socket.next()
    assert resync["reason"] == "LOST"
    assert not [cursor for cursor in (*began, resync["cursor"]) if own in readable(cursor)]
    assert len({len(cursor) for cursor in (*began, resync["cursor"])}) == 1


async def test_without_redis_who_comes_back_is_told_to_read_anew(live, servers):
    cursor = await read_one(live)
    await asyncio.to_thread(servers.redis.kill)
    try:
        async with live.socket("ada", cursor) as socket:
            assert (await socket.next())["reason"] == "UNAVAILABLE"
            await asyncio.to_thread(servers.redis.start)
            await answers(live.town.parts.keyspace)
            await live.town.post("bea", "after")
            await live.town.deliver()
            told = (await socket.next())["post"]["text"]
            if told == "seen":  # nothing says any more that it is on all lists, so it may be told again after a resync
                told = (await socket.next())["post"]["text"]
            assert told == "after"
    finally:
        await asyncio.to_thread(servers.redis.start)
