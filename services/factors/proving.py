"""Proving a second factor: a code of an app, a recovery code, or a passkey. Each is good once, and guesses are counted."""

from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import InvalidInput, RateLimited, Unavailable
from graph.rows.factors import PasskeyUse, StoredFactors
from graph.rows.mails import MailKind
from graph.rows.users import UserRow
from keyspace.limits import RateLimits
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.events.factor_events import PasskeyCopied, RecoveryCodeUsed
from services.factors.challenges import Challenge, ChallengePurpose, Challenges, bytes_in, oldest_challenge
from services.factors.factor_limits import FactorLimits, GivenFrom
from services.factors.relying_party import PresentedPasskey, RelyingParty, presented_passkey
from services.factors.sealed import FactorSeals
from services.factors.totp import counter_of
from services.mail.writing import MailWriting

WRONG_CODE = "This code is wrong, or was used before. Wait for the next one."
WRONG_RECOVERY_CODE = "This recovery code is wrong, or was used before."
WRONG_PASSKEY = "This passkey does not prove who you are here. Begin again."
COPIED = "This passkey seems to have been copied, so it is not taken. Remove it, and add another one."


@dataclass(frozen=True, slots=True)
class GivenFactor:
    """What somebody gives to prove who they are, which is one of these: a passkey as `PublicKeyCredential.toJSON` writes it."""

    code: str | None = None
    recovery_code: str | None = None
    passkey: str | None = None

    @property
    def count(self) -> int:
        """How many of them are given."""
        return sum(each is not None for each in (self.code, self.recovery_code, self.passkey))


