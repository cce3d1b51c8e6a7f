"""Which form of answer a client wants, by its `Accept` header."""

from enum import Enum
from functools import lru_cache
from math import isnan, nan

from web.refusals import RequestRefused


class Media(Enum):
    """A form of answer, by its media type."""

    JSON = "application/json"
    RESPONSE = "application/graphql-response+json"
    EVENTS = "text/event-stream"
    HTML = "text/html"


_JSON_RANGES = ("*/*", "application/*")


REMEMBERED_LENGTH = 256
"""Bytes of a header whose meaning is remembered; longer ones are read anew, or hostile ones would fill memory."""


def wanted(accept: bytes | None, *, html: bool) -> Media:
    """Pick the form that the client likes best; the one it names first among equals.

    Whatever is as vague as `*/*` gets plain JSON, never a page: a program sends that. `html` says whether there is a
    page to show.
    """
    if not accept:
        return Media.JSON
    return (_remembered if len(accept) <= REMEMBERED_LENGTH else _picked)(accept, html=html)


def _picked(accept: bytes, *, html: bool) -> Media:
    best: tuple[float, Media] | None = None
    for part in str(accept, "latin-1").split(","):
        name, quality = _range(part)
        media = _media(name, html=html)
        if media and quality > 0 and (best is None or quality > best[0]):
            best = (quality, media)
    if best is None:
        raise RequestRefused(406, "NOT_ACCEPTABLE", "Accept application/graphql-response+json or application/json.")
    return best[1]


# A handful of values come from all clients together; hostile ones push each other out.
_remembered = lru_cache(maxsize=256)(_picked)


def _media(name: str, *, html: bool) -> Media | None:
    if name in _JSON_RANGES:
        return Media.JSON
    if name == Media.HTML.value:
        return Media.HTML if html else None
    return next((media for media in (Media.JSON, Media.RESPONSE, Media.EVENTS) if media.value == name), None)


def _range(part: str) -> tuple[str, float]:
    name, *parameters = part.split(";")
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            return name.strip().lower(), _quality(value.strip())
    return name.strip().lower(), 1.0


def _quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        quality = nan
    # A client that cannot write a number is taken to mean what it named.
    return 1.0 if isnan(quality) else quality
