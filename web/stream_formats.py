"""The two forms of a stream over HTTP: server-sent events and a multipart response. Both carry the same.

| what | server-sent events | multipart |
| --- | --- | --- |
| a result | event `next` | part `{"payload": …}` |
| a sign of life | a comment | part `{}` |
| an error of the operation | event `next` with `errors`, then `complete` | part `{"payload": {"errors": […]}}`, the end |
| an error from outside | event `next` with `errors`, then `complete` | part `{"payload": null, "errors": […]}`, the end |
| come back | field `retry`, and no `complete` | such a part with `UNAVAILABLE` and `retryAfter` |
| the end | event `complete` | last boundary |

Sources: PROTOCOL.md of graphql-sse, "distinct connections mode"; Apollo's multipart protocol for subscriptions,
`subscriptionSpec=1.0`. A sign of life is no event of its own: graphql-sse fails on an event that is neither `next` nor
`complete`, and every client skips comments, while code that reads the bytes sees them.
"""

from dataclasses import dataclass
from typing import Protocol

import orjson

from web.metrics import Transport
from web.negotiation import MediaType


class StreamFormat(Protocol):
    """How a stream is written."""

    @property
    def transport(self) -> Transport:
        """The label of metrics."""

    @property
    def content_type(self) -> bytes:
        """The value of the header."""

    @property
    def beginning(self) -> bytes:
        """What comes before everything else."""

    @property
    def sign_of_life(self) -> bytes:
        """What fills silence."""

    @property
    def end(self) -> bytes:
        """What says that the stream is complete."""

    def result(self, json: bytes) -> bytes:
        """Return a result, given as JSON without line breaks."""

    def error(self, error: object) -> bytes:
        """Return an error that ends the stream, and its end."""

    def come_back(self, error: object, seconds: float) -> bytes:
        """Return what has the client come back after about so many seconds, and the end; `error` is for those who need one."""


@dataclass(frozen=True, slots=True)
class ServerSentEvents:
    """`text/event-stream`."""

    transport: Transport = "sse"
    content_type: bytes = b"text/event-stream; charset=utf-8"
    beginning: bytes = b""
    sign_of_life: bytes = b":\n\n"
    end: bytes = b"event: complete\ndata:\n\n"

    def result(self, json: bytes) -> bytes:
        """Return an event `next`."""
        return b"event: next\ndata: " + json + b"\n\n"

    def error(self, error: object) -> bytes:
        """Return a result with the error, and `complete`."""
        return self.result(orjson.dumps({"errors": [error]})) + self.end

    def come_back(self, _error: object, seconds: float) -> bytes:
        """Return the time to come back after; without a `complete`, clients do so by themselves."""
        return b"retry: %d\n\n" % round(seconds * 1_000)


@dataclass(frozen=True, slots=True)
class Multipart:
    """`multipart/mixed;subscriptionSpec=1.0`. A boundary follows each part at once: clients read a part when its end has come."""

    transport: Transport = "multipart"
    content_type: bytes = b'multipart/mixed;boundary="graphql";subscriptionSpec=1.0'
    beginning: bytes = b"\r\n--graphql"
    sign_of_life: bytes = b"\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql"
    end: bytes = b"--\r\n"

    def result(self, json: bytes) -> bytes:
        """Return a part with a payload."""
        return _part(b'{"payload":' + json + b"}")

    def error(self, error: object) -> bytes:
        """Return a part with the error and without a payload, and the last boundary."""
        return _part(orjson.dumps({"payload": None, "errors": [error]})) + self.end

    def come_back(self, error: object, _seconds: float) -> bytes:
        """Return the error, which has the time to come back after."""
        return self.error(error)


def _part(json: bytes) -> bytes:
    return b"\r\ncontent-type: application/json\r\n\r\n" + json + b"\r\n--graphql"


FORMATS: dict[MediaType, StreamFormat] = {MediaType.EVENTS: ServerSentEvents(), MediaType.MULTIPART: Multipart()}
"""The media types that are streams."""
