"""GraphQL over WebSocket: accepts connections and serves each of them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from web.access import AccessLog
from web.drain import Drain
from web.error_formatting import ErrorFormatter
from web.execution import ContextT
from web.limits import Limits
from web.metrics import Metrics
from web.origins import Origins
from web.request_parser import RequestParser
from web.running import Runner
from web.socket_connection import SocketConnection
from web.socket_messages import SUBPROTOCOL, SUBPROTOCOL_MISSING
from web.streams import UntilEnded


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sockets(Generic[ContextT]):
    """Accepts WebSockets of allowed origins with the subprotocol `graphql-transport-ws`.

    Strawberry's implementation is not used: it has no limit for slow clients, no context for each operation and no
    persisted queries, and it fails with a traceback on messages of the wrong type.
    """

    open_context: Callable[[HTTPConnection, Mapping[str, object] | None], Awaitable[ContextT]]
    parser: RequestParser
    runner: Runner[ContextT]
    formatter: ErrorFormatter
    limits: Limits
    metrics: Metrics
    drain: Drain
    origins: Origins
    access_log: AccessLog
    until_ended: UntilEnded[ContextT] | None = None

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
        with self.drain.track():
            await SocketConnection(self, connection, receive, send).serve()
