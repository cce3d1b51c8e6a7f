"""GraphQL over WebSocket: accepts connections and serves each of them."""

from dataclasses import dataclass
from typing import Generic

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from web.endings import SUBPROTOCOL_MISSING, TOO_MANY_CONNECTIONS, Ending
from web.execution import ContextT
from web.origins import Origins
from web.quotas import QuotaExceeded
from web.socket_connection import SocketConnection
from web.socket_messages import SUBPROTOCOL
from web.socket_operations import SocketParts


@dataclass(frozen=True, slots=True, eq=False)
class Sockets(Generic[ContextT]):
    """Accepts WebSockets of allowed origins with the subprotocol `graphql-transport-ws`.

    Strawberry's implementation is not used: it has no limit for slow clients, no context for each operation and no
    persisted queries, and it fails with a traceback on messages of the wrong type.
    """

    origins: Origins
    parts: SocketParts[ContextT]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one WebSocket from its handshake to its end."""
        connection = HTTPConnection(scope)
        await receive()  # the client's "websocket.connect"
        if not self.origins.allows(connection.headers.get("origin"), connection.headers.get("host")):
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted, this means 403
            return
        if SUBPROTOCOL not in scope.get("subprotocols", ()):
            # Accepted first, because browsers show the code to the page only then.
            await send({"type": "websocket.accept"})
            await self._close(send, SUBPROTOCOL_MISSING)
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        address = connection.client.host if connection.client else ""
        try:
            with self.parts.quotas.connection(address) as counted, self.parts.drain.track():
                await SocketConnection(self.parts, connection, receive, send, counted).serve()
        except QuotaExceeded as exceeded:
            await self._close(send, TOO_MANY_CONNECTIONS, str(exceeded))

    async def _close(self, send: Send, ending: Ending, reason: str = "") -> None:
        self.parts.metrics.cut(ending.name)
        await send({"type": "websocket.close", "code": ending.close_code, "reason": reason or ending.reason})
