"""The viewer: who makes a request, by their access token; and the result of signing in."""

from dataclasses import dataclass
from datetime import datetime

from graph.rows.personal_tokens import TokenScope
from graph.rows.users import UserRow


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in user. `key` is their small integer; at `expires_at` their token ends.

    Where a program acts as them, `scopes` is what its token opens, and `token_id` which one it is.
    """

    id: str
    key: int
    expires_at: datetime
    scopes: frozenset[TokenScope] | None = None
    token_id: str | None = None


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
class SignedIn:
    """Somebody who has just signed up or logged in: their row and their token."""

    user: UserRow
    access: AccessToken
