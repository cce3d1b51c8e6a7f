"""Session cookies of browsers: how they are written, and from which pages they are believed.

A page cannot read them, so no script that gets into it takes them along. Browsers send them by themselves, so a page of
somebody else must not act by them (cross-site request forgery). Nothing is stored against that: each request says where it comes
from.

- `SameSite=Lax`: pages of other sites get no cookie sent but by a link, which is a GET, and a GET changes nothing.
- Whatever comes with a cookie must come from a page of ours: by `Origin`, which browsers send with every POST, every request to
  another origin and every WebSocket, and no page can forge; without it by `Sec-Fetch-Site`. This stops pages of the same site,
  too, such as those of another subdomain.
- A POST takes only `application/json`, and sessions begin, go on and end in cookies only with the header `X-Rookery-Session`.
  Neither leaves a page for another origin without a preflight, which is for the listed origins alone. It also keeps anybody from
  signing others in as somebody else.

A client without any of these headers is no browser, and has no cookies but its own.
"""

from collections.abc import Sequence
from datetime import datetime

from clock import milliseconds, now_ms
from errors import Forbidden
from web.headers import Header
from web.origins import Origins

SESSION_HEADER = b"x-rookery-session"
"""Header by which a page asks to have its tokens in cookies, with the value `IN_COOKIES`."""
IN_COOKIES = b"cookie"
_OWN_SITES = (None, b"same-origin", b"none")
"""What `Sec-Fetch-Site` says of a page of the server itself, and of what somebody typed; None where it says nothing."""


class SessionCookies:
    """The two cookies of a session, its access token and its refresh token, and that of the device, which outlasts it."""

    def __init__(self, origins: Origins, *, secure: bool) -> None:
        """Take the pages that may use them; without `secure` they go over plain HTTP as well, for development.

        The prefix `__Host-` makes browsers refuse what another host of the site has set.
        """
        prefix = "__Host-" if secure else ""
        self._access, self._refresh = f"{prefix}rookery-access", f"{prefix}rookery-refresh"
        self._device = f"{prefix}rookery-device"
        self._attributes = f"; Path=/; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
        self._origins = origins

    def access_token(self, headers: Sequence[Header]) -> str | None:
        """Return the access token of a request, None where there is none, or where the request is about the session itself.

        Raises:
            Forbidden: it comes from a page that may not use it.

        """
        if not any(name == b"cookie" for name, _ in headers):  # as of every request but those of signed-in browsers
            return None
        found = _read(headers)
        token = None if found.about_session else found.cookies.get(self._access)
        if token is not None:
            self._check(found)
        return token

    def refresh_token(self, headers: Sequence[Header]) -> str | None:
        """Return the refresh token of a request that is about the session itself; None where there is none.

        Raises:
            Forbidden: it comes from a page that may not use it.

        """
        return self._about_session(headers, self._refresh)

    def device_token(self, headers: Sequence[Header]) -> str | None:
        """Return the device token of a request that is about the session itself; None where there is none.

        Raises:
            Forbidden: it comes from a page that may not use it.

        """
        return self._about_session(headers, self._device)

    def written(self, access: str, access_ends: datetime, refresh: str, refresh_ends: datetime) -> list[Header]:
        """Return the headers that give a browser both."""
        return [self._set(self._access, access, access_ends), self._set(self._refresh, refresh, refresh_ends)]

    def written_device(self, token: str, ends: datetime) -> list[Header]:
        """Return the headers that give a browser a device token."""
        return [self._set(self._device, token, ends)]

    def removed(self) -> list[Header]:
        """Return the headers that take those of a session from a browser."""
        return [(b"set-cookie", f"{name}={self._attributes}; Max-Age=0".encode()) for name in (self._access, self._refresh)]

    def _about_session(self, headers: Sequence[Header], name: str) -> str | None:
        found = _read(headers)
        token = found.cookies.get(name) if found.about_session else None
        if token is not None:
            self._check(found)
        return token

    def _set(self, name: str, value: str, ends: datetime) -> Header:
        seconds = max(0, (milliseconds(ends) - now_ms()) // 1_000)
        return b"set-cookie", f"{name}={value}{self._attributes}; Max-Age={seconds}".encode()

    def _check(self, found: "_Found") -> None:
        origin, host = found.text(b"origin"), found.text(b"host")
        if not (self._origins.allows(origin, host) if origin is not None else found.headers.get(b"sec-fetch-site") in _OWN_SITES):
            raise Forbidden("A page of another origin cannot use the cookies of this one.")


def asks_for_cookies(headers: Sequence[Header]) -> bool:
    """Return whether a request is about a session in cookies."""
    return any(name == SESSION_HEADER and _is_about_cookies(value) for name, value in headers)


def _is_about_cookies(value: bytes | None) -> bool:
    """Return whether a header asks for cookies.

    Raises:
        Forbidden: it asks for something that is not there, so that nobody is given tokens who wanted cookies.

    """
    if value is None or value.strip().lower() == IN_COOKIES:
        return value is not None
    raise Forbidden("The header X-Rookery-Session has one value, `cookie`.")


class _Found:
    """The headers of a request, by name, of a repeated one the first, and its cookies."""

    __slots__ = ("about_session", "cookies", "headers")

    def __init__(self, headers: dict[bytes, bytes], cookies: dict[str, str]) -> None:
        self.headers = headers
        self.cookies = cookies
        self.about_session = _is_about_cookies(headers.get(SESSION_HEADER))

    def text(self, name: bytes) -> str | None:
        value = self.headers.get(name)
        return None if value is None else str(value, "latin-1")


def _read(headers: Sequence[Header]) -> _Found:
    by_name: dict[bytes, bytes] = {}
    cookies: dict[str, str] = {}
    for name, value in headers:
        if name == b"cookie":  # HTTP/2 may send them apart
            for pair in str(value, "latin-1").split(";"):
                key, separator, text = pair.strip().partition("=")
                if separator:
                    cookies.setdefault(key, text)
        else:
            by_name.setdefault(name, value)
    return _Found(by_name, cookies)
