"""The middleware around all requests, and the direct route to GraphQL."""

import time
from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.access import AccessLog, request_id_of
from web.headers import SecurityHeaders
from web.logs import REQUEST_ID


class RequestMiddleware:
    """Adds an id to each request, adds the security headers to its response, and writes its line of the access log.

    All three are in one layer, because each layer costs a call for every request and every message. GraphQL requests go
    directly to their endpoint, without the router and the exception handlers of the other routes.
    """

    def __init__(self, graphql: ASGIApp, rest: ASGIApp, *, path: str, headers: SecurityHeaders) -> None:
        """Requests for `path` go to `graphql`, all others to `rest`."""
        self._graphql = graphql
        self._rest = rest
        self._path = path
        self._headers = headers
        self._access_log = AccessLog()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, one WebSocket, or the lifespan of the application."""
        if scope["type"] == "lifespan":
            await self._rest(scope, receive, send)
            return
        request_id = request_id_of(scope)
        header = (b"x-request-id", request_id.encode())
        status: int | None = None

        def send_with_headers(message: Message) -> Awaitable[None]:
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
            await app(scope, receive, send_with_headers)
        finally:
            self._access_log.line(scope, request_id, status, time.perf_counter() - start)
            REQUEST_ID.reset(bound)
