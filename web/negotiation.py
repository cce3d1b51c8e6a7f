"""Content negotiation: chooses the media type of the response by the `Accept` header."""

from enum import Enum
from functools import lru_cache
from math import isnan, nan

from error_codes import ErrorCode
from web.refusals import RequestRefused


class MediaType(Enum):
    """The media types of responses."""

    JSON = "application/json"
    RESPONSE = "application/graphql-response+json"
    EVENTS = "text/event-stream"
    MULTIPART = "multipart/mixed"
    HTML = "text/html"


    @property
    def is_stream(self) -> bool:
        """Whether it carries any number of results."""
        return self in _STREAMS


_STREAMS = frozenset({MediaType.EVENTS, MediaType.MULTIPART})
_JSON_RANGES = ("*/*", "application/*")
_SUBSCRIPTION_SPEC = "1.0"


CACHED_HEADER_BYTES = 256
"""Longest header whose result is cached, in bytes; long headers from attackers would fill the memory."""


def negotiate(accept: bytes | None, *, html: bool) -> MediaType:
    """Return the media type with the highest quality, or the first one among equals.

    `*/*` and `application/*`, which programs send, get plain JSON and never a page. `html` says whether there is a page.

    Raises:
        RequestRefused: the client accepts none of our types.

    """
    if not accept:
        return MediaType.JSON
    return (_cached_negotiate if len(accept) <= CACHED_HEADER_BYTES else _negotiate)(accept, html=html)


def _negotiate(accept: bytes, *, html: bool) -> MediaType:
    best: tuple[float, MediaType] | None = None
    for part in str(accept, "latin-1").split(","):
        name, quality, spec = _range(part)
        media = _media_type(name, spec, html=html)
        if media and quality > 0 and (best is None or quality > best[0]):
            best = (quality, media)
    if best is None:
        raise RequestRefused(406, ErrorCode.NOT_ACCEPTABLE, "Accept application/graphql-response+json or application/json.")
    return best[1]


# All clients together send only a few different values; the size limits what attackers can store.
_cached_negotiate = lru_cache(maxsize=256)(_negotiate)


def _media_type(name: str, spec: str, *, html: bool) -> MediaType | None:
    if name in _JSON_RANGES:
        return MediaType.JSON
    if name == MediaType.HTML.value:
        return MediaType.HTML if html else None
    if name == MediaType.MULTIPART.value:
        # Without this parameter it means another protocol, of results in pieces.
        return MediaType.MULTIPART if spec == _SUBSCRIPTION_SPEC else None
    return next((media for media in (MediaType.JSON, MediaType.RESPONSE, MediaType.EVENTS) if media.value == name), None)


def _range(part: str) -> tuple[str, float, str]:
    """Return the media range, its quality and its parameter `subscriptionSpec`."""
    name, *parameters = part.split(";")
    quality, spec = 1.0, ""
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        match key.strip().lower():
            case "q":
                quality = _quality(value.strip())
            case "subscriptionspec":
                spec = value.strip().strip('"')
    return name.strip().lower(), quality, spec


def _quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        quality = nan
    # An invalid quality counts as 1.
    return 1.0 if isnan(quality) else quality
