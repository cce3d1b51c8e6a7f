"""Asking who is signed in for the password once more, before something that a stolen session must not do.

Wrong ones count by session, so whoever holds a stolen one keeps the owner from nothing on another device; the owner finds
them in the history of sign-ins.
"""

from dataclasses import dataclass

from errors import InvalidInput, RateLimited, Unauthenticated, Unavailable
from graph.rows.sign_ins import SignInMethod
from keyspace.limits import GrowingDelay, Growth, RateLimits
from services.accounts.failed_sign_ins import FailedSignIns
from services.accounts.log_in_outcomes import LogInOutcome, LogInOutcomes
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
    failed: FailedSignIns
    outcomes: LogInOutcomes

    async def check(self, viewer: Viewer, password: str | None, address: str, field: str = "password") -> str:
        """Pass where this is the viewer's password, which was given in this field, and return its hash.

        `address` is the IP address of the client.

        An account without a password, which logs in by a provider, gives none, and the hash is empty. Whatever asks for a
        password is for who proved a short time ago who they are, so that nobody does it by a session alone.

        A statement that does what the password was asked for asks for the hash again: it may have been changed meanwhile.

        Raises:
            InvalidInput: it is not, or there is one and none was given.
            RateLimited: it was wrong too often in this session.
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: Redis or the graph is down, or too many passwords are being checked; the attempt is not counted.

        """
        if password is None:
            return await self._without(viewer, field)
        attempt = GrowingDelay("own-password", viewer.session_id or viewer.id, self.growth)
        await self._take(attempt)
        try:
            stored = await self._stored(viewer)
            right = await self.passwords.verify(stored, password)
        except Unavailable:
            await self.limits.give_back(attempt)
            raise
        if not stored:
            raise InvalidInput(field, "Your account has no password. Leave it out.")
        if not right:
            self.outcomes.add(LogInOutcome.WRONG)
            self.failed.note(viewer.id, address, SignInMethod.PASSWORD)
            raise InvalidInput(field, "This is not your password.")
        await self.limits.reset(attempt)
        return stored

    async def _take(self, attempt: GrowingDelay) -> None:
        try:
            await self.limits.take(attempt)
        except RateLimited as refused:
            self.outcomes.add(LogInOutcome.refused_by(refused.scope))
            raise

    async def _without(self, viewer: Viewer, field: str) -> str:
        stored = await self._stored(viewer)
        if stored:
            raise InvalidInput(field, "Give your password.")
        return stored

    async def _stored(self, viewer: Viewer) -> str:
        """Return the hash, empty where there is none."""
        stored: str | None = await self.writer.of_viewer(viewer.id).graph.read("accounts/password_hash", id=viewer.id)
        if stored is None:
            raise Unauthenticated
        return stored


def changed_meanwhile(field: str = "password") -> InvalidInput:
    """Return the error for a password that was the viewer's when it was checked, and is not any more."""
    return InvalidInput(field, "This is not your password any more.")
