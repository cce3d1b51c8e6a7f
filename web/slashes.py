"""Redirects for paths that have a slash too many or too few at their end."""

from urllib.parse import quote

from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Match, Router
from starlette.types import Receive, Scope, Send


def with_slash_redirects(app: Starlette) -> Starlette:
    """Replace the redirects of Starlette: those name the host in the `Host` header, which a client chooses freely.

    A cache that keeps such an answer would send others to a foreign host.
    """
    app.router.redirect_slashes = False
    app.router.default = SlashRedirects(app.router)
    return app


class SlashRedirects:
    """Answers requests that no route matches: with a redirect to a path of ours, or with 404."""

    def __init__(self, router: Router) -> None:
        """Take the router whose routes count."""
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path: str = scope["path"]
        other = path.rstrip("/") if path.endswith("/") else f"{path}/"
        # Two slashes at the beginning would be read as the name of a host.
        if scope["type"] == "http" and other.startswith("/") and not other.startswith("//") and self._is_route(scope, other):
            query = scope["query_string"].decode("latin-1")
            await RedirectResponse(quote(other) + (f"?{query}" if query else ""))(scope, receive, send)
        else:
            await self._router.not_found(scope, receive, send)

    def _is_route(self, scope: Scope, path: str) -> bool:
        return any(route.matches({**scope, "path": path})[0] is not Match.NONE for route in self._router.routes)
