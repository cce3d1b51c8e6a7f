"""Refuses requests for a foreign host name, against forged links and DNS rebinding."""

from collections.abc import Sequence

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

# Health probes and metrics scrapers use the address of the process instead of a host name.
_EXEMPT = frozenset({"/livez", "/readyz", "/metrics"})


class TrustedHosts:
    """Starlette's check of the `Host` header, for all paths but those of probes."""

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        """Take the allowed host names; `*.example.org` allows every name below it."""
        self._app = app
        self._checked = TrustedHostMiddleware(app, allowed_hosts=allowed, www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the host, then call the application."""
        exempt = scope["type"] == "lifespan" or scope["path"] in _EXEMPT
        await (self._app if exempt else self._checked)(scope, receive, send)
