"""Every row of the table of endings, brought about over each transport."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.web.conftest import SHORT, Serve, Served
from tests.web.socket_clients import closed_with, follow, introduce, last_messages, say
from tests.web.stream_clients import ACCEPTED, stream_of
from tests.web.stream_clients import Told as Received
from web import sessions
from web.endings import ENDINGS, Ending, Told
from web.limits import Limits, StreamLimits

FOREVER = "subscription { forever { number } }"
LONG_AFTER = 2**62
"""Milliseconds since 1970 UTC at which every token has ended."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a cause may change: the server, and its clock."""

    served: Served
    monkeypatch: pytest.MonkeyPatch


def nothing(_scene: Scene) -> None:
    """Change nothing: what the client does is enough."""


def drain(scene: Scene) -> None:
    scene.served.web.drain.begin()


def pass_the_time(scene: Scene) -> None:
    scene.monkeypatch.setattr(sessions, "now_ms", lambda: LONG_AFTER)


def revoke(scene: Scene) -> None:
    scene.served.toy.session_over.set()


def revoke_the_token(scene: Scene) -> None:
    scene.served.web.revocations.end("ana")


@dataclass(frozen=True, slots=True)
class Cause:
    """How an ending comes about while an operation is open: what is followed, with which token, and what happens then."""

    happens: Callable[[Scene], None] = nothing
    query: str = FOREVER
    token: str = "ana"
    limits: StreamLimits = SHORT
    also: Callable[[Any], Awaitable[None]] | None = None
    """What the client of a WebSocket does then."""
    opens: int = 1
    """How many streams are opened one after the other; the last is looked at."""


async def be_somebody_else(socket: Any) -> None:
    await say(socket, "ping", authorization="Bearer bea")


async def bring_a_bad_token(socket: Any) -> None:
    await say(socket, "ping", authorization="Bearer bad")


async def subscribe_once_more(socket: Any) -> None:
    await say(socket, "subscribe", "2", query=FOREVER)


FREQUENT = replace(SHORT, ping_seconds=0.05, unanswered_pings=1_000)
WHILE_OPEN: dict[str, Cause] = {
    "draining": Cause(drain),
    "token_ended": Cause(pass_the_time, limits=FREQUENT),
    "revoked": Cause(revoke_the_token),
    "session_ended": Cause(revoke, query="subscription { revoked { number } }"),
    "credential_refused": Cause(also=bring_a_bad_token),
    "other_person": Cause(also=be_somebody_else),
    "slow": Cause(query="subscription { flood }"),
    "silent": Cause(limits=replace(SHORT, ping_seconds=0.05)),
    "part_down": Cause(query="subscription { brokenDown { number } }"),
}
"""Endings of what is open. The others are met at the door."""


async def at_the_door(socket: Any, *messages: str | bytes) -> None:
    for message in messages:
        await socket.send(message)


INIT, OTHER_INIT = '{"type": "connection_init"}', '{"type": "connection_init", "payload": {"authorization": "Bearer %s"}}'
SUBSCRIBE = json.dumps({"type": "subscribe", "id": "1", "payload": {"query": FOREVER}})
AT_THE_DOOR: dict[str, tuple[str | bytes, ...]] = {
    "overloaded": (OTHER_INIT % "away",),
    "defect": (OTHER_INIT % "broken",),
    "not_introduced": (),
    "too_large": (INIT, "x" * 300_000),
    "bad_message": (INIT, "x"),
    "not_acknowledged": (SUBSCRIBE,),
    "duplicate_id": (INIT, SUBSCRIBE, SUBSCRIBE),
    "too_many_inits": (INIT, INIT),
}
"""Messages that a WebSocket is closed for."""
TOKENS = {"overloaded": "away", "defect": "broken", "credential_refused": "bad"}
"""Tokens for which a stream does not begin."""
QUOTAS = {
    "too_many_connections": replace(SHORT, connections_per_person=1),
    "too_many_operations": replace(SHORT, operations_per_person=1),
}


def test_every_row_is_brought_about() -> None:
    assert {ending.name for ending in ENDINGS} == {*WHILE_OPEN, *AT_THE_DOOR, *QUOTAS, "subprotocol_missing"}


def test_names_are_labels_of_their_own_and_reasons_fit_into_a_close_frame() -> None:
    assert len({ending.name for ending in ENDINGS}) == len(ENDINGS)
    assert [ending.name for ending in ENDINGS if len(ending.reason.encode()) > 123] == []


def rows(kind: dict[str, Any] | set[str]) -> list[Any]:
    return [pytest.param(ending, id=ending.name) for ending in ENDINGS if ending.name in kind]


def cut(served: Served, ending: Ending) -> float:
    """Give how often the metrics have counted an ending."""
    return served.web.metrics.registry.get_sample_value("rookery_streams_cut_total", {"reason": ending.name}) or 0.0


