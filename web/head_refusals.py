"""Requests that are refused before their head is complete or understood, and the answer that each one gets.

The application never sees them, so the answer is plain text: there is no `Accept` header to trust yet.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

# RFC 3986, section 3.2.2: a name, an IPv4 or a bracketed IPv6 address, and RFC 9110, section 7.2: an optional port.
_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]{2,45}\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2}){1,255})(?::[0-9]{0,5})?")


@dataclass(frozen=True, slots=True)
class HeadRefusal:
    """Why a connection is closed, and what the client reads before that."""

    status: HTTPStatus
    reason: str

    def response(self) -> bytes:
        """Return the whole response. It closes the connection: what follows in it cannot be trusted to be a request."""
        body = f"{self.reason}\n".encode()
        head = (
            f"HTTP/1.1 {self.status.value} {self.status.phrase}\r\n"
            f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(body)}\r\n"
            "cache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n"
        )
        return head.encode() + body


MALFORMED = HeadRefusal(HTTPStatus.BAD_REQUEST, "The request is not well-formed HTTP.")
HOST_MISSING = HeadRefusal(HTTPStatus.BAD_REQUEST, "The request has no Host header.")
HOST_REPEATED = HeadRefusal(HTTPStatus.BAD_REQUEST, "The request has more than one Host header.")
HOST_MALFORMED = HeadRefusal(HTTPStatus.BAD_REQUEST, "The Host header is not a host with an optional port.")
UPGRADE_BEHIND_REQUEST = HeadRefusal(HTTPStatus.BAD_REQUEST, "A WebSocket needs a connection of its own.")
LINE_TOO_LONG = HeadRefusal(HTTPStatus.REQUEST_URI_TOO_LONG, "The request line is too long.")
HEADER_TOO_LARGE = HeadRefusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "A header is too large.")
TOO_MANY_HEADERS = HeadRefusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request has too many headers.")
HEAD_TOO_LARGE = HeadRefusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large together.")
HEAD_TOO_SLOW = HeadRefusal(HTTPStatus.REQUEST_TIMEOUT, "The head of the request took too long to arrive.")
TOO_MANY_PIPELINED = HeadRefusal(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests wait for their answers on this connection.")


@lru_cache(maxsize=256)  # clients send a handful of hosts
def is_host(value: bytes) -> bool:
    """Return whether the value of a `Host` header is well formed and not empty: every `http` URI names a host."""
    return _HOST.fullmatch(value.strip(b" \t")) is not None
