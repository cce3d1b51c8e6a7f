"""Uvicorn's WebSocket protocol with a limit on the time that a closed connection waits for its client to read the rest.

Uvicorn closes a connection when what it has buffered is sent. A client that stays connected and does not read would keep that
memory, and the connection, for as long as it likes.
"""

import asyncio
from typing import Any

from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from web.limits import ConnectionLimits


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

    async def run_asgi(self) -> None:
        """Run the application, then let the connection live for a limited time."""
        await super().run_asgi()
        if not self.disconnected:
            self._abort_timer = self.loop.call_later(self._stall_seconds, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        super().connection_lost(exc)
        if self._abort_timer is not None:
            self._abort_timer.cancel()
