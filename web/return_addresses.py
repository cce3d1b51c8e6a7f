"""Where logging in by a provider may lead back to: pages of allowed origins, and pages and apps by addresses that are listed.

Whoever has somebody follow a link chooses among these, and the verifier. So a page that hands on what stands behind its `#`,
such as a redirect to elsewhere, gives codes away. Our own pages of the way to a provider are such redirects.
"""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, unquote, urlsplit

from errors import InvalidInput
from web.origins import Origins

AUTH_PATH = "/auth"
"""Below it are the ways to providers and back."""
_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?\[\]!$&'()*+,;=%-]{1,512}")
"""What stands in an address (RFC 3986), without its fragment, which is ours, without `@`, before which another host could seem
to stand, and without what browsers read in another way than we do, such as a backslash."""


class ReturnAddresses:
    """The addresses that a browser may be sent to with a code."""

    def __init__(self, origins: Origins, listed: Iterable[str], providers: Iterable[str] = ()) -> None:
        """Take the origins whose pages may log in, addresses of apps and pages, in full, and the names of the providers.

        Of an origin with a listed page, only such pages count.
        """
        self._origins, self._listed, self._providers = origins, frozenset(listed), frozenset(providers)
        self._narrowed = frozenset(_origin_of(parts) for each in self._listed if (parts := _read(each)) is not None)

    def checked(self, address: str, host: str | None) -> str:
        """Return an address where it may be gone to; `host` is the server's own name in the request.

        Raises:
            InvalidInput: on `return_to`, where it may not.

        """
        if address in self._listed or (_ADDRESS.fullmatch(address) and self._is_page(address, host)):
            return address
        raise InvalidInput("return_to", "This is no page of an allowed origin, nor an address that is listed here.")

    def _is_page(self, address: str, host: str | None) -> bool:
        parts = _read(address)
        if parts is None or _origin_of(parts) in self._narrowed or self._is_redirect(parts.path):
            return False
        return self._origins.allows(f"{parts.scheme}://{parts.netloc}", host)

    def _is_redirect(self, path: str) -> bool:
        """Return whether a path could be a way to a provider, however it is spelled; this server may have several origins."""
        segments = [each for each in unquote(path).split("/") if each]
        is_way = segments[:1] == [AUTH_PATH.removeprefix("/")] and not self._providers.isdisjoint(segments[1:2])
        return is_way or not {".", ".."}.isdisjoint(segments)


def _read(address: str) -> SplitResult | None:
    """Return the parts of the address of a page; None where it is of none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} else None


def _origin_of(parts: SplitResult) -> tuple[str, str]:
    return parts.scheme, parts.netloc.lower()
