"""Signing somebody out everywhere, by an administrator or the operator: for an account that is in wrong hands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import NotFound
from graph.rows.audit import AuditAction
from services.accounts.audit import audit_entry
from services.accounts.named_person import person_named
from services.accounts.roles import check_administrator
from services.accounts.sessions import Sessions
from services.accounts.viewer import Viewer
from services.events.account_events import SessionsEnded
from services.events.command_writer import CommandWriter


@dataclass(frozen=True, slots=True)
class SigningOut:
    """Ends all sessions of others, each time with an entry in the audit log."""

    writer: CommandWriter
    sessions: Sessions

    async def run(self, viewer: Viewer, user_id: str, reason: str) -> None:
        """Sign somebody out on all devices, by an administrator.

        Raises:
            InvalidInput: the reason is blank or too long.
            NotFound: there is no such person.
            RoleNeeded: the viewer is no administrator.

        """
        await self._write(viewer.id, user_id, reason)

    async def run_by_operator(self, username: str, reason: str) -> None:
        """Do the same by order of the operator.

        Raises:
            InvalidInput: the reason is blank or too long.
            NotFound: nobody has this username.

        """
        await self._write(None, (await person_named(self.writer.graph, username)).id, reason)

    async def _write(self, actor: str | None, user_id: str, reason: str) -> None:
        def events(row: Sequence[Any]) -> list[SessionsEnded]:
            allowed, key = row
            return [SessionsEnded(user_id=user_id, user_key=key, latest=now_ms())] if allowed and key is not None else []

        entry = audit_entry(AuditAction.SESSIONS_ENDED, actor, reason)
        writer = self.writer if actor is None else self.writer.of_viewer(actor)
        allowed, key = await writer.write("accounts/end_sessions", events=events, actor=actor, subject=user_id, entry=entry)
        check_administrator(allowed=allowed)
        if key is None:
            raise NotFound("person")
        await self.sessions.end_all_soon(key)
