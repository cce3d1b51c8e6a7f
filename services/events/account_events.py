"""Events of accounts: what nobody but their owner and administrators learns of."""

from dataclasses import dataclass

from keyspace.row_cache import PERSONAL_TOKENS, ROLES
from services.events.event import Event, Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesChanged(Event, type="account.roles_changed"):
    """Somebody was given a role, or lost one."""

    user_id: str

    def stale(self) -> Stale:
        """Return the roles of the user."""
        return Stale(rows=[(ROLES, self.user_id)])


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalTokenChanged(Event):
    """What the making and the end of a token of a program have in common."""

    user_id: str
    token_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalTokenCreated(PersonalTokenChanged, type="account.token_created"):
    """Somebody made a token for a program. Nobody could ask for its id before, so nothing is stale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalTokenRevoked(PersonalTokenChanged, type="account.token_revoked"):
    """Somebody revoked a token of a program."""

    def stale(self) -> Stale:
        """Return what the token proves."""
        return Stale(rows=[(PERSONAL_TOKENS, self.token_id)])


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsEnded(Event, type="account.sessions_ended"):
    """All sessions of somebody that were started until `latest` ended, but for the one that is spared."""

    user_id: str
    user_key: int
    latest: int
    spared: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReused(Event, type="account.session_reused"):
    """A refresh token was used twice, so it was stolen, and its session has ended."""

    user_id: str
    user_key: int
    session_id: str
    device: str = ""
