"""Pictures over HTTP: the immutable addresses of `services/media/addresses`, read from the store and passed on.

In production a CDN stands in front, and each picture is read from here once.
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
"""What goes with every picture: kept for a year, never taken for anything but a picture, and shown on any site."""
NOT_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""What goes with an answer that may be another one later."""
WEBP = "image/webp"

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class Stored(Protocol):
    """What the store says of an object: its length in bytes, and its ETag without quotes."""

    @property
    def size(self) -> int:
        """Give the length."""

    @property
    def etag(self) -> str:
        """Give the ETag."""


class Reading(Stored, Protocol):
    """An object, or a part of it, while it is read; `size` is that of the part."""

    def chunks(self) -> AsyncIterator[bytes]:
        """Give the body piece by piece, and the connection back at the end."""

    def close(self) -> None:
        """Give the connection back without reading."""


class Pictures(Protocol):
    """The store, as far as it matters here: `services.media.store.MediaStore`."""

    async def stat(self, key: str) -> Stored | None:
        """Give what is known of an object, or None."""

    async def open(self, key: str, offset: int = 0, length: int = 0) -> Reading | None:
        """Begin to read an object from `offset` on, `length` bytes or all that follow, or give None."""


@dataclass(frozen=True, slots=True)
class MediaPage:
    """Answers for one picture. `key_of` gives the key of an id and a size in the store."""

    pictures: Pictures
    key_of: Callable[[str, str], str]
    sizes: Collection[str]

    def route(self) -> Route:
        """Give the route; Starlette adds HEAD to GET."""
        return Route("/media/{media_id}/{size}.webp", self.answer, methods=["GET"], name="media")

    async def answer(self, request: Request) -> Response:
        """Answer with the picture, a part of it, or why not."""
        media_id, size = request.path_params["media_id"], request.path_params["size"]
        if size not in self.sizes or not _ID.fullmatch(media_id):
            return _missing()
        try:
            return await self._found(request, self.key_of(media_id, size))
        except Unavailable as error:
            return PlainTextResponse(error.message, 503, {**NOT_KEPT, "Retry-After": "5"})

    async def _found(self, request: Request, key: str) -> Response:
        """Ask the store once for a whole picture; first for its size where less than that may do."""
        if request.method == "GET" and not {"if-none-match", "range"} & set(request.headers):
            reading = await self.pictures.open(key)
            return _missing() if reading is None else _streamed(reading, 200, _head(reading))
        stored = await self.pictures.stat(key)
        if stored is None:
            return _missing()
        head = _head(stored)
        if _matches(request.headers.get("if-none-match", ""), stored.etag):
            return Response(status_code=304, headers=HEADERS | {"ETag": head["ETag"]})
        if request.method == "HEAD":
            return Response(headers=head, media_type=WEBP)
        return await self._part(request, key, stored)

    async def _part(self, request: Request, key: str, stored: Stored) -> Response:
        """Answer with the range that was asked for, or the whole where the request is not one that we serve."""
        span = None
        if request.headers.get("if-range", f'"{stored.etag}"') == f'"{stored.etag}"':
            span = _span(request.headers.get("range", ""), stored.size)
        if span is not None and not span:
            return Response(status_code=416, headers=NOT_KEPT | {"Content-Range": f"bytes */{stored.size}"})
        reading = await self.pictures.open(key, span.start if span else 0, len(span) if span else 0)
        if reading is None:
            return _missing()
        if span is None:
            return _streamed(reading, 200, _head(reading))
        told = f"bytes {span.start}-{span.stop - 1}/{stored.size}"
        return _streamed(reading, 206, _head(reading) | {"Content-Range": told})


def _head(stored: Stored) -> dict[str, str]:
    return HEADERS | {"ETag": f'"{stored.etag}"', "Content-Length": str(stored.size)}


def _streamed(reading: Reading, status: int, headers: dict[str, str]) -> Response:
    return StreamingResponse(reading.chunks(), status, headers, WEBP)


def _missing() -> Response:
    return PlainTextResponse("There is no such picture.", 404, NOT_KEPT)


def _matches(if_none_match: str, etag: str) -> bool:
    """Compare weakly, as RFC 9110, section 13.1.2, asks."""
    told = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return bool(told & {"*", f'"{etag}"'})


def _span(asked: str, size: int) -> range | None:
    """Give the one range asked for: None for what may be ignored, an empty one for what cannot be satisfied."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(size, int(last or size) + (1 if last else 0)))
