"""Checks of the head of a request as a whole, once the parser has read it."""

from typing import TypeAlias

import httptools

from web import head_refusals
from web.head_refusals import HeadRefusal, is_host
from web.limits import ConnectionLimits

Headers: TypeAlias = list[tuple[bytes, bytes]]
"""Names in lower case, with their values."""


def size_fault(url: bytes, headers: Headers, limits: ConnectionLimits) -> HeadRefusal | None:
    """Return what is too large in a head, or None."""
    sizes = [len(name) + len(value) for name, value in headers]
    if len(url) > limits.request_line_bytes:
        return head_refusals.LINE_TOO_LONG
    if max(sizes, default=0) > limits.header_bytes:
        return head_refusals.HEADER_TOO_LARGE
    return head_refusals.HEAD_TOO_LARGE if sum(sizes) > limits.head_bytes else None


def host_fault(url: bytes, headers: Headers, http_version: str) -> HeadRefusal | None:
    """Return what is wrong with the host, or None: RFC 9112, section 3.2, requires one that is well-formed.

    HTTP/1.0 may have none. The host in an absolute request target replaces that of the headers, as section 3.2.2 asks.
    """
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) == 1:
        host = hosts[0] if url.startswith(b"/") else _take_host_of_target(url, headers) or hosts[0]
        return None if is_host(host) else head_refusals.HOST_MALFORMED
    if hosts:
        return head_refusals.HOST_REPEATED
    return None if http_version == "1.0" else head_refusals.HOST_MISSING


def _take_host_of_target(url: bytes, headers: Headers) -> bytes | None:
    """Replace the host in the headers by that of an absolute request target, and return it."""
    target = httptools.parse_url(url)
    if target.host is None:
        return None
    host = b"[%b]" % target.host if b":" in target.host else target.host
    if target.port is not None:
        host = b"%b:%d" % (host, target.port)
    headers[:] = [(name, host if name == b"host" else value) for name, value in headers]
    return host
