"""Logging in by password: guessing is slow, and an answer does not reveal who has an account."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from errors import InvalidInput, RateLimited, Unauthenticated, Unavailable
from graph.rows.users import UserRow
from keyspace.limits import Allowance, RateLimits
from services.accounts.client_address import site_of
from services.accounts.devices import UNKNOWN
from services.accounts.email_addresses import EmailAddress
from services.accounts.names import username_key
from services.accounts.passwords import Passwords
from services.accounts.signing_in import SigningIn
from services.accounts.viewer import SignedIn
from services.events.command_writer import CommandWriter
from services.sealing import Sealing

WRONG = "The name or the password is wrong."


@dataclass(frozen=True, slots=True)
class LogInLimits:
    """Failed log-ins of one account and from one address within a window."""

    attempts: int
    attempts_per_address: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class LogIn:
    """Signs users in by name and password. `emails` makes the same fingerprints of addresses as at sign-up."""

    writer: CommandWriter
    passwords: Passwords
    emails: Sealing
    limits: RateLimits
    allowed: LogInLimits
    signing_in: SigningIn

    async def run(self, name_or_email: str, password: str, address: str, device: str = UNKNOWN) -> SignedIn:
        """Sign somebody in on a device; `address` is the IP address of the client. A deactivated account is reactivated.

        An unknown name, a wrong password and an account without one get the same answer in the same time. Whoever knows a name
        can prevent its owner from logging in for a window; without that, passwords could be guessed from many addresses.
        Failures by username and by e-mail address count together, or each spelling would give as many guesses again. So whoever
        uses up the attempts of one can find out that the other belongs to the same account.

        Raises:
            Unauthenticated: the name or the password is wrong.
            RateLimited: too many failures of this account or from this address.
            Forbidden: both are right, and the account is suspended, or was deactivated too long ago.
            Unavailable: Redis or the graph is down, or too many passwords are being checked; the attempt is not counted.

        """
        wanted = self._wanted(name_or_email)
        by_address = Allowance("address", site_of(address), self.allowed.attempts_per_address, self.allowed.window)
        # First, so that who has used it up costs the graph nothing.
        await self.limits.take(by_address)
        try:
            user, stored = await self._found(wanted)
            by_account = self._by_account(wanted, user)
            await self.limits.take(by_account)
        except (Unavailable, RateLimited):
            await self.limits.give_back(by_address)
            raise
        try:
            right = await self.passwords.verify(stored, password)
        except Unavailable:
            await self.limits.give_back(by_account, by_address)
            raise
        if user is None or stored is None or not right:
            raise Unauthenticated(WRONG)
        await self.limits.reset(by_account)
        await self.limits.give_back(by_address)
        if self.passwords.outdated(stored):
            stored = await self._rehashed(user.id, stored, password)
        return await self.signing_in.run(user, partial(self._confirm, user.id, stored, password), address, device)

    async def forget_failures(self, user_id: str) -> None:
        """Let somebody log in again who failed too often, after they proved otherwise who they are.

        Raises:
            Unavailable: Redis is down.

        """
        await self.limits.reset(self._of_account(user_id))

    def _of_account(self, user_id: str) -> Allowance:
        return Allowance("account", user_id, self.allowed.attempts, self.allowed.window)

    def _wanted(self, name_or_email: str) -> "_Wanted":
        text = name_or_email.strip()
        if "@" not in text:
            key = username_key(text)
            return _Wanted(key or text, key, [])
        try:
            fingerprints = self.emails.fingerprints(EmailAddress.of(text).identity)
        except InvalidInput:
            return _Wanted(text, None, [])
        return _Wanted(fingerprints[0], None, fingerprints)

    def _by_account(self, wanted: "_Wanted", user: UserRow | None) -> Allowance:
        """Return what is left of the attempts for an account, however it is named, or for a name that nobody has."""
        if user is not None:
            return self._of_account(user.id)
        return Allowance("name", wanted.subject, self.allowed.attempts, self.allowed.window)

    async def _found(self, wanted: "_Wanted") -> tuple[UserRow | None, str | None]:
        """Return the user and their hash. An impossible name is looked up too, so that it takes the same time."""
        found = await self.writer.graph.read(
            "accounts/for_log_in", usernameKey=wanted.username_key, emailHashes=wanted.email_hashes
        )
        return (None, None) if found is None else (UserRow.of(found[0]), found[1])

    async def _rehashed(self, user_id: str, stored: str, password: str) -> str:
        """Renew a hash, and return what is stored then, as far as is known."""
        with suppress(Unavailable):  # the next log-in tries again
            renewed = await self.passwords.hash(password)
            if await self.writer.write("accounts/rehash", userId=user_id, stored=stored, renewed=renewed) is not None:
                return renewed
        return stored

    async def _confirm(self, user_id: str, proved: str, password: str) -> None:
        """Pass where the password is that of an account in use still.

        Raises:
            Unauthenticated: it is not.
            Unavailable: nobody can say.

        """
        stored = await self.writer.graph.from_leader().read("accounts/password_hash", id=user_id)
        if stored != proved and (stored is None or not await self.passwords.verify(stored, password)):
            raise Unauthenticated(WRONG)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Whom a log-in names: what its failures are counted by where nobody is found, and what finds them, or nothing."""

    subject: str
    username_key: str | None
    email_hashes: Sequence[str]
