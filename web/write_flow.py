"""What an application may know of the transport below its `send`: whether it takes more, or waits for the client to read.

ASGI has no word for it. Uvicorn lets the `send` that follows wait, when it is too late: what is to be sent then is prepared
already. So our protocols offer it as an extension of the scope.
"""

import asyncio
from dataclasses import dataclass

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
