"""Writes HTTP responses: status, headers and body."""

import orjson
from starlette.types import Send

from error_codes import ErrorCode
from errors import RateLimited, RookeryError, Unavailable
from web.drain import RETRY_AFTER_SECONDS
from web.headers import Header
from web.negotiation import MediaType
from web.running import Answer

# Responses depend on the viewer and on the media type.
_COMMON: tuple[Header, ...] = ((b"cache-control", b"no-store"), (b"vary", b"accept, authorization, cookie"))
_HEADERS: dict[MediaType, tuple[Header, ...]] = {
    media: ((b"content-type", f"{media.value}; charset=utf-8".encode()), *_COMMON) for media in MediaType
}
_STATUSES = {
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.UNAVAILABLE: 503,
    ErrorCode.OUTCOME_UNKNOWN: 503,
}


async def send_answer(send: Send, answer: Answer, media: MediaType, *headers: Header) -> None:
    """Send the answer of an operation, with the status that GraphQL over HTTP requires."""
    await send_body(send, status_of(answer, media), answer.json, media, *_error_headers(answer.cause), *headers)


async def send_errors(send: Send, status: int, errors: list[object], media: MediaType, *headers: Header) -> None:
    """Send the errors of a request that has no operation."""
    await send_body(send, status, orjson.dumps({"errors": errors}), media, *headers)


async def send_body(send: Send, status: int, body: bytes, media: MediaType, *headers: Header) -> None:
    """Send a whole response."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*_HEADERS[media], length, *headers]})
    await send({"type": "http.response.body", "body": body})


def status_of(answer: Answer, media: MediaType) -> int:
    """Return the HTTP status of an answer.

    The codes 401, 403, 429 and 503 are used for every media type, because proxies and clients act on them. Otherwise, when
    nothing ran, plain JSON gets 200 and `application/graphql-response+json` gets 400.
    """
    if not answer.refused:
        return 200
    if answer.cause is not None and answer.cause.code in _STATUSES:
        return _STATUSES[answer.cause.code]
    return refused_status(media)


def refused_status(media: MediaType) -> int:
    """Return the HTTP status for a document that does not run."""
    return 400 if media is MediaType.RESPONSE else 200


def _error_headers(cause: RookeryError | None) -> tuple[Header, ...]:
    if isinstance(cause, RateLimited):
        return ((b"retry-after", str(cause.retry_after).encode()),)
    if isinstance(cause, Unavailable):
        return ((b"retry-after", str(RETRY_AFTER_SECONDS).encode()),)
    if cause is not None and cause.code == ErrorCode.UNAUTHENTICATED:
        return ((b"www-authenticate", b"Bearer"),)
    return ()
