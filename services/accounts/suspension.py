"""Suspending users, for operators: hidden from everybody, and unable to sign in, until they are restored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import NotFound
from graph.rows.audit import AuditAction
from services.accounts.audit import audit_entry
from services.accounts.names import username_key
from services.accounts.sessions import Sessions
from services.events.account_events import SessionsEnded
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.events.user_events import UserUpdated


@dataclass(frozen=True, slots=True)
class Suspension:
    """Suspends and restores accounts, each with an entry in the audit log; to do either again changes nothing.

    A suspension ends the sessions of the account.
    """

    writer: CommandWriter
    sessions: Sessions

    async def suspend(self, username: str, reason: str) -> bool:
        """Suspend somebody, and return whether that changed anything.

        Raises:
            InvalidInput: the reason is blank or too long.
            NotFound: nobody has this username.

        """

        def ended(id_: str, key: int) -> list[Event]:
            return [SessionsEnded(user_id=id_, user_key=key, latest=now_ms())]

        key, is_new = await self._write("accounts/suspend", username, AuditAction.USER_SUSPENDED, reason, ended)
        await self.sessions.end_all_soon(key)
        return is_new

    async def restore(self, username: str, reason: str) -> bool:
        """End a suspension, and return whether there was one. An account that was deactivated before is deactivated again.

        Raises:
            InvalidInput: the reason is blank or too long.
            NotFound: nobody has this username.

        """
        _, changed = await self._write("accounts/restore", username, AuditAction.USER_RESTORED, reason, lambda *_: [])
        return changed

    async def _write(
        self, name: str, username: str, action: AuditAction, reason: str, more: Callable[[str, int], list[Event]]
    ) -> tuple[int, bool]:
        """Return the key of the person, and whether anything changed; then there are `more` events of the id and the key."""

        def events(row: Sequence[Any]) -> list[Event]:
            id_, key, changed = row
            return [UserUpdated(user_id=id_, user_key=key), *more(id_, key)] if changed else []

        entry, key = audit_entry(action, None, reason), username_key(username.removeprefix("@"))
        row = await self.writer.write(name, events=events, usernameKey=key, entry=entry)
        if row is None:
            raise NotFound("person")
        return row[1], bool(row[2])
