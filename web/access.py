"""The access log: one line per request, with the id that all log lines of the request share."""

import re
from datetime import UTC, datetime

from starlette.types import Scope
from uuid_utils import uuid4

from web.logs import Line, line_writer

# Ids that proxies and clients generate: UUIDs, hex, base64url. Other text could forge log lines or contain a secret.
_WELL_FORMED = re.compile(rb"[A-Za-z0-9_-]{8,64}")
# Probes request these every few seconds; their lines would have no value.
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})


def request_id_of(scope: Scope) -> str:
    """Return the client's `X-Request-Id` if it is well formed, else a new id."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _WELL_FORMED.fullmatch(value):
            return str(value, "ascii")
    return uuid4().hex


class AccessLog:
    """Writes a line for each request and WebSocket that has ended, without query strings, addresses, tokens or texts."""

    __slots__ = ("_write",)

    def __init__(self) -> None:
        """Look for the writer at the first line: logging may be set up after the application is built."""
        self._write: Line | None = None

    def line(self, scope: Scope, request_id: str, status: int | None, seconds: float) -> None:
        """Write one line; `seconds` is the time that the request took."""
        path = scope["path"]
        if path in _QUIET:
            return
        if self._write is None:
            self._write = line_writer("web.access")
        kind, operation = scope.get("rookery.operation", (None, None))
        self._write(
            {
                "method": scope.get("method", "WS"),
                "path": path,
                "status": status,
                "type": kind,
                "operation": operation,
                "ms": round(seconds * 1_000, 2),
                "event": "request",
                "request_id": request_id,
                "logger": "web.access",
                "level": "info",
                "timestamp": datetime.now(UTC),
            }
        )
