"""Reads the body of an HTTP request, with limits in bytes and in time."""

import asyncio
from functools import lru_cache

from starlette.types import Receive

from eager import Finished, resume, start
from error_codes import ErrorCode
from web.negotiation import CACHED_HEADER_BYTES
from web.refusals import RequestRefused, bad_request, too_large


class ClientDisconnected(Exception):
    """The client closed the connection, so nobody reads a response."""


def check_content_type(content_type: bytes | None, content_encoding: bytes | None) -> None:
    """Accept JSON in UTF-8 only.

    This also prevents cross-site request forgery: a browser sends this type to another origin only after a preflight,
    which names the allowed origins.

    Raises:
        RequestRefused: the body has another type, encoding or character set.

    """
    short = len(content_type or b"") + len(content_encoding or b"") <= CACHED_HEADER_BYTES
    (_cached_check if short else _check)(content_type, content_encoding)


def _check(content_type: bytes | None, content_encoding: bytes | None) -> None:
    media, _, parameters = str(content_type or b"", "latin-1").partition(";")
    if media.strip().lower() != "application/json":
        raise _unsupported("Send the request as `Content-Type: application/json`.")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in {"utf-8", "utf8"}:
            raise _unsupported("Send the request in UTF-8.")
    if content_encoding and content_encoding.strip().lower() != b"identity":
        raise _unsupported("Send the request body uncompressed.")


# As with `Accept`, clients send only a few different values. Refusals are exceptions, which are not cached.
_cached_check = lru_cache(maxsize=256)(_check)


def _unsupported(message: str) -> RequestRefused:
    return RequestRefused(415, ErrorCode.UNSUPPORTED_MEDIA_TYPE, message, (b"accept-post", b"application/json; charset=utf-8"))


async def read_body(receive: Receive, content_length: bytes | None, *, limit: int, seconds: float) -> bytes:
    """Read the whole body: at most `limit` bytes, within `seconds`.

    Raises:
        RequestRefused: it is empty, too large or too slow.
        ClientDisconnected: the client closed the connection.

    """
    if content_length is not None and content_length.isdigit() and int(content_length) > limit:
        raise too_large("request body", limit)
    reading = _collect(receive, limit)
    step = start(reading)
    if isinstance(step, Finished):  # the body had arrived together with the head, as most do
        body: bytes = step.result
    else:
        try:
            async with asyncio.timeout(seconds):
                body = await resume(reading, step)
        except TimeoutError as error:
            raise RequestRefused(408, ErrorCode.REQUEST_TIMEOUT, "The request body took too long to arrive.") from error
    if not body:
        message = "The request has no body."
        raise bad_request(message)
    return body


async def _collect(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise too_large("request body", limit)
        parts.append(part)
        if not message.get("more_body", False):
            return part if len(parts) == 1 else b"".join(parts)
