"""Serves pictures over HTTP from the object store, at the immutable addresses of `services/media/addresses`.

In production a CDN is in front of it and requests each picture once.
"""

import re
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from errors import Unavailable

HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Accept-Ranges": "bytes",
}
"""Headers of every picture: it may be cached for a year, is never interpreted as another type, and any site may show it."""
UNCACHED_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Headers of a response that may differ later."""
WEBP = "image/webp"

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class ObjectInfo(Protocol):
    """Metadata of an object: its length in bytes, and its ETag without quotes."""

    @property
    def size(self) -> int:
        """Length in bytes."""

    @property
    def etag(self) -> str:
        """ETag without quotes."""


class ObjectReader(ObjectInfo, Protocol):
    """An object, or a range of it, that is being read; `size` is the length of the range."""

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body in chunks, and release the connection at the end."""

    def close(self) -> None:
        """Release the connection without reading."""


class ObjectStore(Protocol):
    """The part of `services.media.store.MediaStore` that is used here."""

    async def stat(self, key: str) -> ObjectInfo | None:
        """Return the metadata of an object, or None when there is none."""

    async def open(self, key: str, offset: int = 0, length: int = 0) -> ObjectReader | None:
        """Open an object at `offset` for `length` bytes, or to its end; None when there is none."""


@dataclass(frozen=True, slots=True)
class MediaEndpoint:
    """Serves one picture. `key_of` returns the key in the store for an id and a size."""

    store: ObjectStore
    key_of: Callable[[str, str], str]
    sizes: Collection[str]

    def route(self) -> Route:
        """Return the route; Starlette adds HEAD to GET."""
        return Route("/media/{media_id}/{size}.webp", self.answer, methods=["GET"], name="media")

    async def answer(self, request: Request) -> Response:
        """Respond with the picture, a range of it, or an error."""
        media_id, size = request.path_params["media_id"], request.path_params["size"]
        if size not in self.sizes or not _ID.fullmatch(media_id):
            return _missing()
        try:
            return await self._found(request, self.key_of(media_id, size))
        except Unavailable as error:
            return PlainTextResponse(error.message, 503, {**UNCACHED_HEADERS, "Retry-After": "5"})

    async def _found(self, request: Request, key: str) -> Response:
        """Read a whole picture with one request to the store. HEAD and conditional or ranged requests ask for metadata first."""
        if request.method == "GET" and not {"if-none-match", "range"} & set(request.headers):
            reading = await self.store.open(key)
            return _missing() if reading is None else _streamed(reading, 200, _head(reading))
        stored = await self.store.stat(key)
        if stored is None:
            return _missing()
        head = _head(stored)
        if _matches(request.headers.get("if-none-match", ""), stored.etag):
            return Response(status_code=304, headers=HEADERS | {"ETag": head["ETag"]})
        if request.method == "HEAD":
            return Response(headers=head, media_type=WEBP)
        return await self._range(request, key, stored)

    async def _range(self, request: Request, key: str, stored: ObjectInfo) -> Response:
        """Respond with the requested range, or with the whole picture if the range is not one that we support."""
        span = None
        if request.headers.get("if-range", f'"{stored.etag}"') == f'"{stored.etag}"':
            span = _requested_range(request.headers.get("range", ""), stored.size)
        if span is not None and not span:
            return Response(status_code=416, headers=UNCACHED_HEADERS | {"Content-Range": f"bytes */{stored.size}"})
        reading = await self.store.open(key, span.start if span else 0, len(span) if span else 0)
        if reading is None:
            return _missing()
        if span is None:
            return _streamed(reading, 200, _head(reading))
        content_range = f"bytes {span.start}-{span.stop - 1}/{stored.size}"
        return _streamed(reading, 206, _head(reading) | {"Content-Range": content_range})


def _head(stored: ObjectInfo) -> dict[str, str]:
    return HEADERS | {"ETag": f'"{stored.etag}"', "Content-Length": str(stored.size)}


def _streamed(reading: ObjectReader, status: int, headers: dict[str, str]) -> Response:
    return StreamingResponse(reading.chunks(), status, headers, WEBP)


def _missing() -> Response:
    return PlainTextResponse("There is no such picture.", 404, UNCACHED_HEADERS)


def _matches(if_none_match: str, etag: str) -> bool:
    """Compare weakly, as RFC 9110, section 13.1.2, requires."""
    etags = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return bool(etags & {"*", f'"{etag}"'})


def _requested_range(header: str, size: int) -> range | None:
    """Return the requested range: None if it may be ignored, an empty one if it cannot be satisfied."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(size, int(last or size) + (1 if last else 0)))
