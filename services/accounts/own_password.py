"""Asking who is signed in for the password once more, before something that a stolen session must not do."""

from dataclasses import dataclass

from errors import InvalidInput, Unauthenticated, Unavailable
from keyspace.limits import GrowingDelay, Growth, RateLimits
from services.accounts.passwords import Passwords
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter


@dataclass(frozen=True, slots=True)
class OwnPassword:
    """Checks passwords of people who are signed in; `growth` is how delays grow between wrong ones."""

    writer: CommandWriter
    passwords: Passwords
    limits: RateLimits
    growth: Growth

    async def check(self, viewer: Viewer, password: str, field: str = "password") -> str:
        """Pass where this is the viewer's password, which was given in this field, and return its hash.

        A statement that does what the password was asked for asks for the hash again: it may have been changed meanwhile.

        Raises:
            InvalidInput: it is not.
            RateLimited: it was wrong too often.
            Unauthenticated: the viewer's account is gone, or has no password.
            Unavailable: Redis or the graph is down, or too many passwords are being checked; the attempt is not counted.

        """
        attempt = GrowingDelay("own-password", viewer.id, self.growth)
        await self.limits.take(attempt)
        try:
            graph = self.writer.of_viewer(viewer.id).graph
            stored: str | None = await graph.read("accounts/password_hash", id=viewer.id)
            right = await self.passwords.verify(stored, password)
        except Unavailable:
            await self.limits.give_back(attempt)
            raise
        if stored is None:
            raise Unauthenticated
        if not right:
            raise InvalidInput(field, "This is not your password.")
        await self.limits.reset(attempt)
        return stored


def changed_meanwhile(field: str = "password") -> InvalidInput:
    """Return the error for a password that was the viewer's when it was checked, and is not any more."""
    return InvalidInput(field, "This is not your password any more.")
