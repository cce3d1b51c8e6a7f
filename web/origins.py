"""Which web pages may talk to us: by CORS for requests, by the same list for WebSockets."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
# Browsers cap what they keep: Chromium at two hours.
_PREFLIGHT_SECONDS = 7_200


class Origins:
    """The origins whose pages may open a WebSocket here.

    Browsers apply no same-origin policy to WebSockets, so the server has to (cross-site WebSocket hijacking). A
    client that is no browser sends no `Origin` and is let through: it has no user's ambient rights to steal.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        """Take full origins such as `https://app.example.org`; the server's own is always allowed."""
        self.allowed = tuple(allowed)
        self._allowed = frozenset(_origin(text) for text in self.allowed)
        if None in self._allowed or "*" in self.allowed:
            message = f"Origins must be written in full, such as https://app.example.org: {', '.join(self.allowed)}"
            raise ValueError(message)

    def allows(self, origin: str | None, host: str | None) -> bool:
        """Tell whether a page of `origin` may connect to the server that it calls `host`."""
        if origin is None:
            return True
        told = _origin(origin)
        if told is None:
            return False
        return told in self._allowed or _origin(f"{told[0]}://{host}") == told

    def guard(self, app: ASGIApp) -> ASGIApp:
        """Wrap an application in CORS where there is somebody to allow: no cookies are used, so none are allowed."""
        if not self.allowed:
            return app
        return CORSMiddleware(
            app,
            allow_origins=self.allowed,
            allow_methods=("GET", "POST"),
            allow_headers=("authorization", "content-type", "x-request-id", "traceparent", "tracestate"),
            expose_headers=("x-request-id", "retry-after"),
            allow_credentials=False,
            max_age=_PREFLIGHT_SECONDS,
        )


def _origin(text: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return parts.scheme, parts.hostname.lower(), port or _DEFAULT_PORTS[parts.scheme]
