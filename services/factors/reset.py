"""Removing the second factors of somebody who has lost them all, by the operator of the server; it is in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from errors import NotFound
from graph.rows.audit import AuditAction
from graph.rows.mails import MailKind
from services.accounts.audit import audit_entry
from services.accounts.names import username_key
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.events.factor_events import FactorsReset
from services.mail.writing import MailWriting


@dataclass(frozen=True, slots=True)
class FactorReset:
    """Removes second factors. Who has a password logs in by that alone afterwards; they are told by mail."""

    writer: CommandWriter
    mail: MailWriting

    async def run(self, username: str, reason: str) -> bool:
        """Remove all second factors of somebody, and return whether they had any.

        Raises:
            InvalidInput: the reason is blank or too long.
            NotFound: nobody with an account has this username.

        """
        entry = audit_entry(AuditAction.FACTORS_RESET, None, reason)
        notices = self.mail.notices(MailKind.FACTORS_RESET)

        def events(row: Sequence[Any]) -> list[Event]:
            user_id, is_new = row
            return [FactorsReset(user_id=user_id), *(each.requested() for each in notices)] if is_new else []

        row = await self.writer.write(
            "factors/reset",
            events=events,
            usernameKey=username_key(username.removeprefix("@")),
            entry=entry,
            mails=[each.mail for each in notices],
        )
        if row is None:
            raise NotFound("person")
        return bool(row[1])
