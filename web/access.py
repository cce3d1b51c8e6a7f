"""One log line a request, and the id that joins all lines of it."""

import re
import time
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What proxies and clients make: UUIDs, hex, base64url. Anything else could forge log lines or carry a secret.
_WELL_FORMED = re.compile(rb"[A-Za-z0-9_-]{8,64}")
_log = structlog.get_logger("web.access")


class RequestIds:
    """Gives each request an id: the client's `X-Request-Id` when it is well formed, or a new one."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Bind the id to the log's context and send it back."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        header = (b"x-request-id", request_id.encode())

        async def send_with_id(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.accept"}:
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._app(scope, receive, send_with_id)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _WELL_FORMED.fullmatch(value):
            return str(value, "ascii")
    return uuid4().hex


class AccessLog:
    """Writes a line when a request or a WebSocket ends, without query strings, addresses, tokens or texts."""

    def __init__(self, app: ASGIApp, *, quiet: frozenset[str] = frozenset({"/livez", "/readyz", "/metrics"})) -> None:
        """Paths in `quiet` are asked every few seconds and say nothing."""
        self._app = app
        self._quiet = quiet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Time the request."""
        if scope["type"] == "lifespan" or scope["path"] in self._quiet:
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        status: int | None = None

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "websocket.close":
                status = message.get("code")
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        finally:
            kind, operation = scope.get("rookery.operation", (None, None))
            _log.info(
                "request",
                method=scope.get("method", "WS"),
                path=scope["path"],
                status=status,
                type=kind,
                operation=operation,
                ms=round((time.perf_counter() - begun) * 1_000, 2),
            )
