"""GraphQL over WebSocket: accepts connections and serves each of them."""

from dataclasses import dataclass
from typing import Generic

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from web.execution import ContextT
from web.origins import Origins
from web.socket_connection import SocketConnection, SocketParts
from web.socket_messages import SUBPROTOCOL, SUBPROTOCOL_MISSING


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
            await send({"type": "websocket.close", "code": SUBPROTOCOL_MISSING, "reason": "Subprotocol not acceptable"})
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        with self.parts.drain.track():
            await SocketConnection(self.parts, connection, receive, send).serve()
