"""What is written in one turn of the event loop goes out in one write."""

import asyncio
from typing import Any

import pytest

from tests.web.conftest import Served
from web.coalescing import MOST_BYTES, CoalescingTransport


class Sent(asyncio.Transport):
    """A transport that records what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.did: list[str] = []

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def __getattribute__(self, name: str) -> Any:
        if name in {"close", "abort", "pause_reading", "resume_reading", "write_eof"}:
            return lambda: self.did.append(name)
        return super().__getattribute__(name)

    def get_write_buffer_size(self) -> int:
        return 5


@pytest.fixture
async def transports() -> tuple[CoalescingTransport, Sent]:
    sent = Sent()
    return CoalescingTransport(sent, asyncio.get_running_loop()), sent


async def test_a_turn_is_one_write(transports: tuple[CoalescingTransport, Sent]) -> None:
    transport, sent = transports
    transport.write(b"head ")
    transport.writelines([b"body", bytearray(b"!")])
    assert (sent.writes, transport.get_write_buffer_size()) == ([], 5 + 10)
    await asyncio.sleep(0)
    assert (sent.writes, transport.get_write_buffer_size()) == ([b"head body!"], 5)
    transport.write(b"next")
    await asyncio.sleep(0)
    assert sent.writes == [b"head body!", b"next"]


async def test_much_is_sent_at_once(transports: tuple[CoalescingTransport, Sent]) -> None:
    """Else a stream could fill memory within a turn, before flow control tells it to wait."""
    transport, sent = transports
    transport.write(b"head")
    transport.write(bytes(MOST_BYTES))
    assert sent.writes == [b"head" + bytes(MOST_BYTES)]
    transport.write(b"next")
    await asyncio.sleep(0)
    assert sent.writes[1:] == [b"next"]


@pytest.mark.parametrize("how", ["close", "write_eof"])
async def test_ending_sends_what_is_to_be_sent(transports: tuple[CoalescingTransport, Sent], how: str) -> None:
    transport, sent = transports
    transport.write(b"last")
    getattr(transport, how)()
    assert (sent.writes, sent.did) == ([b"last"], [how])
    await asyncio.sleep(0)
    assert sent.writes == [b"last"]


async def test_breaking_off_sends_nothing_more(transports: tuple[CoalescingTransport, Sent]) -> None:
    transport, sent = transports
    transport.write(b"last")
    transport.abort()
    await asyncio.sleep(0)
    assert (sent.writes, sent.did) == ([], ["abort"])


async def test_flow_control_is_left_to_the_transport_that_sends(transports: tuple[CoalescingTransport, Sent]) -> None:
    transport, sent = transports
    transport.pause_reading()
    transport.resume_reading()
    assert sent.did == ["pause_reading", "resume_reading"]


async def test_requests_in_one_packet_are_answered_in_their_order(served: Served) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    bodies = [b'{"query": "{ a%d: hello }"}' % number for number in range(5)]
    head = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    writer.write(b"".join(head % len(body) + body for body in bodies))
    for number in range(5):
        told = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        length = next(int(line.split(b":")[1]) for line in told.lower().split(b"\r\n") if line.startswith(b"content-length"))
        assert await reader.readexactly(length) == b'{"data":{"a%d":"hello world"}}' % number
    writer.close()
    await writer.wait_closed()
