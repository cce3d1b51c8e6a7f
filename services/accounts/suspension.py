"""Suspending users, for operators: hidden from everybody, and unable to sign in, until they are restored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from errors import NotFound
from graph.rows.audit import AuditAction
from services.accounts.audit import audit_entry
from services.accounts.names import username_key
from services.events.command_writer import CommandWriter
from services.events.user_events import UserUpdated


@dataclass(frozen=True, slots=True)
class Suspension:
    """Suspends and restores accounts, each with an entry in the audit log; to do either again changes nothing."""

    writer: CommandWriter

    async def suspend(self, username: str, reason: str) -> bool:
        """Suspend somebody, and return whether that changed anything.

        Raises:
            InvalidInput: the reason is blank or too long.
            NotFound: nobody has this username.

        """
        return await self._write("accounts/suspend", username, AuditAction.USER_SUSPENDED, reason)

    async def restore(self, username: str, reason: str) -> bool:
        """End a suspension, and return whether there was one. An account that was deactivated before is deactivated again.

        Raises:
            InvalidInput: the reason is blank or too long.
            NotFound: nobody has this username.

        """
        return await self._write("accounts/restore", username, AuditAction.USER_RESTORED, reason)

    async def _write(self, name: str, username: str, action: AuditAction, reason: str) -> bool:
        def events(row: Sequence[Any]) -> list[UserUpdated]:
            id_, key, changed = row
            return [UserUpdated(user_id=id_, user_key=key)] if changed else []

        entry, key = audit_entry(action, None, reason), username_key(username.removeprefix("@"))
        row = await self.writer.write(name, events=events, usernameKey=key, entry=entry)
        if row is None:
            raise NotFound("person")
        return bool(row[2])
