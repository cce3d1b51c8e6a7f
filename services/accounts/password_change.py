"""Changing one's password: it takes the present one, and ends every other session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from clock import now_ms
from errors import InvalidInput, Unauthenticated, Unavailable
from keyspace.limits import Allowance, RateLimits
from services.accounts.email_addresses import EmailAddress
from services.accounts.password_rules import check_password
from services.accounts.passwords import Passwords
from services.accounts.sessions import Sessions
from services.accounts.viewer import Viewer
from services.events.account_events import SessionsEnded
from services.events.command_writer import CommandWriter
from services.sealing import Sealing


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """Changes passwords; at most `attempts` wrong ones of a person within `window`. `emails` opens addresses."""

    writer: CommandWriter
    passwords: Passwords
    emails: Sealing
    sessions: Sessions
    limits: RateLimits
    attempts: int
    window: timedelta

    async def run(self, viewer: Viewer, current: str, new: str) -> Sequence[str]:
        """Change the viewer's password, and return the ids of the sessions that ended: all but that of their token.

        Tokens of programs stay: no password opens them. While Redis is away, the worker ends the sessions later.

        Raises:
            InvalidInput: on `currentPassword`, which is not theirs or not any more; or on `newPassword`, with the rule it breaks.
            RateLimited: the present password was wrong too often.
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: Redis or the graph is down, or too many passwords are being hashed; nothing was changed.

        """
        username, email, stored = await self._proved(viewer, current)
        check_password(new, username, email, "newPassword")
        await self.set_password(viewer, new, stored)
        return await self.sessions.end_others_soon(viewer)

    async def set_password(self, viewer: Viewer, password: str, stored: str) -> None:
        """Set a password that the rules accepted, in place of the one whose hash is `stored`.

        Raises:
            InvalidInput: on `currentPassword`, which was changed meanwhile.
            Unavailable: the graph is down, or too many passwords are being hashed; nothing was changed.

        """

        def events(key: int) -> list[SessionsEnded]:
            return [SessionsEnded(user_id=viewer.id, user_key=key, latest=now_ms(), spared=viewer.session_id or "")]

        renewed = await self.passwords.hash(password)
        done = await self.writer.of_viewer(viewer.id).write(
            "accounts/set_password", events=events, id=viewer.id, stored=stored, renewed=renewed
        )
        if done is None:
            raise InvalidInput("currentPassword", "This is not your password any more.")

    async def _proved(self, viewer: Viewer, current: str) -> tuple[str, EmailAddress, str]:
        """Return the viewer's username, address and hash, where this is their password."""
        attempt = Allowance("own-password", viewer.id, self.attempts, self.window)
        await self.limits.take(attempt)
        try:
            row = await self.writer.of_viewer(viewer.id).graph.read("accounts/for_new_password", id=viewer.id)
            right = row is not None and await self.passwords.verify(row[2], current)
        except Unavailable:
            await self.limits.give_back(attempt)
            raise
        if row is None:
            raise Unauthenticated
        if not right:
            raise InvalidInput("currentPassword", "This is not your password.")
        await self.limits.reset(attempt)
        username, sealed, stored = row
        return username, EmailAddress.of(self.emails.unseal(sealed)), stored
