"""A session that ends closes its streams, wherever it was ended, and a socket goes on with its next token."""

import asyncio

import httpx
import pytest
import websockets

from resolvers.global_ids import encode
from services.accounts import revocations
from tests.live.clients import events_of, socket_of
from tests.live.conftest import post_id
from tests.worlds.waiting import until

ENDED = {"code": "UNAUTHENTICATED", "reason": "SESSION_ENDED"}


@pytest.fixture
async def devices(live):
    """Two sessions of Ada."""
    ada, sessions = live.town.people["ada"], live.town.parts.accounts.sessions
    return [await sessions.start(ada.id, ada.key, "192.0.2.1") for _ in range(2)]


async def closed(socket):
    """Wait until a socket is closed, and return code and reason."""
    while (ended := await socket.message())["type"] == "next":
        pass  # as where the stream is to be read anew
    assert (ended["type"], ended["payload"][0]["extensions"]) == ("error", ENDED)
    with pytest.raises(websockets.ConnectionClosed) as closed:
        await socket.message()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


async def test_a_revoked_session_ends_its_streams_and_no_others(live, devices):
    here, there = devices
    sessions = live.town.parts.accounts.sessions
    async with (
        socket_of(live.url, there.access.token) as socket,
        events_of(live.url, there.access.token) as events,
        socket_of(live.url, here.access.token) as goes_on,
    ):
        for each in (socket, goes_on):
            await each.subscribe()
        await until(lambda: len(live.town.parts.hub.index.subscribers) == 3)
        await sessions.revoke(here.access.viewer, there.access.viewer.session_id)
        async with asyncio.timeout(revocations.CHECK_EVERY / 2):  # told, and not found at the next look
            assert await closed(socket) == (4403, "The session has ended.")
        assert (await events.answer())["errors"][0]["extensions"] == ENDED
        post = await live.town.post("ada")
        await live.town.deliver()
        assert (await goes_on.next())["post"]["id"] == post_id(post)


REVOKE = "mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { revokedSessionId } }"


async def test_another_device_ends_the_streams_of_one_by_the_api(live, devices):
    here, there = devices
    id_ = encode("ActiveSession", there.access.viewer.session_id)
    body = {"query": REVOKE, "variables": {"input": {"sessionId": id_}}}
    async with (
        socket_of(live.url, there.access.token) as socket,
        events_of(live.url, there.access.token) as events,
        httpx.AsyncClient(timeout=60, trust_env=False) as http,
    ):
        await socket.subscribe()
        await until(lambda: len(live.town.parts.hub.index.subscribers) == 2)
        answer = await http.post(live.url, json=body, headers={"authorization": f"Bearer {here.access.token}"})
        assert answer.json() == {"data": {"revokeSession": {"revokedSessionId": id_}}}
        async with asyncio.timeout(revocations.CHECK_EVERY / 2):
            assert await closed(socket) == (4403, "The session has ended.")
            assert (await events.answer())["errors"][0]["extensions"] == ENDED


async def test_a_socket_goes_on_with_the_next_token_of_its_session_and_ends_with_that(live, devices):
    here, _ = devices
    sessions = live.town.parts.accounts.sessions
    async with socket_of(live.url, here.access.token) as socket:
        await socket.subscribe()
        await live.joined("ada")
        newer = await sessions.refresh(here.refresh.token)
        await socket._send({"type": "ping", "payload": {"authorization": f"Bearer {newer.access.token}"}})
        assert (await socket.message())["payload"]["authorized"] is True
        await sessions.log_out(newer.refresh.token)
        assert await closed(socket) == (4403, "The session has ended.")


async def test_a_session_that_has_ended_opens_nothing(live, devices):
    here, _ = devices
    await live.town.parts.accounts.sessions.log_out(here.refresh.token)
    with pytest.raises(websockets.ConnectionClosed) as refused:
        async with socket_of(live.url, here.access.token):
            pass
    assert refused.value.rcvd is not None and refused.value.rcvd.code == 4403
    async with events_of(live.url, here.access.token) as events:
        assert (await events.answer())["errors"][0]["extensions"] == ENDED


@pytest.fixture
def often(monkeypatch):
    """Let processes look often at what is open."""
    monkeypatch.setattr(revocations, "CHECK_EVERY", 0.2)


async def test_an_emptied_redis_ends_what_is_open_of_every_session(often, live, devices):
    here, there = devices
    async with (
        socket_of(live.url, here.access.token) as one,
        socket_of(live.url, there.access.token) as other,
        events_of(live.url, there.access.token) as events,
    ):
        for each in (one, other):
            await each.subscribe()
        await until(lambda: len(live.town.parts.hub.index.subscribers) == 3)
        await live.town.parts.keyspace.command("FLUSHALL")
        for each in (one, other):
            assert await closed(each) == (4403, "The session has ended.")
        assert (await events.answer())["errors"][0]["extensions"] == ENDED
