"""One WebSocket of the load generator: the least of RFC 6455 and of `graphql-transport-ws`, so that receiving costs little."""

import asyncio
import time
from base64 import b64encode
from typing import Literal, TypeAlias, cast

import orjson

from bench.sockets.arrivals import Arrivals
from web.socket_messages import PING, PONG, SUBPROTOCOL

OPERATION = "1"
"""Id of the only operation of a socket."""
POST_ID = b64encode(b"Post:")[:6]
"""How the global id of every post begins."""
POST_ID_SIZE = len(b64encode(b"Post:00000000-0000-0000-0000-000000000000"))
_HEAD_END = b"\r\n\r\n"
_TEXT, _CLOSE, _PING = 0x81, 0x88, 0x89
_PONG = 0x8A
_MASKED = 0x80
_NO_MASK = bytes(4)
"""Clients must mask; a mask of zeros leaves the bytes as they are."""
_TWO_BYTES, _EIGHT_BYTES = 126, 127
"""Lengths that say how many bytes follow with the length itself."""
_RESYNC = b"TimelineResync"
_STARTED = b"TimelineStarted"
_SIGN_OF_LIFE = PING.encode()

Stage: TypeAlias = Literal["upgrading", "greeting", "listening", "ended"]


class Listener(asyncio.Protocol):
    """Upgrades, signs in, subscribes, and hands over each post that arrives."""

    __slots__ = ("_arrivals", "_head", "_joined", "_open", "_rest", "_stage", "_transport", "place")

    def __init__(self, port: int, token: str, subscribe: bytes, arrivals: Arrivals, joined: asyncio.Future[None]) -> None:
        """Take what to send; `joined` is done when the subscription is sent, or failed when the server refuses."""
        self._head = _handshake(port)
        init = {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
        self._open = (_frame(_TEXT, orjson.dumps(init)), subscribe)
        self._arrivals, self._joined = arrivals, joined
        self._rest = b""
        self._stage: Stage = "upgrading"
        self.place = 0
        """Number of the next post that is expected."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        # No instance check: the transports of uvloop are not subclasses.
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._head)

    def data_received(self, data: bytes) -> None:
        """Take whole frames off what has arrived."""
        if self._rest:
            data = self._rest + data
        at = self._upgraded(data) if self._stage == "upgrading" else 0
        end = len(data)
        while end - at >= 2:  # noqa: PLR2004 - the shortest header
            size, start = data[at + 1], at + 2
            if size >= _TWO_BYTES:
                start += 2 if size == _TWO_BYTES else 8
                if start > end:
                    break
                size = int.from_bytes(data[at + 2 : start])
            if start + size > end:
                break
            self._take(data[at], data[start : start + size])
            at = start + size
        self._rest = data[at:]

    def connection_lost(self, exc: Exception | None) -> None:
        """Count a connection that the server dropped."""
        self._end(f"lost: {type(exc).__name__}" if exc else "lost")

    def leave(self) -> None:
        """Close the connection."""
        self._stage = "ended"
        self._transport.close()

    def _upgraded(self, data: bytes) -> int:
        """Return where the frames begin, once the server has agreed."""
        end = data.find(_HEAD_END)
        if end < 0:
            return 0
        if not data.startswith(b"HTTP/1.1 101"):
            self._end(f"refused: {data[:300]!r}")
            return len(data)
        self._stage = "greeting"
        self._transport.write(self._open[0])
        return end + len(_HEAD_END)

    def _take(self, kind: int, payload: bytes) -> None:
        if kind == _TEXT:
            self._read(payload)
        elif kind == _PING:
            self._transport.write(_frame(_PONG, payload))
        elif kind == _CLOSE:
            self._end(f"closed with {int.from_bytes(payload[:2])}")
        else:
            self._end(f"an unknown frame: {kind:#x}")

    def _read(self, payload: bytes) -> None:
        at = payload.find(POST_ID)
        if at >= 0:
            self._arrivals.take(self, payload[at : at + POST_ID_SIZE], payload, time.perf_counter())
        elif self._stage == "greeting" and b"connection_ack" in payload:
            self._stage = "listening"
            self._transport.write(self._open[1])
            self._joined.set_result(None)
        elif payload == _SIGN_OF_LIFE:
            self._transport.write(_frame(_TEXT, PONG.encode()))
        elif _RESYNC in payload:
            self._arrivals.resyncs += 1
        elif _STARTED not in payload:
            self._end(payload[:300].decode(errors="replace"))

    def _end(self, why: str) -> None:
        if self._stage == "ended":
            return
        self._stage = "ended"
        if self._joined.done():
            self._arrivals.end(self, why)
        else:
            self._joined.set_exception(RuntimeError(f"a socket could not join: {why}"))
        self._transport.close()


def subscribing(document: str) -> bytes:
    """Return the frame that subscribes."""
    return _frame(_TEXT, orjson.dumps({"type": "subscribe", "id": OPERATION, "payload": {"query": document}}))


def _handshake(port: int) -> bytes:
    return (
        f"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {b64encode(bytes(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n"
    ).encode()


def _frame(kind: int, payload: bytes) -> bytes:
    size = len(payload)
    length = bytes((_MASKED | size,)) if size < _TWO_BYTES else bytes((_MASKED | _TWO_BYTES,)) + size.to_bytes(2)
    return bytes((kind,)) + length + _NO_MASK + payload
