"""Changing one's username: the one before leads to the same person for a while, in which nobody else can take it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from clock import in_milliseconds, moment, now_ms
from errors import Conflict, RateLimited, Unauthenticated
from graph.errors import ConstraintViolated
from graph.rows.audit import AuditAction
from graph.rows.users import UserRow
from services.accounts.audit import audit_entry
from services.accounts.names import UsernameRules
from services.accounts.sign_up import taken
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.user_events import UserRenamed

REASON = "By themselves."
"""The reason in the audit log."""
SECOND = 1_000
"""Milliseconds."""


class _Outcome(StrEnum):
    """What came of a change."""

    CHANGED = "CHANGED"
    SAME = "SAME"
    TOO_SOON = "TOO_SOON"
    TAKEN = "TAKEN"
    LOOKALIKE = "LOOKALIKE"


@dataclass(frozen=True, slots=True)
class UsernameChange:
    """Changes usernames, once within `every`; the one before is theirs alone for `quarantine`.

    To write the same name in other letters of upper and lower case is possible at any time, and so is to go back, once after
    each change. Who could have the name is decided in the transaction, under a lock on both names.
    """

    writer: CommandWriter
    rules: UsernameRules
    every: timedelta
    quarantine: timedelta

    async def run(self, viewer: Viewer, username: str) -> UserRow:
        """Change the username of the viewer. To the one that they have, it changes nothing.

        Raises:
            InvalidInput: the name breaks the rules.
            Conflict: somebody else has the name, or had it until a while ago; or it looks like that of somebody verified.
            RateLimited: they changed it not long ago.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        name, at = self.rules.check(username), now_ms()

        def renamed(row: Sequence[Any]) -> list[UserRenamed]:
            former = tuple(row[2])
            return [UserRenamed(user_id=viewer.id, user_key=viewer.key, username_key=name.key, former_keys=former)]

        try:
            row = await self.writer.of_viewer(viewer.id).write(
                "accounts/change_username",
                events=lambda row: renamed(row) if row[0] == _Outcome.CHANGED else [],
                unchanged=lambda row: renamed(row) if row[0] == _Outcome.SAME else [],
                id=viewer.id,
                username=name.text,
                usernameKey=name.key,
                skeleton=name.skeleton,
                at=at,
                since=at - in_milliseconds(self.every),
                until=at + in_milliseconds(self.quarantine),
                entry=audit_entry(AuditAction.USERNAME_CHANGED, viewer.id, REASON),
            )
        except ConstraintViolated as error:
            raise taken(error) from error
        if row is None:
            raise Unauthenticated
        outcome, columns, _, changed_at = row
        if outcome == _Outcome.TOO_SOON:
            raise _too_soon(changed_at + in_milliseconds(self.every), at)
        if (message := _CANNOT.get(outcome)) is not None:
            raise Conflict(message, "username")
        return UserRow.of(columns)


_CANNOT = {
    _Outcome.TAKEN: "This username is taken.",
    _Outcome.LOOKALIKE: "This username looks like that of somebody who is verified. Choose another.",
}


def _too_soon(end: int, now: int) -> RateLimited:
    """Return the error for somebody who can change it again at an end; both are in milliseconds since 1970 UTC."""
    day = moment(end).date().isoformat()
    return RateLimited(-(-(end - now) // SECOND), f"A username does not change often. Yours can change again on {day}.")
