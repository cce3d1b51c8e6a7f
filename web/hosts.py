"""Refusing requests that name a host which is not ours, against forged links and DNS rebinding."""

from collections.abc import Sequence

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

# Probes and scrapers address a process by whatever address it has.
_EXEMPT = frozenset({"/livez", "/readyz", "/metrics"})


class TrustedHosts:
    """Starlette's check of the `Host` header, for everything but probes."""

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        """Take host names; `*.example.org` is any below."""
        self._app = app
        self._checked = TrustedHostMiddleware(app, allowed_hosts=allowed, www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, then go on."""
        exempt = scope["type"] == "lifespan" or scope["path"] in _EXEMPT
        await (self._app if exempt else self._checked)(scope, receive, send)
