"""Joins the writes of one response into one system call.

Uvicorn writes the head and the body of a response separately, and each write is a system call that takes longer than all else
that uvicorn does for a request. Here, everything written in one iteration of the event loop is sent at its end.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_BYTES = 65_536
"""Bytes after which data is sent at once: flow control must notice clients that do not read."""


class CoalescingTransport(asyncio.Transport):
    """Wraps another transport, for HTTP and, after an upgrade, for WebSockets."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Take the transport that sends; everything but writing is passed on to it."""
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._unsent: list[bytes | bytearray | memoryview] = []
        self._size = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send data at the end of this iteration, or now if there is much."""
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent.append(data)
        self._size += len(data)
        if self._size >= MOST_BYTES:
            self._send()

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        """Send pieces of data at the end of this iteration."""
        for data in list_of_data:
            self.write(data)

    def close(self) -> None:
        """Send what was written, and close."""
        self._send()
        self._transport.close()

    def abort(self) -> None:
        """Close at once; what was written is dropped."""
        self._unsent, self._size = [], 0
        self._transport.abort()

    def get_write_buffer_size(self) -> int:
        """Return the bytes that are written and not sent."""
        return self._transport.get_write_buffer_size() + self._size

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """Return the low and the high mark of flow control, in bytes."""
        return self._transport.get_write_buffer_limits()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set the marks of flow control."""
        self._transport.set_write_buffer_limits(high, low)

    def can_write_eof(self) -> bool:
        """Return whether the sending side can be closed alone."""
        return self._transport.can_write_eof()

    def write_eof(self) -> None:
        """Send what was written, and close the sending side."""
        self._send()
        self._transport.write_eof()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return information about the connection."""
        return self._transport.get_extra_info(name, default)

    def is_closing(self) -> bool:
        """Return whether it is closed or closing."""
        return self._transport.is_closing()

    def is_reading(self) -> bool:
        """Return whether it reads."""
        return self._transport.is_reading()

    def pause_reading(self) -> None:
        """Stop reading."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Continue to read."""
        self._transport.resume_reading()

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Return the protocol that receives the data."""
        return self._transport.get_protocol()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Set the protocol that receives the data."""
        self._transport.set_protocol(protocol)

    def _send(self) -> None:
        if unsent := self._unsent:
            self._unsent, self._size = [], 0
            self._transport.write(unsent[0] if len(unsent) == 1 else b"".join(unsent))


class CoalescingProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol over that transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wrap the transport of a new connection."""
        super().connection_made(CoalescingTransport(transport, self.loop))
