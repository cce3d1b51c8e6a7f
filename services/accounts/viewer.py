"""The viewer: who makes a request, by their access token; and the result of signing in."""

from dataclasses import dataclass
from datetime import datetime

from graph.rows.personal_tokens import TokenScope
from graph.rows.users import UserRow
from keyspace.sessions import SessionKey
from services.accounts.device_tokens import DeviceToken


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in user. `key` is their small integer; at `expires_at` their token ends.

    `session` is that of their token. Where a program acts as them, there is none: `scopes` is what its token
    opens, and `token_id` which one it is. A token that one of our own programs signs for itself has neither.
    """

    id: str
    key: int
    expires_at: datetime
    scopes: frozenset[TokenScope] | None = None
    token_id: str | None = None
    session: SessionKey | None = None

    @property
    def session_id(self) -> str | None:
        """The id of the session of their token."""
        return None if self.session is None else self.session.id


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A signed token in its written form, and the viewer that it stands for."""

    token: str
    viewer: Viewer

    @property
    def expires_at(self) -> datetime:
        """When the token ends."""
        return self.viewer.expires_at


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token in its written form, and when it ends unless it is used before."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SessionTokens:
    """What a device has of its session: a token for requests, and one by which it gets the next two."""

    access: AccessToken
    refresh: RefreshToken


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in on a device: their row, their tokens, and after a log-in that of the device."""

    user: UserRow
    tokens: SessionTokens
    device: DeviceToken | None = None
