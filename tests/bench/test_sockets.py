"""The load generator of live streams: what it sends, what it takes off a socket, and how it judges what arrives."""

import asyncio
import os
import subprocess
import sys
import time

import orjson
import pytest

from bench.cpu import PROC
from bench.resident import resident_kib
from bench.sockets.arrivals import Arrivals
from bench.sockets.client import Client
from bench.sockets.connection import subscribing
from bench.sockets.listener import Listener
from bench.sockets.sample import Sample
from resolvers.global_ids import encode
from web.socket_messages import PING, PONG

POSTS = [encode("Post", f"019a0000-0000-7000-8000-{number:012}") for number in range(3)]
UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"


def message(post, cursor="c", text="A post."):
    event = {"cursor": cursor, "post": {"id": post, "createdAt": "now", "text": text}}
    return orjson.dumps({"type": "next", "id": "1", "payload": {"data": {"homeTimeline": event}}})


def frame(payload, kind=0x81):
    size = len(payload)
    if size < 126:
        return bytes((kind, size)) + payload
    return (bytes((kind, 126)) + size.to_bytes(2) if size < 65_536 else bytes((kind, 127)) + size.to_bytes(8)) + payload


class Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self):
        super().__init__()
        self.written, self.closed = [], False

    def write(self, data):
        self.written.append(data)

    def close(self):
        self.closed = True


@pytest.fixture
async def socket():
    arrivals = Arrivals()
    listener = Listener(80, "token", subscribing("subscription { a }"), arrivals, asyncio.get_running_loop().create_future())
    listener.connection_made(Transport())
    yield listener
    listener._joined.cancel()


def join(socket):
    socket.data_received(UPGRADED + frame(b'{"type": "connection_ack"}'))
    socket._arrivals.expect([post.encode() for post in POSTS], 1, timed=True)


async def test_a_socket_upgrades_signs_in_and_subscribes(socket):
    join(socket)
    upgrade, init, subscribe = socket._transport.written
    assert b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n" in upgrade
    assert b"Bearer token" in init and b"subscription { a }" in subscribe
    assert socket._joined.done() and not socket._joined.exception()


@pytest.mark.parametrize("size", [1, 7, 1_000_000])
async def test_frames_are_read_however_they_are_cut(socket, size):
    join(socket)
    data = b"".join([frame(message(POSTS[0])), frame(message(POSTS[1], text="long" * 20_000)), frame(message(POSTS[2]))])
    for at in range(0, len(data), size):
        socket.data_received(data[at : at + size])
    arrivals = socket._arrivals
    assert (arrivals.delivered, arrivals.lost, arrivals.misplaced) == (3, 0, 0)
    assert [len(times) for times in arrivals.times] == [1, 1, 1] and arrivals.complete.is_set()
    assert arrivals.sample == message(POSTS[0]).decode()


async def test_a_ping_is_answered_with_its_own_bytes(socket):
    join(socket)
    socket.data_received(frame(b"beat", 0x89))
    assert socket._transport.written[-1] == b"\x8a\x84" + bytes(4) + b"beat"


async def test_a_sign_of_life_is_answered_and_is_no_end(socket):
    join(socket)
    socket.data_received(frame(PING.encode()))
    assert PONG.encode() in socket._transport.written[-1]
    assert not socket._arrivals.ended


async def test_a_stream_that_ends_is_counted_once_with_its_reason(socket):
    join(socket)
    socket.data_received(frame(message(POSTS[0])) + frame(b'{"type":"complete","id":"1"}'))
    socket.connection_lost(None)
    assert socket._arrivals.ended == {'{"type":"complete","id":"1"}': 1}
    assert socket._arrivals.complete.is_set() and socket._transport.closed


async def test_a_close_is_counted_with_its_code(socket):
    join(socket)
    socket.data_received(frame((4499).to_bytes(2) + b"Too slow", 0x88))
    assert socket._arrivals.ended == {"closed with 4499": 1}


async def test_a_socket_that_is_refused_fails_to_join(socket):
    socket.data_received(b"HTTP/1.1 403 Forbidden\r\n\r\n")
    with pytest.raises(RuntimeError, match="could not join: refused"):
        await socket._joined


@pytest.mark.parametrize(
    ("order", "lost", "misplaced"),
    [((0, 2), 1, 0), ((0, 0, 1, 2), 0, 1), ((0, 2, 1), 1, 1), ((0, 1, 2, 2), 0, 1)],
    ids=["one is lost", "one twice", "two change places", "one more than expected"],
)
async def test_what_is_not_as_it_should_be_is_counted(socket, order, lost, misplaced):
    join(socket)
    for number in order:
        socket.data_received(frame(message(POSTS[number])))
    assert (socket._arrivals.lost, socket._arrivals.misplaced) == (lost, misplaced)


async def test_a_resync_is_counted_and_is_no_end(socket):
    join(socket)
    socket.data_received(frame(b'{"payload":{"data":{"homeTimeline":{"__typename":"TimelineResync"}}}}'))
    assert socket._arrivals.resyncs == 1 and not socket._arrivals.ended


def test_messages_are_alike_but_for_cursor_post_and_time():
    one = Sample(message(POSTS[0]).decode())
    assert one.is_like(Sample(message(POSTS[1], cursor="d").decode()))
    assert not one.is_like(Sample(message(POSTS[0], text="Another").decode()))
    spaced = Sample(message(POSTS[0]).decode().replace(":", ": "))
    assert one.says_like(spaced) and not one.is_like(spaced)


@pytest.mark.skipif(not PROC.is_dir(), reason="needs /proc")
def test_the_memory_is_that_of_the_process_with_the_port():
    code = "import sys\nheld = b'x' * 50_000_000\nprint('done', flush=True)\nsys.stdin.read()"
    environ = {**os.environ, "ROOKERY_PORT": "65013"}
    with subprocess.Popen([sys.executable, "-c", code], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as large:
        assert large.stdin is not None
        assert large.stdout is not None
        large.stdout.readline()
        assert 50_000 < resident_kib(65_013) < 120_000
        assert resident_kib(65_014) == 0
        large.stdin.close()


async def test_a_wait_ends_when_no_stream_is_left_and_then_no_earlier(socket):
    client = Client()
    client._arrivals, began = socket._arrivals, time.perf_counter()
    join(socket)
    socket.data_received(frame(message(POSTS[0])) + frame(b'{"type":"complete","id":"1"}'))
    received = await client.received({"seconds": 60})
    assert received["delivered"] == 1 and began < socket._arrivals.last < received["ends"] < began + 60
