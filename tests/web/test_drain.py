"""Stopping gently."""

import asyncio
from contextlib import suppress
from typing import Any

import httpx
import pytest
import websockets

from tests.web.conftest import Serve, Served
from tests.web.socket_clients import closed_with, follow, hear, introduce, say
from tests.web.stream_clients import stream_of
from tests.worlds.waiting import until
from web.drain import Drain
from web.serve import ServeOptions


async def test_a_stopping_server_refuses_work_and_says_when_to_come_back(served: Served) -> None:
    served.web.drain.begin()
    answer = await served.ask("{ hello }")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    ready = await served.http.get(f"{served.address}/readyz")
    assert (ready.status_code, ready.json()["missing"]) == (503, ["stopping"])
    assert (await served.http.get(f"{served.address}/livez")).status_code == 200


async def test_readiness_fails_before_anything_is_refused(serve: Serve) -> None:
    served = await serve(serve_options=ServeOptions(drain_delay_seconds=60, drain_seconds=0.5))
    async with served.socket() as socket:
        await introduce(socket)
        served.running.server.should_exit = True
        async with asyncio.timeout(5):
            while (ready := await served.http.get(f"{served.address}/readyz")).status_code == 200:
                pass
        assert ready.json()["missing"] == ["stopping"]
        async with httpx.AsyncClient(trust_env=False) as newcomer:
            answer = await newcomer.post(served.url, json={"query": "{ hello }"})
        assert answer.json() == {"data": {"hello": "hello world"}}
        await say(socket, "subscribe", "1", query="{ hello }")
        assert (await hear(socket))["payload"] == {"data": {"hello": "hello world"}}
        served.running.server.force_exit = True  # a second signal cuts the delay
        await asyncio.wait_for(served.running.task, 5)


async def test_sockets_are_told_to_resume_elsewhere(served: Served) -> None:
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", query="subscription { forever { number } }")
        await hear(socket)
        served.web.drain.begin()
        await asyncio.wait_for(socket.wait_closed(), 5)
        assert socket.close_code == 1001
    await asyncio.wait_for(served.toy.cancelled.wait(), 5)


async def test_a_query_on_a_socket_is_answered_before_it_closes(served: Served) -> None:
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", query="{ slow }")
        await asyncio.wait_for(served.toy.begun.wait(), 5)
        served.web.drain.begin()
        await say(socket, "subscribe", "2", query="{ hello }")
        assert (await hear(socket))["payload"][0]["extensions"]["code"] == "UNAVAILABLE"
        served.toy.gate.set()
        assert (await hear(socket))["payload"] == {"data": {"slow": "done"}}
        assert (await hear(socket))["type"] == "complete"
        await asyncio.wait_for(socket.wait_closed(), 5)
        assert socket.close_code == 1001


async def test_open_requests_are_answered_while_the_server_stops(served: Served) -> None:
    asking = asyncio.create_task(served.ask("{ slow }"))
    await asyncio.wait_for(served.toy.begun.wait(), 5)
    served.running.server.should_exit = True
    await until(lambda: served.web.drain.started)
    served.toy.gate.set()
    assert (await asking).json() == {"data": {"slow": "done"}}


async def test_a_drain_ends_when_its_time_is_up() -> None:
    drain = Drain()
    with drain.track():
        assert drain.in_flight == 1
        assert not await drain.wait_idle(0.01)
    assert await drain.wait_idle(0.01)


async def test_a_socket_opened_while_stopping_is_sent_away(served: Served) -> None:
    served.web.drain.begin()
    socket: Any
    async with served.socket() as socket:
        await asyncio.wait_for(socket.wait_closed(), 5)
        assert socket.close_code == 1001


async def test_connections_are_sent_away_one_after_the_other(serve: Serve) -> None:
    served = await serve(spread_seconds=3_600)
    async with served.socket() as one, served.socket() as other, served.socket() as third:
        sockets = {asyncio.create_task(each.wait_closed()): each for each in (one, other, third)}
        for socket in sockets.values():
            await introduce(socket)
            await follow(socket, "1", "subscription { forever { number } }")
        served.web.drain.begin()
        first, others = await asyncio.wait(sockets, return_when=asyncio.FIRST_COMPLETED, timeout=5)
        assert [sockets[task].close_code for task in first] == [1001]
        served.toy.gate.set()
        for task in others:  # their turn comes later, and until then they hear of everything
            assert (await hear(sockets[task]))["payload"] == {"data": {"forever": {"number": 2}}}


async def test_who_wants_something_new_of_a_stopping_server_is_sent_to_another_at_once(serve: Serve) -> None:
    served = await serve(spread_seconds=3_600)
    async with served.socket() as one, served.socket() as other:
        for socket in (one, other):
            await introduce(socket)
        served.web.drain.begin()
        for socket in (one, other):
            with suppress(websockets.ConnectionClosed):
                await say(socket, "subscribe", "1", query="{ hello }")
            assert await closed_with(socket) == 1001


@pytest.mark.parametrize("form", ["events", "multipart"])
async def test_a_stream_is_not_begun_by_a_stopping_server(served: Served, form: str) -> None:
    served.web.drain.begin()
    async with stream_of(served, form, "subscription { forever { number } }") as stream:
        told = await stream.rest()
    assert (told.status, told.codes, told.results) == (503, ["UNAVAILABLE"], [])


@pytest.mark.parametrize("form", ["events", "multipart"])
async def test_a_query_on_a_stream_is_answered_before_the_server_stops(served: Served, form: str) -> None:
    async with stream_of(served, form, "{ slow }") as stream:
        reading = asyncio.create_task(stream.rest())
        await asyncio.wait_for(served.toy.begun.wait(), 5)
        served.web.drain.begin()
        served.toy.gate.set()
        told = await reading
    assert (told.results, told.complete) == ([{"slow": "done"}], True)
