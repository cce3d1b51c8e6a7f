"""Reads request headers, and adds the security headers to responses."""

from collections.abc import Iterable
from operator import itemgetter

from starlette.types import Scope

Header = tuple[bytes, bytes]

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
# For everything that is not a page; a page brings its own policy.
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
# Two years, which the preload lists of browsers require.
_TRANSPORT = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")


class SecurityHeaders:
    """The security headers of every response, built once."""

    def __init__(self, *, https: bool) -> None:
        """`https` means that clients use HTTPS; browsers are then told to use nothing else."""
        self._always = (*_HEADERS, _TRANSPORT) if https else _HEADERS
        self._not_a_page = (*self._always, _POLICY)

    def added_to(self, headers: Iterable[Header], *more: Header) -> list[Header]:
        """Return the headers of a response with the security headers and `more` added."""
        given = list(headers)
        ours = self._always if _POLICY[0] in map(_NAME, given) else self._not_a_page
        return [*given, *ours, *more]


_NAME = itemgetter(0)


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers of a request by lower-case name; of a repeated header the first."""
    return dict(reversed(scope["headers"]))
