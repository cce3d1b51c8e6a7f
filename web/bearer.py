"""Reads the access token of a client: from the Authorization header, or from `connection_init` on a WebSocket."""

from collections.abc import Mapping

from starlette.requests import HTTPConnection

from errors import Unauthenticated


def bearer(connection: HTTPConnection, params: Mapping[str, object] | None) -> str | None:
    """Return the token that a client sends, or None when it sends none.

    Raises:
        Unauthenticated: it sends something that is not a bearer token.

    """
    sent = _parameter(params)
    if sent is None:
        sent = _header(connection)
    if sent is None:
        return None
    if not isinstance(sent, str):
        raise Unauthenticated("The parameter `authorization` must be a text.")
    scheme, _, token = sent.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("`Authorization` must read `Bearer` and an access token.")
    return token.strip()


def _parameter(params: Mapping[str, object] | None) -> object:
    """Read `authorization` in either spelling: browsers cannot set headers on a WebSocket, so it is a parameter.

    Null is no token. Anything else that is there is returned, so that a malformed one is refused and does not read as none.
    """
    for name in ("authorization", "Authorization"):
        if params is not None and (sent := params.get(name)) is not None:
            return sent
    return None


def _header(connection: HTTPConnection) -> str | None:
    # This runs for every request, and Starlette's view of the headers costs ten times as much.
    for name, value in connection.scope["headers"]:
        if name == b"authorization":
            return str(value, "latin-1")
    return None
