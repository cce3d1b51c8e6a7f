"""What ends a stream, and what is left of it: nothing."""

from datetime import UTC, datetime, timedelta

import pytest
import websockets
from websockets.frames import Close

from errors import Unavailable
from parts import open_parts
from services.accounts.tokens import AccessTokens
from tests.live.clients import events_of, socket_of
from tests.live.conftest import post_id
from tests.worlds.waiting import until

SHORT, LONG = timedelta(seconds=2), timedelta(hours=1)


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


async def test_a_socket_that_signs_in_again_goes_on_past_the_end_of_its_token(serve):
    live = await serve(access_token_life=SHORT)
    ada, settings = live.town.people["ada"], live.town.parts.settings
    await live.town.follow("ada", "bea")
    await live.town.deliver()
    first = live.town.parts.accounts.tokens.issue(ada.id, ada.key)
    newer = AccessTokens(settings.token_secret.get_secret_value(), LONG).issue(ada.id, ada.key)
    async with socket_of(live.url, first.token) as socket:
        await socket.subscribe()
        await live.joined("ada")
        await socket._send({"type": "ping", "payload": {"authorization": f"Bearer {newer.token}"}})
        told = await socket.message()
        assert told["type"] == "pong"
        assert told["payload"] == {"authorized": True, "expiresAt": f"{newer.expires_at:%Y-%m-%dT%H:%M:%S}.000Z"}
        await until(lambda: datetime.now(UTC) > first.expires_at)
        post = await live.town.post("bea", "after the end of the first token")
        await live.town.deliver()
        assert (await socket.next())["post"]["id"] == post_id(post)


async def test_the_token_of_another_person_ends_the_socket_and_says_why(live):
    async with socket_of(live.url, live.token("ada")) as socket:
        await socket.subscribe()
        await live.joined("ada")
        await socket._send({"type": "ping", "payload": {"authorization": f"Bearer {live.token('bea')}"}})
        assert (await socket.message())["payload"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.message()
        assert closed.value.rcvd == Close(4403, "The token is of another person")
    await live.left()


async def test_nobody_in_particular_has_no_home_timeline(live):
    async with events_of(live.url, "nonsense") as events:
        assert (await events.answer())["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_a_stream_that_is_left_leaves_nothing_behind(live):
    hub = live.town.parts.hub
    for _ in range(5):
        async with live.socket("ada"), live.events("bea"), live.socket("cid"):
            assert len(hub.index.subscribers) == 3
        await live.left()
    assert not hub.index.subscribers and not len(hub.index)


async def test_without_the_graph_a_stream_is_unavailable(live):
    lost = open_parts(live.town.parts.settings.model_copy(update={"neo4j_uri": "bolt://127.0.0.1:1"}))
    await lost.hub._begin()
    with pytest.raises(Unavailable), lost.hub.subscribed(()) as subscriber:
        await lost.services.home_stream.join(subscriber, live.town.people["ada"].key, None)
    assert not lost.hub.index.subscribers
    await lost.close()
