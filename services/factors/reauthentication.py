"""Proving once more who one is, before what a stolen session must not do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from errors import InvalidInput, Unauthenticated
from graph.rows.factors import FactorMethod, StoredFactors
from services.accounts.own_password import OwnPassword
from services.accounts.sessions import Sessions
from services.accounts.viewer import Viewer
from services.factors.challenges import ChallengePurpose
from services.factors.factor_limits import GivenFrom
from services.factors.proving import FactorProving, GivenFactor


@dataclass(frozen=True, slots=True)
class ReauthenticationOptions:
    """By what the viewer can prove who they are; `passkey_options` is JSON for a browser, None without a passkey."""

    methods: Sequence[FactorMethod]
    passkey_options: str | None


@dataclass(frozen=True, slots=True)
class Reauthentication:
    """Lets people prove once more who they are.

    Without a second factor the password does it. With one it takes a passkey, which is two factors by itself, or the password
    and a code; a code alone where there is no password.
    """

    proving: FactorProving
    own_password: OwnPassword
    sessions: Sessions

    async def options(self, viewer: Viewer) -> ReauthenticationOptions:
        """Return by what the viewer can prove who they are, with a challenge for their passkeys.

        Raises:
            Unauthenticated: the viewer's account is gone.

        """
        stored, challenges = await self._stored(viewer), self.proving.challenges
        password = [FactorMethod.PASSWORD] if stored.has_password else []
        methods = [*password, *stored.methods]
        if not stored.passkeys:
            return ReauthenticationOptions(methods, None)
        challenge = challenges.new(ChallengePurpose.REAUTHENTICATION, viewer.id, viewer.session_id or "")
        options = self.proving.party.request_options(challenges.bytes_of(challenge), stored.passkeys)
        return ReauthenticationOptions(methods, options)

    async def run(self, viewer: Viewer, password: str | None, given: GivenFactor, address: str) -> datetime:
        """Note that the viewer has proved who they are, and return until when that counts.

        `address` is the IP address of the client.

        Raises:
            InvalidInput: something is wrong or missing; `field` names it.
            RateLimited: it was wrong too often.
            SessionEnded: the session has ended.
            Unauthenticated: the viewer's account is gone.
            Unavailable: Redis or the graph is down, or too many passwords are being checked.

        """
        stored = await self._stored(viewer)
        if given.passkey is None and (stored.has_password or not stored.is_needed):
            if password is None:
                raise InvalidInput("password", "Give your password.")
            await self.own_password.check(viewer, password, address)
        if stored.is_needed:
            await self._check_factor(viewer, stored, given)
        elif given.count:
            raise InvalidInput("code", "You have no second factor. Give your password.")
        return await self.sessions.note_authenticated(viewer, by_factor=stored.is_needed)

    async def _check_factor(self, viewer: Viewer, stored: StoredFactors, given: GivenFactor) -> None:
        if not given.count:
            raise InvalidInput("code", "You have a second factor: give a code, a recovery code or a passkey as well.")
        session = viewer.session_id or ""
        challenge = self.proving.challenges.new(ChallengePurpose.REAUTHENTICATION, viewer.id, session)
        await self.proving.check(stored, given, challenge, GivenFrom(session, session))

    async def _stored(self, viewer: Viewer) -> StoredFactors:
        stored = await self.proving.of(viewer.id)
        if stored is None:
            raise Unauthenticated
        return stored
