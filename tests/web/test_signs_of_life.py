"""What server and client show each other while nothing happens, and that a burst is no silence."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from starlette.types import Message

from tests.web.conftest import SHORT, Serve
from tests.web.socket_clients import closed_with, follow, hear, introduce, say
from tests.web.stream_clients import ACCEPTED, stream_of
from tests.web.test_endings import FOREVER
from web.client_writer import ClientWriter
from web.endings import SLOW, Ended
from web.limits import Limits

QUICK = Limits(streams=replace(SHORT, ping_seconds=0.05))


@pytest.mark.parametrize("answer", ["pong", "ping"])
async def test_a_client_that_says_anything_stays(serve: Serve, answer: str) -> None:
    served = await serve(limits=Limits(streams=replace(SHORT, ping_seconds=0.05, unanswered_pings=5)))
    async with served.socket() as socket:
        await introduce(socket)
        for _ in range(12):
            while await hear(socket) != {"type": "ping"}:
                pass
            await say(socket, answer)
        await say(socket, "subscribe", "1", query="{ hello }")
        while (message := await hear(socket))["type"] != "next":
            pass
        assert message["payload"] == {"data": {"hello": "hello world"}}


async def test_a_client_that_reads_a_burst_and_says_nothing_stays(serve: Serve) -> None:
    served = await serve(limits=Limits(streams=replace(SHORT, ping_seconds=0.05, unanswered_pings=5)))
    async with served.socket(max_size=None) as socket:
        await introduce(socket)
        await follow(socket, "1", "subscription { flood }")
        for _ in range(1_000):  # which takes longer than five pings
            assert (await hear(socket))["type"] in {"next", "ping"}


async def test_pings_begin_after_the_introduction_and_end_with_the_socket(serve: Serve) -> None:
    served = await serve(limits=Limits(streams=replace(SHORT, ping_seconds=0.05, init_seconds=0.3)))
    async with served.socket() as socket:
        assert await closed_with(socket) == 4408
        assert socket.close_reason == "Connection initialisation timeout"


@pytest.mark.parametrize("form", ACCEPTED)
async def test_streams_show_life_between_their_results(serve: Serve, form: str) -> None:
    served = await serve(limits=QUICK)
    async with stream_of(served, form, FOREVER) as stream:
        assert await stream.next() == {"forever": {"number": 1}}
        for _ in range(3):
            await stream.sign_of_life()
        served.toy.gate.set()
        assert await stream.next() == {"forever": {"number": 2}}
        assert (await stream.rest()).complete


def client(taken: Callable[[], float]) -> tuple[list[bytes], ClientWriter]:
    """Give what a client has read, and a writer to it; it takes each message after some seconds, and has half a second."""
    read: list[bytes] = []

    async def send(message: Message) -> None:
        if seconds := taken():
            await asyncio.sleep(seconds)
        read.append(message["body"])

    return read, ClientWriter({}, send, 0.5)


async def test_messages_that_wait_for_each_other_are_no_sign_of_a_slow_client() -> None:
    read, writer = client(lambda: 0.05)
    messages = [b"%d" % number for number in range(30)]  # the last one waits three times as long as a message may take
    await asyncio.gather(*(writer.write({"body": each}) for each in messages))
    assert read == messages


async def test_a_client_that_does_not_take_a_message_is_slow_and_a_sign_of_life_waits_for_nothing() -> None:
    taken = 0.0
    read, writer = client(lambda: taken)
    await writer.write({"body": b"1"})
    writer.offer({"body": b"life"})
    taken = 60.0
    writer.offer({"body": b"life"})
    with pytest.raises(Ended) as ended:
        await writer.write({"body": b"2"})
    assert ended.value.ending is SLOW
    assert read == [b"1", b"life"]
