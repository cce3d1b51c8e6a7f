"""The one layer around everything: what every request gets, and the short way to GraphQL."""

import time
from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.access import AccessLog, request_id_of
from web.headers import SecurityHeaders
from web.logs import REQUEST_ID


class RequestMiddleware:
    """Gives each request an id, its response the careful headers, and the log a line when it ends.

    One layer for all three, since each layer costs a call for every request and one for every message. A request for GraphQL
    goes straight to its endpoint, past the router and the exception handlers of everything else.
    """

    def __init__(self, graphql: ASGIApp, rest: ASGIApp, *, path: str, headers: SecurityHeaders, access_log: bool) -> None:
        """`path` is that of `graphql`, and `rest` has all others."""
        self._graphql = graphql
        self._rest = rest
        self._path = path
        self._headers = headers
        self._access_log = AccessLog() if access_log else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, one WebSocket or the life of the application."""
        if scope["type"] == "lifespan":
            await self._rest(scope, receive, send)
            return
        request_id = request_id_of(scope)
        header = (b"x-request-id", request_id.encode())
        status: int | None = None

        def send_on(message: Message) -> Awaitable[None]:
            nonlocal status
            kind = message["type"]
            if kind == "http.response.start":
                status = message["status"]
                message["headers"] = self._headers.added_to(message.get("headers", ()), header)
            elif kind == "websocket.accept":
                message["headers"] = [*message.get("headers", ()), header]
            elif kind == "websocket.close":
                status = message.get("code")
            return send(message)

        app = self._graphql if scope["path"] == self._path else self._rest
        bound = REQUEST_ID.set(request_id)
        start = time.perf_counter()
        try:
            await app(scope, receive, send_on)
        finally:
            if self._access_log is not None:
                self._access_log.line(scope, request_id, status, time.perf_counter() - start)
            REQUEST_ID.reset(bound)
