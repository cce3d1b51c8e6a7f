"""Logging in by password: guessing is slow, and an answer does not reveal who has an account."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from errors import InvalidInput, RateLimited, Unauthenticated, Unavailable
from graph.rows.sign_ins import SignInMethod
from graph.rows.users import UserRow
from keyspace.limits import RateLimits
from services.accounts.devices import UNKNOWN
from services.accounts.email_addresses import EmailAddress
from services.accounts.failed_sign_ins import FailedSignIns
from services.accounts.log_in_limits import LogInLimits
from services.accounts.log_in_outcomes import LogInOutcome, LogInOutcomes
from services.accounts.names import username_key
from services.accounts.passwords import Passwords
from services.accounts.second_factor import AskForFactor, SecondFactorNeeded
from services.accounts.signing_in import SigningIn
from services.accounts.unfinished_log_ins import UnfinishedLogIns
from services.accounts.viewer import SignedIn
from services.events.command_writer import CommandWriter
from services.sealing import Sealing

WRONG = "The name or the password is wrong."


@dataclass(frozen=True, slots=True)
class LogIn:
    """Signs users in by name and password. `emails` makes the same fingerprints of addresses as at sign-up."""

    writer: CommandWriter
    passwords: Passwords
    emails: Sealing
    limits: RateLimits
    allowed: LogInLimits
    signing_in: SigningIn
    failed: FailedSignIns
    outcomes: LogInOutcomes
    ask_for_factor: AskForFactor
    unfinished: UnfinishedLogIns

    async def run(
        self, name_or_email: str, password: str, address: str, device: str = UNKNOWN, device_token: str | None = None
    ) -> SignedIn | SecondFactorNeeded:
        """Sign somebody in on a device; `address` is the IP address of the client. A deactivated account is reactivated.

        Who has a second factor is not signed in by this, but asked for it.

        An unknown name, a wrong password and an account without one get the same answer in the same time, by the same commands
        and statements. Failures count against the name and against where they come from, and each makes the next wait for longer.
        So whoever knows a name can make its owner wait, but not on a device whose `device_token` says that it was signed in
        before: that one is counted by itself, and with the others that are known.

        Failures by username and by e-mail address count apart, or whoever makes one of them wait would find out that the other
        belongs to the same account.

        Raises:
            Unauthenticated: the name or the password is wrong.
            RateLimited: too many failures of this name, or from this address or its network.
            Forbidden: both are right, and the account is suspended, or was deactivated too long ago.
            Unavailable: Redis or the graph is down, or too many passwords are being checked; the attempt is not counted.

        """
        try:
            outcome = await self._run(name_or_email, password, address, device, device_token)
        except RateLimited as refused:
            self.outcomes.add(LogInOutcome.refused_by(refused.scope))
            raise
        except Unauthenticated:
            self.outcomes.add(LogInOutcome.WRONG)
            raise
        self.outcomes.add(LogInOutcome.SIGNED_IN if isinstance(outcome, SignedIn) else LogInOutcome.FIRST_STEP)
        return outcome

    async def forget_failures(self, user_id: str, username: str, email_hashes: Sequence[str]) -> None:
        """Let somebody log in again who failed too often, by their name or address, after they proved otherwise who they are.

        Raises:
            Unavailable: Redis is down.

        """
        names = [username_key(username), *email_hashes]
        await self.limits.reset(*(self.allowed.of_name(each) for each in names if each), self.allowed.of_devices(user_id))

    async def _run(
        self, name_or_email: str, password: str, address: str, device: str, device_token: str | None
    ) -> SignedIn | SecondFactorNeeded:
        wanted, place = self._wanted(name_or_email), self.allowed.of_place(address)
        claimed = self.signing_in.devices.read(device_token)
        # First, so that who is refused for where they are costs the graph nothing.
        of_claimed = [] if claimed is None else [self.allowed.of_device(claimed.id), self.allowed.of_devices(claimed.user_id)]
        await self.limits.check(*(of_claimed or place))
        user, stored, devices_since = await self._found(wanted)
        known = self.signing_in.known_device(user, device_token, devices_since)
        whose = self.allowed.of_name(wanted.subject) if known is None else self.allowed.of_device(known.id)
        others = place if known is None else [self.allowed.of_devices(known.user_id)]
        await self.limits.take(whose, *others)
        try:
            right = await self.passwords.verify(stored, password)
        except Unavailable:
            await self.limits.give_back(whose, *others)
            raise
        if user is None or stored is None or not right:
            if user is not None:
                self.failed.note(user.id, address, SignInMethod.PASSWORD)
            raise Unauthenticated(WRONG)
        await self.limits.settle(*others, forgotten=whose)
        if self.passwords.outdated(stored):
            stored = await self._rehashed(user.id, stored, password)
        if (needed := await self.ask_for_factor(user.id, stored, device)) is not None:
            self.unfinished.note(user.id, needed.challenge_id, address)
            return needed
        confirm = partial(self._confirm, user.id, stored, password)
        return await self.signing_in.run(
            user, confirm, address, device, method=SignInMethod.PASSWORD, device_token=device_token
        )

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

    async def _found(self, wanted: "_Wanted") -> tuple[UserRow | None, str | None, int]:
        """Return the user, their hash, and since when devices of theirs are known.

        An impossible name is looked up too, so that it takes the same time.
        """
        found = await self.writer.graph.read(
            "accounts/for_log_in", usernameKey=wanted.username_key, emailHashes=wanted.email_hashes
        )
        return (None, None, 0) if found is None else (UserRow.of(found[0]), found[1], found[2])

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
    """Whom a log-in names: what its failures are counted by, and what finds them, or nothing."""

    subject: str
    username_key: str | None
    email_hashes: Sequence[str]