@pytest.mark.parametrize("ending", rows(WHILE_OPEN))
async def test_an_open_websocket_ends_as_the_table_says(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, ending: Ending
) -> None:
    cause = WHILE_OPEN[ending.name]
    served = await serve(limits=Limits(streams=cause.limits))
    async with served.socket(max_size=None, max_queue=1 if ending.name == "slow" else 16) as socket:
        await introduce(socket, authorization=f"Bearer {cause.token}")
        await follow(socket, "1", cause.query)
        cause.happens(Scene(served, monkeypatch))
        if cause.also:
            await cause.also(socket)
        if ending.name == "slow":
            await asyncio.wait_for(served.toy.cancelled.wait(), 20)
        if ending.close_code is None:
            assert await errors(socket, 1) == [("1", ending.error)]
            return
        told = [message for message in await last_messages(socket) if message["type"] != "ping"]
    assert socket.close_code == ending.close_code
    assert cut(served, ending) == 1
    codes = [error["extensions"]["code"] for message in told if message["type"] == "error" for error in message["payload"]]
    assert codes == ([ending.error] if ending.error else [])
    if not cause.also:
        assert socket.close_reason == ending.reason


async def errors(socket: Any, count: int) -> list[tuple[str, str]]:
    """Wait for errors of operations."""
    found: list[tuple[str, str]] = []
    async with asyncio.timeout(5):
        while len(found) < count:
            message = json.loads(await socket.recv())
            if message["type"] == "error":
                found.append((message["id"], message["payload"][0]["extensions"]["code"]))
    return found


@pytest.mark.parametrize("ending", rows(AT_THE_DOOR))
async def test_a_websocket_is_closed_at_the_door_as_the_table_says(serve: Serve, ending: Ending) -> None:
    served = await serve(limits=Limits(streams=SHORT))
    async with served.socket(max_size=None) as socket:
        await at_the_door(socket, *AT_THE_DOOR[ending.name])
        assert await closed_with(socket) == ending.close_code
    if ending.name != "too_large":  # the protocol below closes it
        assert cut(served, ending) == 1


async def test_a_websocket_without_the_subprotocol_is_closed(served: Served) -> None:
    (ending,) = (ending for ending in ENDINGS if ending.name == "subprotocol_missing")
    async with served.socket(subprotocols=["graphql-ws"]) as socket:
        assert await closed_with(socket) == ending.close_code


@pytest.mark.parametrize("ending", rows(set(QUOTAS)))
async def test_a_websocket_of_somebody_with_too_much_open_ends_as_the_table_says(serve: Serve, ending: Ending) -> None:
    served = await serve(limits=Limits(streams=QUOTAS[ending.name]))
    async with served.socket() as first, served.socket() as second:
        await introduce(first, authorization="Bearer ana")
        await follow(first, "1", FOREVER)
        await say(second, "connection_init", authorization="Bearer ana")
        await say(second, "subscribe", "2", query=FOREVER)
        if ending.close_code is None:
            assert await errors(second, 1) == [("2", ending.error)]
        else:
            assert await closed_with(second) == ending.close_code


STREAMED = {ending.name for ending in ENDINGS if ending.told not in {Told.NOTHING, Told.STATUS}} - set(TOKENS)


@pytest.mark.parametrize("form", ACCEPTED)
@pytest.mark.parametrize("ending", rows(STREAMED))
async def test_an_open_stream_ends_as_the_table_says(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, ending: Ending, form: str
) -> None:
    cause = WHILE_OPEN[ending.name]
    served = await serve(limits=Limits(streams=cause.limits))
    async with stream_of(served, form, cause.query, cause.token) as stream:
        await stream.next()
        cause.happens(Scene(served, monkeypatch))
        if ending.told is Told.CUT:
            await asyncio.wait_for(served.toy.cancelled.wait(), 20)
        received = await stream.rest()
    check(ending, received, form)
    if ending.close_code is not None:
        assert cut(served, ending) == 1


@pytest.mark.parametrize("form", ACCEPTED)
@pytest.mark.parametrize("ending", rows(TOKENS))
async def test_a_stream_with_such_a_token_ends_as_the_table_says(served: Served, ending: Ending, form: str) -> None:
    async with stream_of(served, form, FOREVER, TOKENS[ending.name]) as stream:
        check(ending, await stream.rest(), form)


@pytest.mark.parametrize("form", ACCEPTED)
@pytest.mark.parametrize("ending", rows(set(QUOTAS)))
async def test_a_stream_of_somebody_with_too_much_open_ends_as_the_table_says(
    serve: Serve, ending: Ending, form: str
) -> None:
    served = await serve(limits=Limits(streams=QUOTAS[ending.name]))
    async with stream_of(served, form, FOREVER, "ana") as first:
        await first.next()
        async with stream_of(served, form, FOREVER, "ana") as second:
            check(ending, await second.rest(), form)


def check(ending: Ending, received: Received, form: str) -> None:
    """Compare what a stream was told with the table."""
    if ending.told is Told.RETRY:
        assert received.comes_back is not None
        assert 0.5 <= received.comes_back <= 1.5
        assert (received.complete, received.codes) == ((False, []) if form == "events" else (True, ["UNAVAILABLE"]))
    elif ending.told is Told.ERROR:
        assert (received.status, received.codes, received.complete) == (200, [ending.error], True)
    elif ending.told is Told.STATUS:
        assert (received.codes, received.results) == ([ending.error], [])
        assert received.status == (503 if ending.error == "UNAVAILABLE" else 429)
    else:
        assert received.cut
        assert not received.complete
