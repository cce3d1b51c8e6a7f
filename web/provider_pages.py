"""Logging in by a provider, in a browser: the way there, and the way back, which ends at the page or app that began it.

What the browser must keep meanwhile is in a cookie that no script reads. It comes with the way back, which is a link from
another site (`SameSite=Lax`), and only to this host (`__Host-`), so an answer counts in the browser that asked.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import escape
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from errors import InvalidInput, NotFound, RookeryError
from web.return_addresses import AUTH_PATH, ReturnAddresses

COOKIE = "rookery-provider"
COOKIE_SECONDS = 600
_HEADERS = {"cache-control": "no-store"}
_PAGE_POLICY = "default-src 'none'; frame-ancestors 'none'"
_NO_FRAGMENT = "#_"
"""Ends where a browser is sent to a provider: without one it would take along what stood behind the `#` of the page before."""
_MOST = 10
"""Parameters of an address: providers add some of their own."""


class Begun(Protocol):
    """Where a browser goes, and what it keeps meanwhile, if anything."""

    @property
    def location(self) -> str:
        """The address."""

    @property
    def sealed(self) -> str | None:
        """What it keeps."""


class Flows(Protocol):
    """Sends people to providers and takes them back."""

    async def begin(self, provider: str, *, return_to: str, challenge: str, anew: bool, ticket: str | None) -> Begun:
        """Begin a way to a provider."""

    async def finish(self, provider: str, sealed: str | None, answer: Mapping[str, str], address: str) -> str:
        """Return where somebody goes who comes with the answer of a provider."""


def provider_pages(
    flows: Flows, returns: ReturnAddresses, address_of: Callable[[HTTPConnection], str], *, secure: bool
) -> Sequence[BaseRoute]:
    """Return the routes; without `secure` the cookie goes over plain HTTP as well, for development."""
    cookie = f"__Host-{COOKIE}" if secure else COOKIE

    async def begin(request: Request) -> Response:
        given = _parameters(request)
        begun = await flows.begin(
            request.path_params["provider"],
            return_to=returns.checked(given.get("return_to", ""), request.headers.get("host")),
            challenge=given.get("code_challenge", ""),
            anew=given.get("purpose") == "reauthenticate",
            ticket=given.get("link"),
        )
        # Where it goes back at once, the address has a fragment, which says why.
        location = begun.location if begun.sealed is None else begun.location + _NO_FRAGMENT
        answer = RedirectResponse(location, 303, _HEADERS)
        if begun.sealed is not None:
            answer.set_cookie(cookie, begun.sealed, COOKIE_SECONDS, secure=secure, httponly=True, samesite="lax")
        return answer

    async def finish(request: Request) -> Response:
        sealed, answer = request.cookies.get(cookie), _parameters(request)
        location = await flows.finish(request.path_params["provider"], sealed, answer, address_of(request))
        back = RedirectResponse(location, 303, _HEADERS)
        back.delete_cookie(cookie, secure=secure, httponly=True, samesite="lax")
        return back

    return (
        Route(f"{AUTH_PATH}/{{provider}}", _explained(begin)),
        Route(f"{AUTH_PATH}/{{provider}}/callback", _explained(finish)),
    )


def _explained(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Answer errors by a page with their code: there is nowhere else to lead to."""

    async def explained(request: Request) -> Response:
        if request.method != "GET":  # a HEAD must use up nothing
            raise HTTPException(405, headers={"allow": "GET"})
        try:
            return await endpoint(request)
        except RookeryError as error:
            status = 404 if isinstance(error, NotFound) else 400 if isinstance(error, InvalidInput) else 503
            text = f"<!doctype html><title>Logging in failed</title><h1>{error.code}</h1><p>{escape(error.message)}</p>"
            return HTMLResponse(text, status, {**_HEADERS, "content-security-policy": _PAGE_POLICY})

    return explained


def _parameters(request: Request) -> Mapping[str, str]:
    """Return the parameters of an address.

    Raises:
        InvalidInput: one stands there twice, or there are too many.

    """
    found = request.query_params.multi_items()
    given = dict(found)
    if len(given) < len(found) or len(found) > _MOST:
        raise InvalidInput("query", "A parameter stands there twice, or there are too many.")
    return given
