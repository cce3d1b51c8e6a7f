"""Where logging in by a provider may lead back to: pages of ours, and apps by the address that the operator names."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from errors import InvalidInput
from web.origins import Origins

_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?\[\]!$&'()*+,;=%-]{1,512}")
"""What stands in an address (RFC 3986), without its fragment, which is ours, without `@`, before which another host could seem
to stand, and without what browsers read in another way than we do, such as a backslash."""


class ReturnAddresses:
    """The addresses that a browser may be sent to with a code."""

    def __init__(self, origins: Origins, apps: Iterable[str]) -> None:
        """Take the origins whose pages may log in, and the addresses of apps, in full."""
        self._origins, self._apps = origins, frozenset(apps)

    def checked(self, address: str, host: str | None) -> str:
        """Return an address where it may be gone to; `host` is the server's own name in the request.

        Raises:
            InvalidInput: on `return_to`, where it may not.

        """
        if address in self._apps or (_ADDRESS.fullmatch(address) and self._is_page(address, host)):
            return address
        raise InvalidInput("return_to", "This is no page of an allowed origin, nor the address of an app that is named here.")

    def _is_page(self, address: str, host: str | None) -> bool:
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        return parts.scheme in {"http", "https"} and self._origins.allows(f"{parts.scheme}://{parts.netloc}", host)
