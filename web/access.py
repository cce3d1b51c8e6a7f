"""One log line a request, and the id that joins all lines of it."""

import re
from secrets import token_hex

import structlog
from starlette.types import Scope

# What proxies and clients make: UUIDs, hex, base64url. Anything else could forge log lines or carry a secret.
_WELL_FORMED = re.compile(rb"[A-Za-z0-9_-]{8,64}")
_ID_BYTES = 16
# They are asked every few seconds, and say nothing.
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})
_log = structlog.get_logger("web.access")


def request_id_of(scope: Scope) -> str:
    """Give the client's `X-Request-Id` when it is well formed, or a new id."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _WELL_FORMED.fullmatch(value):
            return str(value, "ascii")
    return token_hex(_ID_BYTES)


def log_request(scope: Scope, status: int | None, seconds: float) -> None:
    """Write a line for a request or a WebSocket that ended, without query strings, addresses, tokens or texts."""
    path = scope["path"]
    if path in _QUIET:
        return
    kind, operation = scope.get("rookery.operation", (None, None))
    _log.info(
        "request",
        method=scope.get("method", "WS"),
        path=path,
        status=status,
        type=kind,
        operation=operation,
        ms=round(seconds * 1_000, 2),
    )