@dataclass(frozen=True, slots=True)
class FactorProving:
    """Finds out whether what somebody gives is a factor of theirs."""

    writer: CommandWriter
    challenges: Challenges
    party: RelyingParty
    seals: FactorSeals
    limits: RateLimits
    allowed: FactorLimits
    mail: MailWriting

    async def of(self, user_id: str) -> StoredFactors | None:
        """Return by what somebody can prove who they are; None for nobody.

        Raises:
            Unavailable: the graph is down.

        """
        found = await self.writer.graph.from_leader().read("factors/of_person", id=user_id)
        return None if found is None else StoredFactors.of(found)

    async def check(self, stored: StoredFactors, given: GivenFactor, challenge: Challenge, given_from: GivenFrom) -> None:
        """Pass where one of a person's factors is given, which is used by that.

        The same answer to the same challenge passes again, since an answer of ours may have been lost; not so a passkey's. One
        that is right gives back its own attempt of the day, and no wrong one: those may have been somebody else's.

        Raises:
            InvalidInput: what is given is wrong or was used before, or it is not one thing; `field` names it.
            RateLimited: codes were wrong too often.
            Unavailable: Redis or the graph is down.

        """
        if given.count != 1:
            raise InvalidInput("code", "Give one of `code`, `recoveryCode` and `passkey`.")
        if given.passkey is not None:
            await self._check_passkey(stored, given.passkey, challenge)
            return
        of = self.allowed.of_recovery_code if given.code is None else self.allowed.of_code
        delay, within_day = of(stored.user.id, given_from)
        await self.limits.take(delay, within_day)
        try:
            is_right = await self._is_right(stored, given, challenge)
        except Unavailable:
            await self.limits.give_back(delay, within_day)
            raise
        if not is_right:
            raise _wrong(given)
        await self.limits.settle(within_day, forgotten=delay)

    async def forget_failures(self, user_id: str) -> None:
        """Let somebody give a code again after too many wrong ones, since who gave them knows no password any more.

        Delays end each time, and the guesses of the day are forgotten once a day.

        Raises:
            Unavailable: Redis is down.

        """
        delay, within_day = self.allowed.of_code(user_id, GivenFrom(""))
        try:
            await self.limits.take(self.allowed.forgiven(user_id))
        except RateLimited:
            await self.limits.reset(delay)
        else:
            await self.limits.reset(delay, within_day)

    async def by_passkey(self, presented: PresentedPasskey, purpose: ChallengePurpose) -> UserRow:
        """Return whom a passkey alone proves, which is used by that.

        Raises:
            InvalidInput: on `passkey`, where it proves nobody, or answers no challenge for this that stands.
            Unavailable: the graph is down.

        """
        challenge = self.challenges.read(presented.challenge, purpose)
        if challenge is None:
            raise InvalidInput("passkey", WRONG_PASSKEY)
        return await self._use(presented, challenge)

    async def _is_right(self, stored: StoredFactors, given: GivenFactor, challenge: Challenge) -> bool:
        if given.code is not None:
            return await self._use_code(stored, given.code, challenge)
        return await self._use_recovery_code(stored, given.recovery_code or "", challenge)

    async def _use_code(self, stored: StoredFactors, code: str, challenge: Challenge) -> bool:
        if stored.totp is None:
            return False
        counter = counter_of(self.seals.totp.unseal(stored.totp.secret_sealed), code)
        if counter is None:
            return False
        writer = self.writer.of_viewer(stored.user.id)
        return bool(await writer.write("factors/use_totp", id=stored.totp.id, counter=counter, usedFor=challenge.id))

    async def _use_recovery_code(self, stored: StoredFactors, code: str, challenge: Challenge) -> bool:
        found = self.seals.found(stored.codes, code)
        if found is None:
            return False
        notices = self.mail.notices(MailKind.RECOVERY_CODE_USED)

        def events(is_new: bool | None) -> list[Event]:
            return [RecoveryCodeUsed(user_id=stored.user.id), *(each.requested() for each in notices)] if is_new else []

        used = await self.writer.of_viewer(stored.user.id).write(
            "factors/use_recovery_code",
            events=events,
            id=found.id,
            usedFor=challenge.id,
            at=now_ms(),
            mails=[each.mail for each in notices],
        )
        return used is not None

    async def _check_passkey(self, stored: StoredFactors, text: str, challenge: Challenge) -> None:
        presented = presented_passkey(text, "passkey")
        answered = self.challenges.read(presented.challenge, challenge.purpose)
        # One that was asked for in the same place: after the same password, or in the same session.
        if answered is None or (answered.user_id, answered.bound_to) != (challenge.user_id, challenge.bound_to):
            raise InvalidInput("passkey", WRONG_PASSKEY)
        if (await self._use(presented, answered)).id != stored.user.id:
            raise InvalidInput("passkey", WRONG_PASSKEY)

    async def _use(self, presented: PresentedPasskey, challenge: Challenge) -> UserRow:
        """Use the answer of a passkey, and return whose it is."""
        found = await self.writer.graph.from_leader().read("factors/by_credential", credentialId=presented.id)
        if found is None:
            raise InvalidInput("passkey", WRONG_PASSKEY)
        user, id_, key = UserRow.of(found[0]), found[1], found[2]
        # What was signed, since the challenge may have been written by another secret than that by which new ones are.
        answer = self.party.verified(presented, bytes_in(presented.challenge), key)
        # A passkey that was asked for alone says whose it is, and must say so truly.
        is_theirs = presented.user_id in {None, user.id} and challenge.user_id in {"", user.id}
        if answer is None or not is_theirs:
            raise InvalidInput("passkey", WRONG_PASSKEY)
        notices = self.mail.notices(MailKind.PASSKEY_COPIED)

        def events(use: Any) -> list[Event]:
            if use != PasskeyUse.COPIED:
                return []
            return [PasskeyCopied(user_id=user.id, passkey_id=id_), *(each.requested() for each in notices)]

        use = await self.writer.of_viewer(user.id).write(
            "factors/use_passkey",
            events=events,
            id=id_,
            signCount=answer.sign_count,
            backedUp=answer.backed_up,
            at=now_ms(),
            challenge=challenge.id,
            oldest=oldest_challenge(),
            mails=[each.mail for each in notices],
        )
        if use != PasskeyUse.ACCEPTED:
            raise InvalidInput("passkey", COPIED if use == PasskeyUse.COPIED else WRONG_PASSKEY)
        return user


def _wrong(given: GivenFactor) -> InvalidInput:
    if given.code is not None:
        return InvalidInput("code", WRONG_CODE)
    return InvalidInput("recoveryCode", WRONG_RECOVERY_CODE)
