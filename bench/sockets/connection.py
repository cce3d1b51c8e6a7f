"""One WebSocket of a client: the least of RFC 6455 and of `graphql-transport-ws`, so that receiving costs little."""

import asyncio
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Mapping
from typing import Literal, TypeAlias, cast

import orjson

from web.socket_messages import PING, PONG, SUBPROTOCOL

OPERATION = "1"
"""Id of the operation that a socket begins with."""
LOST = 1006
"""Stands for the code of a connection that ended without one."""
_HEAD_END = b"\r\n\r\n"
_TEXT, _CLOSE, _PING = 0x81, 0x88, 0x89
_PONG = 0x8A
_MASKED = 0x80
_NO_MASK = bytes(4)
"""Clients must mask; a mask of zeros leaves the bytes as they are."""
_TWO_BYTES = 126
"""The least of the two lengths that say how many bytes follow with the length itself: two, or eight."""
_SIGN_OF_LIFE = PING.encode()

Stage: TypeAlias = Literal["upgrading", "greeting", "listening", "ended"]


class Connection(asyncio.Protocol, ABC):
    """Upgrades, signs in, subscribes, answers signs of life, and hands over each message that arrives."""

    __slots__ = ("_head", "_open", "_rest", "_stage", "_transport")

    def __init__(self, port: int, token: str, subscribe: bytes) -> None:
        """Take what to send; `subscribe` is a frame."""
        self._head = _handshake(port)
        init = {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
        self._open = (_frame(_TEXT, orjson.dumps(init)), subscribe)
        self._rest = b""
        self._stage: Stage = "upgrading"

    @abstractmethod
    def read(self, payload: bytes) -> None:
        """Take a message; what is not its own goes to `serve`."""

    @abstractmethod
    def joined(self) -> None:
        """Act on it that the server has agreed, and the subscription is sent."""

    @abstractmethod
    def ended(self, why: str, code: int) -> None:
        """Act on the end of the connection, unless it came by `leave`. `code` is that of its close, or `LOST`."""

    def send(self, frame: bytes) -> None:
        """Send a frame."""
        self._transport.write(frame)

    def leave(self) -> None:
        """Close the connection."""
        self._stage = "ended"
        self._transport.close()

    def serve(self, payload: bytes) -> bool:
        """Do what the protocol asks for, and return whether a message was of the protocol alone."""
        if self._stage == "greeting" and b"connection_ack" in payload:
            self._stage = "listening"
            self._transport.write(self._open[1])
            self.joined()
        elif payload == _SIGN_OF_LIFE:
            self._transport.write(_frame(_TEXT, PONG.encode()))
        else:
            return False
        return True

    def end(self, why: str, code: int = LOST) -> None:
        """End the connection, for a reason that is told once."""
        if self._stage == "ended":
            return
        self._stage = "ended"
        self.ended(why, code)
        self._transport.close()

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
        """Tell of a connection that the server dropped."""
        self.end(f"lost: {type(exc).__name__}" if exc else "lost")

    def _upgraded(self, data: bytes) -> int:
        """Return where the frames begin, once the server has agreed."""
        end = data.find(_HEAD_END)
        if end < 0:
            return 0
        if not data.startswith(b"HTTP/1.1 101"):
            self.end(f"refused: {data[:300]!r}")
            return len(data)
        self._stage = "greeting"
        self._transport.write(self._open[0])
        return end + len(_HEAD_END)

    def _take(self, kind: int, payload: bytes) -> None:
        if kind == _TEXT:
            self.read(payload)
        elif kind == _PING:
            self._transport.write(_frame(_PONG, payload))
        elif kind == _CLOSE:
            code = int.from_bytes(payload[:2])
            self.end(f"closed with {code}", code)
        else:
            self.end(f"an unknown frame: {kind:#x}")


def subscribing(document: str, variables: Mapping[str, object] | None = None, operation: str = OPERATION) -> bytes:
    """Return the frame that begins an operation."""
    payload = {"query": document} if variables is None else {"query": document, "variables": variables}
    return _frame(_TEXT, orjson.dumps({"type": "subscribe", "id": operation, "payload": payload}))


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
