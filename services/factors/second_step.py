"""The second step of a log-in: somebody has proved one factor, a password or the word of a provider, and proves another."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from clock import moment
from errors import InvalidInput, RateLimited, Unauthenticated
from graph.rows.factors import StoredFactors
from graph.rows.sign_ins import SignInMethod
from services.accounts.client_address import site_of
from services.accounts.failed_sign_ins import FailedSignIns
from services.accounts.log_in_outcomes import LogInOutcome, LogInOutcomes
from services.accounts.second_factor import SecondFactorNeeded
from services.accounts.signing_in import SigningIn
from services.accounts.viewer import SignedIn
from services.factors.challenges import Challenge, ChallengePurpose, oldest_challenge
from services.factors.factor_limits import GivenFrom
from services.factors.proving import FactorProving, GivenFactor

ENDED = "This log-in has taken too long, was completed, or the password was changed meanwhile. Log in again."


@dataclass(frozen=True, slots=True)
class SecondStep:
    """Asks for a second factor of who has one, and signs them in by it."""

    proving: FactorProving
    signing_in: SigningIn
    failed: FailedSignIns
    outcomes: LogInOutcomes
    confirm_word: Callable[[str, str], Awaitable[None]]
    """Takes somebody's id and what a provider said of them, sealed; raises where that signs them in no more."""

    async def needed(
        self, user_id: str, password_hash: str | None, device: str, word: str = ""
    ) -> SecondFactorNeeded | None:
        """Return what somebody is asked for who has proved a first factor; None where that is enough.

        The challenge proves that the password was right of which this is the hash: another one voids it. None is for whom a
        provider has named, whose `word`, sealed, must hold as well when the challenge is answered. It holds nothing to read.

        Raises:
            Unavailable: the graph is down.

        """
        stored = await self.proving.of(user_id)
        if stored is None or not stored.is_needed:
            return None
        challenges = self.proving.challenges
        bound_to = "" if password_hash is None else challenges.digest(password_hash)
        challenge = challenges.new(ChallengePurpose.LOG_IN, user_id, bound_to, device, word)
        options = (
            self.proving.party.request_options(challenges.bytes_of(challenge), stored.passkeys) if stored.passkeys else None
        )
        return SecondFactorNeeded(challenge.id, challenges.text_of(challenge), stored.methods, options, moment(challenge.ends_at))

    async def complete(self, text: str, given: GivenFactor, address: str, device_token: str | None = None) -> SignedIn:
        """Sign somebody in who answers a challenge. A deactivated account is reactivated.

        `device_token` says that they were signed in on this device before: wrong codes of others make nobody wait there.

        A code that was right is used up for this challenge alone, and the challenge by a sign-in that stands. So where this fails
        after the code was looked at, the same may be sent again while the challenge lasts; not so the answer of a passkey.

        Raises:
            InvalidInput: on `challenge`, which is none, has ended, or has signed in; or on what is given, which is wrong or was
                used before.
            RateLimited: codes were wrong too often.
            Unauthenticated: the password was changed, or the provider unlinked.
            Conflict: by the provider's address nobody is linked any more, or another identity of it is.
            Forbidden: the account is suspended, or was deactivated too long ago.
            Unavailable: Redis or the graph is down; nobody is signed in, and the same may be sent again.
            OutcomeUnknown: the graph did not say what became of it; the same may be sent again, and is refused on `challenge`
                where that was used up.

        """
        challenge = self.proving.challenges.read(text, ChallengePurpose.LOG_IN)
        stored = None if challenge is None else await self.proving.of(challenge.user_id)
        if challenge is None or stored is None:
            raise InvalidInput("challenge", ENDED)
        await self._check(stored, given, challenge, address, device_token)
        signed_in = await self.signing_in.run(
            stored.user,
            partial(self._confirm, challenge),
            address,
            challenge.device,
            method=_method(challenge),
            by_factor=True,
            device_token=device_token,
            complete=partial(self._complete, challenge),
        )
        self.outcomes.add(LogInOutcome.SIGNED_IN)
        return signed_in

    async def _check(
        self, stored: StoredFactors, given: GivenFactor, challenge: Challenge, address: str, device_token: str | None
    ) -> None:
        """Check a factor; whoever fails has the password, so the owner finds it in the history of sign-ins."""
        known = self.signing_in.known_device(stored.user, device_token, stored.devices_since)
        given_from = GivenFrom(site_of(address), None if known is None else known.id)
        try:
            await self.proving.check(stored, given, challenge, given_from)
        except RateLimited:
            self.outcomes.add(LogInOutcome.REFUSED_FACTOR)
            raise
        except InvalidInput:
            self.outcomes.add(LogInOutcome.WRONG)
            self.failed.note(stored.user.id, address, _method(challenge))
            raise

    async def _confirm(self, challenge: Challenge) -> None:
        """Pass where the challenge has not signed in yet, and the first factor holds, of an account in use.

        That is the password that was proved, or the word of a provider, which is linked now where it named a verified address.

        Raises:
            InvalidInput: the challenge has signed in before.
            Unauthenticated: the password was changed, the provider unlinked, or the account is not in use.
            Conflict: the provider cannot be linked any more.
            Unavailable: nobody can say.

        """
        graph, challenges = self.proving.writer.graph.from_leader(), self.proving.challenges
        found = await graph.read("factors/first_step", id=challenge.user_id, challenge=challenge.id)
        if found is None:
            raise Unauthenticated(ENDED)
        password_hash, is_completed = found
        if is_completed:
            raise InvalidInput("challenge", ENDED)
        if challenge.bound_to and not challenges.is_digest(challenge.bound_to, password_hash or ""):
            raise Unauthenticated(ENDED)
        if challenge.word:
            await self.confirm_word(challenge.user_id, challenge.word)

    async def _complete(self, challenge: Challenge) -> None:
        """Use up the challenge, in the graph: what is used up stays so where Redis forgets.

        Raises:
            InvalidInput: it has signed in meanwhile.
            Unavailable: the graph is down.

        """
        writer = self.proving.writer.of_viewer(challenge.user_id)
        completed = await writer.write(
            "factors/complete_log_in", id=challenge.user_id, challenge=challenge.id, oldest=oldest_challenge()
        )
        if completed is None:
            raise InvalidInput("challenge", ENDED)


def _method(challenge: Challenge) -> SignInMethod:
    """Return by what somebody began to sign in."""
    return SignInMethod.PASSWORD if challenge.bound_to else SignInMethod.PROVIDER
