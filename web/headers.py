"""Headers that came with a request, and those that tell browsers to be careful with what we send."""

from collections.abc import Iterable
from operator import itemgetter

from starlette.types import Scope

Header = tuple[bytes, bytes]

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
# What is not a page needs nothing; a page brings its own policy.
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
# Two years, as browsers' preload lists ask.
_TRANSPORT = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")


class SecurityHeaders:
    """The headers of every response, built once."""

    def __init__(self, *, https: bool) -> None:
        """`https` says that clients reach us by HTTPS, and makes browsers keep to it."""
        self._always = (*_HEADERS, _TRANSPORT) if https else _HEADERS
        self._not_a_page = (*self._always, _POLICY)

    def added_to(self, headers: Iterable[Header], *more: Header) -> list[Header]:
        """Give a response's headers with ours and some more."""
        given = list(headers)
        ours = self._always if _POLICY[0] in map(_NAME, given) else self._not_a_page
        return [*given, *ours, *more]


_NAME = itemgetter(0)


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """Give the headers of a request by their names in lower case; of those that came twice the first."""
    return dict(reversed(scope["headers"]))
