"""A token of a program that is revoked ends its streams, wherever it was revoked."""

import pytest
import websockets

from graph.rows.personal_tokens import TokenScope
from tests.live.clients import events_of, socket_of
from tests.live.conftest import post_id
from tests.worlds.waiting import until


async def test_a_revoked_token_ends_its_streams_and_no_others_and_says_why(live):
    tokens, ada = live.town.parts.accounts.personal_tokens, live.town.people["ada"]
    revoked, other = [await tokens.create(ada, name, [TokenScope.READ], None) for name in ("revoked", "other")]
    async with (
        socket_of(live.url, revoked.text) as socket,
        events_of(live.url, revoked.text) as events,
        socket_of(live.url, other.text) as goes_on,
    ):
        for each in (socket, goes_on):
            await each.subscribe()
        await until(lambda: len(live.town.parts.hub.index.subscribers) == 3)
        await tokens.revoke(ada, revoked.token.id)
        ended = await socket.message()
        assert (ended["type"], ended["payload"][0]["extensions"]) == ("error", {"code": "UNAUTHENTICATED"})
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.message()
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4403, "The token was revoked.")
        assert (await events.answer())["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
        post = await live.town.post("ada")
        await live.town.deliver()
        assert (await goes_on.next())["post"]["id"] == post_id(post)
