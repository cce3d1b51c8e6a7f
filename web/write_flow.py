"""What an application may know of the transport below its `send`: whether it takes more, or waits for the client to read.

ASGI has no word for it. Uvicorn lets the `send` that follows wait, when it is too late: what is to be sent then is prepared
already. So our protocols offer it as an extension of the scope.
"""

import asyncio
import sys
from contextlib import suppress
from dataclasses import dataclass
from fcntl import ioctl
from termios import TIOCOUTQ

from starlette.types import Scope
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT, FlowControl

_EXTENSION = "rookery.write_flow"


@dataclass(frozen=True, slots=True)
class WriteFlow:
    """The writing side of one connection."""

    transport: asyncio.Transport
    control: FlowControl

    @property
    def is_full(self) -> bool:
        """Whether the transport holds more than 64 KiB, or held so much and the client has not read most of it yet."""
        return self.control.write_paused or self.transport.get_write_buffer_size() > HIGH_WATER_LIMIT

    @property
    def held(self) -> int:
        """Bytes that the client has not taken: those in the transport, and those in the system where it tells, as Linux does.

        The system holds up to megabytes, and takes more from the transport only when a third of them have gone. A client that
        reads slowly needs minutes for that.
        """
        held = self.transport.get_write_buffer_size()
        socket = self.transport.get_extra_info("socket")
        if socket is None or self.transport.is_closing():
            return held
        queued = bytearray(4)
        with suppress(OSError):
            ioctl(socket.fileno(), TIOCOUTQ, queued)
        return held + int.from_bytes(queued, sys.byteorder)

    async def drained(self) -> bool:
        """Wait until the transport takes more; return whether the client had to read for that."""
        await asyncio.sleep(0)  # what was written in this turn goes out at its end, and may find room
        paused = self.control.write_paused
        await self.control.drain()
        return paused

    def offer(self, scope: Scope) -> None:
        """Offer it to the application that is called with the scope."""
        scope.setdefault("extensions", {})[_EXTENSION] = self


def write_flow_of(scope: Scope) -> WriteFlow | None:
    """Return the writing side of the connection of a scope, or None for a server that offers none."""
    flow = scope.get("extensions", {}).get(_EXTENSION)
    return flow if isinstance(flow, WriteFlow) else None
