"""What ends a stream, and what is left of it: nothing."""

from datetime import timedelta

import pytest
import websockets

from errors import Unavailable
from parts import open_parts
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
