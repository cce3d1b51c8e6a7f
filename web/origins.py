"""Which web pages may use the API: by CORS for requests, and by the same list for WebSockets."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_HEADERS = (
    *("authorization", "content-type", "x-request-id", "x-show-price", "x-show-limits", "x-rookery-session"),
    *("traceparent", "tracestate"),
)
# Browsers limit how long they cache a preflight: Chromium to two hours.
_PREFLIGHT_SECONDS = 7_200


class Origins:
    """The origins whose pages may open a WebSocket.

    Browsers apply no same-origin policy to WebSockets, so the server must (cross-site WebSocket hijacking). A client
    without an `Origin` is not a browser and is allowed: it has no credentials but its own.
    """

    def __init__(self, allowed: Iterable[str], *, https: bool = False) -> None:
        """Take full origins such as `https://app.example.org`; the server's own origin is always allowed.

        Where that is reached by HTTPS, `http://` before the same name is another origin, which whoever is in between can make up.

        Raises:
            ValueError: one is not a full origin.

        """
        self.allowed = tuple(allowed)
        self._own_schemes = ("https",) if https else ("http", "https")
        self._allowed = frozenset(_origin(text) for text in self.allowed)
        if None in self._allowed or "*" in self.allowed:
            message = f"Origins must be written in full, such as https://app.example.org: {', '.join(self.allowed)}"
            raise ValueError(message)

    def allows(self, origin: str | None, host: str | None) -> bool:
        """Return whether a page of `origin` may connect; `host` is the server's name in the request."""
        if origin is None:
            return True
        parsed = _origin(origin)
        if parsed is None:
            return False
        return parsed in self._allowed or (parsed[0] in self._own_schemes and _origin(f"{parsed[0]}://{host}") == parsed)

    def guard(self, app: ASGIApp) -> ASGIApp:
        """Wrap an application in CORS if there are allowed origins. They are named in full, so they may send cookies."""
        if not self.allowed:
            return app
        return CORSMiddleware(
            app,
            allow_origins=self.allowed,
            allow_methods=("GET", "POST"),
            allow_headers=_HEADERS,
            expose_headers=("x-request-id", "retry-after", "ratelimit", "ratelimit-policy"),
            allow_credentials=True,
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
