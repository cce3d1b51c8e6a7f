"""Connections that send what belongs together in one write.

Uvicorn writes the head of a response and then its body, and each write is a call of the system that takes longer than all that
uvicorn does for a request besides. Here what is written in one turn of the event loop goes out at its end.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_BYTES = 65_536
"""Bytes that are sent without waiting for the end of the turn: flow control must notice those who do not read."""


class CoalescingTransport(asyncio.Transport):
    """A transport in front of another, for HTTP and, after an upgrade, for WebSockets."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Take the transport that sends; all but writing is left to it."""
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._unsent: list[bytes | bytearray | memoryview] = []
        self._size = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send data at the end of this turn, or now if it is much."""
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent.append(data)
        self._size += len(data)
        if self._size >= MOST_BYTES:
            self._send()

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        """Send pieces of data at the end of this turn."""
        for data in list_of_data:
            self.write(data)

    def close(self) -> None:
        """Send what is to be sent, and close."""
        self._send()
        self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._unsent, self._size = [], 0
        self._transport.abort()

    def get_write_buffer_size(self) -> int:
        """Give the bytes that wait to be sent."""
        return self._transport.get_write_buffer_size() + self._size

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """Give the low and the high mark of flow control, in bytes."""
        return self._transport.get_write_buffer_limits()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set them."""
        self._transport.set_write_buffer_limits(high, low)

    def can_write_eof(self) -> bool:
        """Tell whether one direction can be closed alone."""
        return self._transport.can_write_eof()

    def write_eof(self) -> None:
        """Send what is to be sent, and that nothing follows."""
        self._send()
        self._transport.write_eof()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Tell of the connection."""
        return self._transport.get_extra_info(name, default)

    def is_closing(self) -> bool:
        """Tell whether it is closed, or about to be."""
        return self._transport.is_closing()

    def is_reading(self) -> bool:
        """Tell whether it reads."""
        return self._transport.is_reading()

    def pause_reading(self) -> None:
        """Stop reading."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Go on reading."""
        self._transport.resume_reading()

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Give who is told of what arrives."""
        return self._transport.get_protocol()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Set who is told of what arrives."""
        self._transport.set_protocol(protocol)

    def _send(self) -> None:
        if unsent := self._unsent:
            self._unsent, self._size = [], 0
            self._transport.write(unsent[0] if len(unsent) == 1 else b"".join(unsent))


class CoalescingProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP, on such a transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take a connection."""
        super().connection_made(CoalescingTransport(transport, self.loop))
