import asyncio

from keyspace import keys
from services.live import home
from tests.live.conftest import post_id
from tests.worlds.waiting import answers


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
    async with live.socket("ada", cursor) as socket:
        assert (await socket.next())["__typename"] == "TimelineResync"
        await live.town.post("bea", "after")
        await live.town.deliver()
        assert (await socket.next())["post"]["text"] == "after"


async def test_a_cursor_too_far_back_is_told_to_read_anew(live, monkeypatch):
    cursor = await read_one(live)
    monkeypatch.setattr(home, "MISSED_MAX", 3)
    for at in range(3):
        await live.town.post("dov", str(at))
    await live.town.post("bea", "within")
    await live.town.deliver()
    async with live.socket("ada", cursor) as socket:
        assert (await socket.next())["__typename"] == "TimelineResync"


async def test_as_many_as_may_be_missed_are_told(live, monkeypatch):
    cursor = await read_one(live)
    monkeypatch.setattr(home, "MISSED_MAX", 3)
    for at in range(3):
        await live.town.post("bea", str(at))
    await live.town.deliver()
    async with live.socket("ada", cursor) as socket:
        assert [(await socket.next())["post"]["text"] for _ in range(3)] == ["0", "1", "2"]


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
    places = [entry.id.decode() for entry in await live.town.parts.live_stream.since(None, 100)]
    assert places
    for who, after in (("ada", places[-1]), ("bea", cursor)):
        async with live.socket(who) as socket:
            await socket.subscribe(after)
            refused = await socket.message()
            assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "INVALID_INPUT")


async def test_without_redis_who_comes_back_is_told_to_read_anew(live, servers):
    cursor = await read_one(live)
    await asyncio.to_thread(servers.redis.kill)
    try:
        async with live.socket("ada", cursor) as socket:
            assert (await socket.next())["__typename"] == "TimelineResync"
            await asyncio.to_thread(servers.redis.start)
            await answers(live.town.parts.keyspace)
            await live.town.post("bea", "after")
            await live.town.deliver()
            assert (await socket.next())["post"]["text"] == "after"
    finally:
        await asyncio.to_thread(servers.redis.start)
