"""Uvicorn's WebSocket protocol, whose messages wait for nothing and whose end waits for a limited time.

Uvicorn lets a message wait until the client has read what was sent before it. What is in a message was allowed when it was
prepared, so here it goes to the transport at once, and its sender waits behind it (`web/write_flow.py`).

Uvicorn closes a connection when what it has buffered is sent. A client that stays connected and does not read would keep that
memory, and the connection, for as long as it likes.
"""

import asyncio
from typing import TYPE_CHECKING, Any, cast

from uvicorn import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from web.limits import ConnectionLimits
from web.write_flow import WriteFlow

if TYPE_CHECKING:
    from starlette.types import Scope


class BoundedSocketProtocol(WebSocketsSansIOProtocol):
    """One WebSocket. When its application has ended, the client has `stall_seconds` to read what is left."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: ConnectionLimits,
    ) -> None:
        """Take what uvicorn passes, and the limits."""
        super().__init__(config, server_state, app_state, _loop)
        self._stall_seconds = limits.stall_seconds
        self._abort_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with room to write."""
        super().connection_made(transport)
        self._flow = FlowControl(self.transport)

    def pause_writing(self) -> None:
        """Let senders wait behind what they sent; `writable`, for which uvicorn waits before it sends, stays set."""
        self._flow.pause_writing()

    def resume_writing(self) -> None:
        """Let them go on."""
        self._flow.resume_writing()

    async def run_asgi(self) -> None:
        """Run the application, then let the connection live for a limited time."""
        WriteFlow(self.transport, self._flow).offer(cast("Scope", self.scope))
        await super().run_asgi()
        if not self.disconnected:
            self._abort_timer = self.loop.call_later(self._stall_seconds, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock, and let senders learn of it."""
        super().connection_lost(exc)
        self._flow.resume_writing()
        if self._abort_timer is not None:
            self._abort_timer.cancel()
