"""The access log: one line per request, with the id that all log lines of the request share."""

import re
from datetime import UTC, datetime

from starlette.types import Scope
from uuid_utils import uuid4

from web.logs import REQUEST_ID, Line, line_writer

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
        if scope["path"] in _QUIET:
            return
        self._emit("request", scope, scope.get("rookery.operation", (None, None)), request_id, status, seconds)

    def operation(self, scope: Scope, kind: str, label: str, seconds: float) -> None:
        """Write one line for an operation of a WebSocket; the line of the socket itself comes at its end and names none."""
        self._emit("operation", scope, (kind, label), REQUEST_ID.get(), None, seconds)

    def _emit(
        self,
        event: str,
        scope: Scope,
        operation: tuple[str | None, str | None],
        request_id: str | None,
        status: int | None,
        seconds: float,
    ) -> None:
        if self._write is None:
            self._write = line_writer("web.access")
        self._write(
            {
                "method": scope.get("method", "WS"),
                "path": scope["path"],
                "status": status,
                "type": operation[0],
                "operation": operation[1],
                "ms": round(seconds * 1_000, 2),
                "event": event,
                "request_id": request_id,
                "logger": "web.access",
                "level": "info",
                "timestamp": datetime.now(UTC),
            }
        )
