"""What ends a stream, and what is left of it: nothing."""

from datetime import timedelta

import pytest
import websockets

from errors import Unavailable
from parts import open_parts
from services.events.post_events import PostDeleted
from services.live.entries import Entry, place
from tests.live.clients import events_of, socket_of

SHORT = timedelta(seconds=2)


async def test_a_token_that_ends_ends_the_streams_and_says_why(serve):
    live = await serve(access_token_life=SHORT)
    token = live.token("ada")
    async with socket_of(live.url, token) as socket, events_of(live.url, token) as events:
        await socket.subscribe()
        ended = await socket.message()
        assert ended["type"] == "error"
        assert ended["payload"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
        told = await events.answer()
        assert told["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.message()
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 4403
    await live.left()


async def test_nobody_in_particular_has_no_home_timeline(live):
    async with events_of(live.url, "nonsense") as events:
        assert (await events.answer())["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_who_falls_behind_is_told_to_come_back(serve):
    live = await serve(stream_buffer=3)
    await live.town.follow("ada", "bea")
    async with live.socket("ada") as socket:
        await live.town.post("bea", "seen")
        await live.town.deliver()
        cursor = (await socket.next())["cursor"]
        for at in range(12):
            await live.town.post("bea", str(at))
        events = await live.town.outbox()
        hub = live.town.parts.hub
        (subscriber,) = hub._by_viewer[live.town.people["ada"].key]
        for _ in range(4):
            subscriber.offer(sent_before(cursor))
        refused = await socket.message()
        assert refused["type"] == "error"
        assert refused["payload"][0]["extensions"] == {"code": "UNAVAILABLE"}
        assert "last cursor" in refused["payload"][0]["message"]
        await live.town.handle(events)
        await socket.subscribe(cursor)
        assert [(await socket.next())["post"]["text"] for _ in range(12)] == [str(at) for at in range(12)]


async def test_a_stream_that_is_left_leaves_nothing_behind(live):
    hub = live.town.parts.hub
    for _ in range(5):
        async with live.socket("ada"), live.events("bea"), live.socket("cid"):
            assert hub.subscribers == 3
        await live.left()
    assert not hub._by_author and not hub._by_viewer


async def test_without_the_graph_a_stream_is_unavailable(live):
    lost = open_parts(live.town.parts.settings.model_copy(update={"neo4j_uri": "bolt://127.0.0.1:1"}))
    stream = lost.services.home_stream(live.town.people["ada"].key, None)
    with pytest.raises(Unavailable):
        await anext(stream)
    assert lost.hub.subscribers == 0
    await lost.close()


def sent_before(cursor):
    """Give what was sent already: it fills a buffer and is never sent again."""
    return Entry(place(cursor), PostDeleted(post_id="p", author_id="a", author_key=1, reply_to_id=None))
