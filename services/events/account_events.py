"""Events of accounts: what nobody but their owner and administrators learns of."""

from dataclasses import dataclass

from keyspace.row_cache import ROLES
from services.events.event import Event, Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesChanged(Event, type="account.roles_changed"):
    """Somebody was given a role, or lost one."""

    user_id: str
    user_key: int

    def stale(self) -> Stale:
        """Return the roles of the user."""
        return Stale(rows=[(ROLES, self.user_id)])
