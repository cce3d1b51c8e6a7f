"""Giving and taking roles, by administrators and by the operator of the server; each change is in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from errors import InvalidInput, NotFound, RoleNeeded
from graph.rows.audit import AuditAction
from graph.rows.roles import AccountRole, with_member
from services.accounts.audit import audit_entry
from services.accounts.named_person import person_named
from services.accounts.viewer import Viewer
from services.events.account_events import RolesChanged
from services.events.command_writer import CommandWriter

HOLDERS_MAX = 1_000
"""Most people whom the operator is shown at once."""


@dataclass(frozen=True, slots=True)
class RoleChange:
    """The roles that somebody holds after a change, and whether it was one."""

    roles: Sequence[AccountRole]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Roles:
    """Gives and takes roles. To do either again changes nothing.

    Whether the actor is an administrator is asked in the transaction of the change, under a lock on their account: a role that
    was taken away does nothing from that moment, whatever a cache says.
    """

    writer: CommandWriter

    async def grant(self, viewer: Viewer, user_id: str, role: AccountRole, reason: str) -> RoleChange:
        """Give somebody a role.

        Raises:
            InvalidInput: everybody is a member; or the reason is blank or too long.
            NotFound: there is no such person in use of an account.
            RoleNeeded: the viewer is no administrator.

        """
        return await self._write("roles/grant", viewer.id, user_id, role, reason)

    async def revoke(self, viewer: Viewer, user_id: str, role: AccountRole, reason: str) -> RoleChange:
        """Take a role from somebody. No administrator takes that role from themselves, so taking roles away never leaves none.

        Raises:
            InvalidInput: everybody is a member; it is the viewer's own role of an administrator; or the reason is blank or too
                long.
            NotFound: there is no such person with an account.
            RoleNeeded: the viewer is no administrator.

        """
        if user_id == viewer.id and role is AccountRole.ADMINISTRATOR:
            message = "Another administrator must take this role from you, so taking roles away never leaves none."
            raise InvalidInput("userId", message)
        return await self._write("roles/revoke", viewer.id, user_id, role, reason)

    async def grant_by_operator(self, username: str, role: AccountRole, reason: str) -> RoleChange:
        """Give somebody a role by order of the operator: the first administrator has it so.

        Raises:
            InvalidInput: everybody is a member; or the reason is blank or too long.
            NotFound: nobody in use of an account has this username.

        """
        return await self._write("roles/grant", None, (await person_named(self.writer.graph, username)).id, role, reason)

    async def revoke_by_operator(self, username: str, role: AccountRole, reason: str) -> RoleChange:
        """Take a role from somebody by order of the operator, also from the last administrator.

        Raises:
            InvalidInput: everybody is a member; or the reason is blank or too long.
            NotFound: nobody with an account has this username.

        """
        return await self._write("roles/revoke", None, (await person_named(self.writer.graph, username)).id, role, reason)

    async def holders(self) -> Sequence[tuple[str, str, Sequence[AccountRole]]]:
        """Return who holds a role: username, state of the account, and the roles, by username, at most `HOLDERS_MAX`."""
        rows = await self.writer.graph.read("roles/holders", limit=HOLDERS_MAX)
        return [(name, state, [AccountRole(role) for role in roles]) for name, state, roles in rows]

    async def _write(self, name: str, actor: str | None, user_id: str, role: AccountRole, reason: str) -> RoleChange:
        if role is AccountRole.MEMBER:
            raise InvalidInput("role", "Everybody is a member: this role is neither given nor taken.")
        action = AuditAction.ROLE_GRANTED if name == "roles/grant" else AuditAction.ROLE_REVOKED
        entry = audit_entry(action, actor, reason, role=role.value)

        def events(row: Sequence[Any]) -> list[RolesChanged]:
            _, _, is_new, _ = row
            return [RolesChanged(user_id=user_id)] if is_new else []

        writer = self.writer if actor is None else self.writer.of_viewer(actor)
        allowed, key, is_new, roles = await writer.write(
            name, events=events, actor=actor, subject=user_id, role=role.value, entry=entry
        )
        check_administrator(allowed=allowed)
        if key is None:
            raise NotFound("person")
        return RoleChange(with_member(map(AccountRole, roles)), is_new)


def check_administrator(*, allowed: bool) -> None:
    """Raise RoleNeeded where a statement found that the actor is no administrator any more."""
    if not allowed:
        raise RoleNeeded(AccountRole.ADMINISTRATOR)
