"""What a client sends beside its operation, and what it is given to keep beside the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import HTTPConnection
from starlette.types import Scope

from errors import Forbidden
from web.cookies import SessionCookies, asks_for_cookies
from web.headers import Header
from web.limit_statuses import LimitStatus, note

_SET = "rookery.set-cookie"
"""Key of the scope under which the headers stand that an answer gets."""


@dataclass(frozen=True, slots=True)
class Client:
    """The client of an operation. All of it is read when it is asked for: most operations ask for none."""

    connection: HTTPConnection
    cookies: SessionCookies
    answered_at_once: bool = False
    """Whether headers can still be given to it when the operation has run."""

    @property
    def user_agent(self) -> str:
        """What it says it is; nothing where it says nothing."""
        return self.connection.headers.get("user-agent", "")

    @property
    def languages(self) -> str:
        """Its `Accept-Language` header: what it prefers; nothing where it says nothing."""
        return self.connection.headers.get("accept-language", "")

    @property
    def wants_cookies(self) -> bool:
        """Whether it keeps the tokens of its session in cookies.

        Raises:
            Forbidden: it does, and this transport cannot give it any.

        """
        wants = asks_for_cookies(self.connection.scope["headers"])
        if wants and not self.answered_at_once:
            raise Forbidden("Cookies come with an answer over HTTP that is no stream.")
        return wants

    @property
    def refresh_cookie(self) -> str | None:
        """The refresh token that it has in a cookie.

        Raises:
            Forbidden: the request comes from a page that may not use it.

        """
        return self.cookies.refresh_token(self.connection.scope["headers"])

    @property
    def device_cookie(self) -> str | None:
        """The device token that it has in a cookie.

        Raises:
            Forbidden: the request comes from a page that may not use it.

        """
        return self.cookies.device_token(self.connection.scope["headers"])

    def keep(self, access: str, access_ends: datetime, refresh: str, refresh_ends: datetime) -> None:
        """Give it the tokens of a session to keep."""
        self._give(self.cookies.written(access, access_ends, refresh, refresh_ends))

    def keep_device(self, token: str, ends: datetime) -> None:
        """Give it a device token to keep."""
        self._give(self.cookies.written_device(token, ends))

    def tell_limit(self, name: str, quota: int, window: int, remaining: int, reset: int) -> None:
        """Tell it how a limit stands that its operation counted against, where it is answered at once; times are in seconds."""
        if self.answered_at_once:
            note(self.connection.scope, LimitStatus(name, quota, window, remaining, reset))

    def forget(self) -> None:
        """Take the tokens of its session from it."""
        self._give(self.cookies.removed())

    def _give(self, headers: Sequence[Header]) -> None:
        """Add headers: of two of the same cookie browsers keep the later."""
        self.connection.scope[_SET] = [*given_to_client(self.connection.scope), *headers]


def given_to_client(scope: Scope) -> Sequence[Header]:
    """Return the headers that an answer gets because of what its operation has done."""
    given: Sequence[Header] = scope.get(_SET, ())
    return given
