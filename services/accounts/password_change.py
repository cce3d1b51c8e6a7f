"""Changing one's password: it takes the present one, and ends every other session."""

from collections.abc import Sequence
from dataclasses import dataclass

from clock import now_ms
from errors import Unauthenticated
from graph.rows.mails import MailKind
from services.accounts.email_addresses import EmailAddress
from services.accounts.own_password import OwnPassword, changed_meanwhile
from services.accounts.password_rules import check_password
from services.accounts.passwords import Passwords
from services.accounts.sessions import Sessions
from services.accounts.viewer import Viewer
from services.events.account_events import SessionsEnded
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.mail.writing import MailWriting
from services.sealing import Sealing


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """Changes passwords, and tells the owner. `emails` opens addresses."""

    writer: CommandWriter
    own_password: OwnPassword
    passwords: Passwords
    emails: Sealing
    mail: MailWriting
    sessions: Sessions

    async def run(self, viewer: Viewer, current: str | None, new: str, address: str) -> Sequence[str]:
        """Change the viewer's password, or set their first; return the ids of the sessions that ended: all but that of the token.

        `address` is the IP address of the client. Tokens of programs stay: no password opens them. While Redis is away, the
        worker ends the sessions later.

        Raises:
            InvalidInput: on `currentPassword`, which is not theirs or not any more; or on `newPassword`, with the rule it breaks.
            RateLimited: the present password was wrong too often.
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: Redis or the graph is down, or too many passwords are being hashed; nothing was changed.

        """
        stored = await self.own_password.check(viewer, current, address, "currentPassword")
        row = await self.writer.of_viewer(viewer.id).graph.read("accounts/for_new_password", id=viewer.id)
        if row is None:
            raise Unauthenticated
        username, sealed = row
        check_password(new, username, EmailAddress(self.emails.unseal(sealed)), "newPassword")
        await self.set_password(viewer, new, stored)
        return await self.sessions.end_others_soon(viewer)

    async def set_password(self, viewer: Viewer, password: str, stored: str) -> None:
        """Set a password that the rules accepted, in place of the one whose hash is `stored`.

        Raises:
            InvalidInput: on `currentPassword`, which was changed meanwhile.
            Unavailable: the graph is down, or too many passwords are being hashed; nothing was changed.

        """

        def events(key: int) -> list[Event]:
            ended = SessionsEnded(user_id=viewer.id, user_key=key, latest=now_ms(), spared=viewer.session_id or "")
            return [ended, *(each.requested() for each in notices)]

        renewed, notices = await self.passwords.hash(password), self.mail.notices(MailKind.OWN_PASSWORD_CHANGED)
        done = await self.writer.of_viewer(viewer.id).write(
            "accounts/set_password",
            events=events,
            id=viewer.id,
            stored=stored,
            renewed=renewed,
            at=now_ms(),
            mails=[each.mail for each in notices],
        )
        if done is None:
            raise changed_meanwhile("currentPassword")
