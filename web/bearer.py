"""Where a client says who it is: the Authorization header, or the parameters with which a WebSocket connects."""

from collections.abc import Mapping

from starlette.requests import HTTPConnection

from errors import Unauthenticated


def bearer(connection: HTTPConnection, params: Mapping[str, object] | None) -> str | None:
    """Give the token that a client shows, or None when it shows none.

    Raises:
        Unauthenticated: it shows something that is not a bearer token.

    """
    shown = _parameter(params) or _header(connection)
    if shown is None:
        return None
    scheme, _, token = shown.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("The Authorization header must read `Bearer` and an access token.")
    return token.strip()


def _parameter(params: Mapping[str, object] | None) -> str | None:
    """Read `authorization` in either spelling; browsers cannot set headers on a WebSocket."""
    for name in ("authorization", "Authorization"):
        if params is not None and isinstance(shown := params.get(name), str):
            return shown
    return None


def _header(connection: HTTPConnection) -> str | None:
    # Every request is asked for this one; Starlette's view of the headers costs ten times as much.
    for name, value in connection.scope["headers"]:
        if name == b"authorization":
            return str(value, "latin-1")
    return None
