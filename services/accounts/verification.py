"""The verified mark: an administrator says that a person is who they say they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import NotFound
from graph.rows.audit import AuditAction
from services.accounts.audit import audit_entry
from services.accounts.roles import check_administrator
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.user_events import UserUpdated


@dataclass(frozen=True, slots=True)
class Verification:
    """Sets and removes the mark, with an entry in the audit log. To do either again changes nothing."""

    writer: CommandWriter

    async def verify(self, viewer: Viewer, user_id: str, reason: str) -> None:
        """Mark somebody as verified, from now on; who is already, stays so since when they were.

        Raises:
            InvalidInput: the reason is blank or too long.
            NotFound: there is no such person in use of their account.
            RoleNeeded: the viewer is no administrator.

        """
        await self._write(viewer, user_id, now_ms(), audit_entry(AuditAction.USER_VERIFIED, viewer.id, reason))

    async def unverify(self, viewer: Viewer, user_id: str, reason: str) -> None:
        """Take the mark from somebody.

        Raises:
            InvalidInput: the reason is blank or too long.
            NotFound: there is no such person in use of their account.
            RoleNeeded: the viewer is no administrator.

        """
        await self._write(viewer, user_id, None, audit_entry(AuditAction.USER_UNVERIFIED, viewer.id, reason))

    async def _write(self, viewer: Viewer, user_id: str, verified_at: int | None, entry: Mapping[str, object]) -> None:
        def events(row: Sequence[Any]) -> list[UserUpdated]:
            _, key, is_new = row
            return [UserUpdated(user_id=user_id, user_key=key, profile=True)] if is_new else []

        allowed, key, _ = await self.writer.of_viewer(viewer.id).write(
            "users/set_verified", events=events, actor=viewer.id, subject=user_id, verifiedAt=verified_at, entry=entry
        )
        check_administrator(allowed=allowed)
        if key is None:
            raise NotFound("person")
