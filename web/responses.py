"""Writing answers to HTTP: status, headers and body."""

import orjson
from starlette.types import Send

from errors import RateLimited, RookeryError, Unavailable
from web.drain import RETRY_AFTER_SECONDS
from web.headers import Header
from web.negotiation import Media
from web.running import Answer

# Answers depend on the viewer, and on what the client accepts.
_COMMON: tuple[Header, ...] = ((b"cache-control", b"no-store"), (b"vary", b"accept, authorization"))
_HEADERS: dict[Media, tuple[Header, ...]] = {
    media: ((b"content-type", f"{media.value}; charset=utf-8".encode()), *_COMMON) for media in Media
}
_STATUSES = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "RATE_LIMITED": 429,
    "UNAVAILABLE": 503,
}


async def send_answer(send: Send, answer: Answer, media: Media) -> None:
    """Send the answer of an operation with the status that GraphQL over HTTP gives it."""
    await send_body(send, status_of(answer, media), answer.json, media, *_retry_after(answer.cause))


async def send_errors(send: Send, status: int, errors: list[object], media: Media, *headers: Header) -> None:
    """Send errors of a request that did not become an operation."""
    await send_body(send, status, orjson.dumps({"errors": errors}), media, *headers)


async def send_body(send: Send, status: int, body: bytes, media: Media, *headers: Header) -> None:
    """Send a whole response."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*_HEADERS[media], length, *headers]})
    await send({"type": "http.response.body", "body": body})


def status_of(answer: Answer, media: Media) -> int:
    """Give the HTTP status of an answer.

    Who may not ask, or not now, learns it from the status in either form, since proxies and clients act on it.
    Otherwise plain JSON gets 200 even when nothing ran, and `application/graphql-response+json` gets 400 then.
    """
    if not answer.refused:
        return 200
    if answer.cause is not None and answer.cause.code in _STATUSES:
        return _STATUSES[answer.cause.code]
    return refused_status(media)


def refused_status(media: Media) -> int:
    """Give the status for a document that does not run."""
    return 400 if media is Media.RESPONSE else 200


def _retry_after(cause: RookeryError | None) -> tuple[Header, ...]:
    if isinstance(cause, RateLimited):
        return ((b"retry-after", str(cause.retry_after).encode()),)
    if isinstance(cause, Unavailable):
        return ((b"retry-after", str(RETRY_AFTER_SECONDS).encode()),)
    if cause is not None and cause.code == "UNAUTHENTICATED":
        return ((b"www-authenticate", b"Bearer"),)
    return ()
