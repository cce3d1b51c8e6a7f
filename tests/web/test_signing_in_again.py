"""A WebSocket whose client brings a newer token."""

from typing import Any

import pytest

from clock import moment, now_ms
from tests.web.conftest import SHORT, Serve, Served
from tests.web.socket_clients import closed_with, follow, hear, introduce, say
from tests.web.test_endings import FOREVER, FREQUENT
from tests.web.toy import HOUR
from web import sessions
from web.limits import Limits


async def hear_no_ping(socket: Any) -> Any:
    """Give the next message that is no ping."""
    while (message := await hear(socket))["type"] == "ping":
        pass
    return message


async def test_what_is_open_goes_on_past_the_end_of_the_old_token(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    served, now = await serve(limits=Limits(streams=FREQUENT)), now_ms()
    async with served.socket() as socket:
        await introduce(socket, authorization=f"Bearer ana@{now + HOUR}")
        await follow(socket, "1", FOREVER)
        await say(socket, "ping", authorization=f"Bearer ana@{now + 3 * HOUR}")
        until = moment(now + 3 * HOUR).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        assert await hear_no_ping(socket) == {"type": "pong", "payload": {"authorized": True, "expiresAt": until}}
        monkeypatch.setattr(sessions, "now_ms", lambda: now + 2 * HOUR)
        for _ in range(3):  # the session is looked at with each ping
            assert (await hear(socket))["type"] == "ping"
        served.toy.gate.set()
        assert (await hear_no_ping(socket))["payload"] == {"data": {"forever": {"number": 2}}}
        assert (await hear_no_ping(socket))["type"] == "complete"
        await say(socket, "subscribe", "2", query="{ viewer }")
        assert (await hear_no_ping(socket))["payload"] == {"data": {"viewer": "ana"}}
        monkeypatch.setattr(sessions, "now_ms", lambda: now + 4 * HOUR)
        assert await closed_with(socket) == 4403


@pytest.mark.parametrize(
    ("first", "second", "code", "reason"),
    [
        ("Bearer ana", "Bearer bea", 4403, "of another person"), (None, "Bearer ana", 4403, "began without a token"),
        ("Bearer ana", "Bearer bad", 4403, "Sign in first"), ("Bearer ana", "ana", 4403, "must read"),
        ("Bearer ana", 5, 4403, "must be a text"), ("Bearer ana", "Bearer ana@1", 4403, "expired"),
        ("Bearer ana", "Bearer busy", 1013, "Try again later"), ("Bearer ana", "Bearer broken", 4500, "Internal"),
    ],
)
async def test_a_token_that_is_refused_closes_the_socket(
    served: Served, first: str | None, second: object, code: int, reason: str
) -> None:
    async with served.socket() as socket:
        await introduce(socket, authorization=first)
        await say(socket, "ping", authorization=second)
        assert await closed_with(socket) == code
        assert reason in socket.close_reason


async def test_a_token_before_the_introduction_closes_the_socket(served: Served) -> None:
    async with served.socket() as socket:
        await say(socket, "ping", authorization="Bearer ana")
        assert await closed_with(socket) == 4401


@pytest.mark.parametrize("payload", [{}, {"at": 1}, {"authorization": None}])
async def test_a_ping_without_a_token_is_only_a_ping(served: Served, payload: dict[str, Any]) -> None:
    async with served.socket() as socket:
        await introduce(socket, authorization="Bearer ana")
        await say(socket, "ping", **payload)
        assert await hear(socket) == {"type": "pong"}


async def test_signing_in_again_counts_the_connection_once(serve: Serve) -> None:
    served = await serve(limits=Limits(streams=SHORT))
    people = served.web.endpoint.sockets.parts.quotas.connections_of_people
    async with served.socket() as socket:
        await introduce(socket, authorization="Bearer ana")
        for _ in range(3):
            await say(socket, "ping", authorization="Bearer ana")
            assert (await hear(socket))["payload"]["authorized"] is True
        assert people.keys == 1
    async with served.socket() as socket:
        await introduce(socket)
        assert people.keys == 0
