"""Stopping gently."""

import asyncio
from typing import Any

import httpx

from tests.web.conftest import Serve, Served
from tests.web.test_sockets import hear, introduce, say
from tests.web.test_streams import opened
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


async def test_server_sent_streams_end_without_complete_and_say_when_to_come_back(served: Served) -> None:
    async with opened(served, "subscription { forever { number } }") as stream:
        await anext(stream)
        served.web.drain.begin()
        rest = [block async for block in stream if block != ":"]
    assert rest == ["retry: 1000"]


async def test_open_requests_are_answered_while_the_server_stops(served: Served) -> None:
    asking = asyncio.create_task(served.ask("{ slow }"))
    await asyncio.wait_for(served.toy.begun.wait(), 5)
    served.running.server.should_exit = True
    await asyncio.wait_for(served.web.drain.wait_draining(), 5)
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
