"""Logging in by a passkey alone: the device finds whose it is, so nobody types a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from clock import moment
from errors import InvalidInput, RateLimited, Unauthenticated, Unavailable
from graph.rows.sign_ins import SignInMethod
from graph.rows.users import UserRow, UserState
from keyspace.limits import Limit, RateLimits
from services.accounts.log_in_limits import LogInLimits
from services.accounts.log_in_outcomes import LogInOutcome, LogInOutcomes
from services.accounts.signing_in import SigningIn
from services.accounts.viewer import SignedIn
from services.factors.challenges import ChallengePurpose
from services.factors.proving import FactorProving
from services.factors.relying_party import presented_passkey


@dataclass(frozen=True, slots=True)
class PasskeyOptions:
    """What a browser is asked for, as JSON, and until when."""

    options: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PasskeyLogIn:
    """Signs people in by their passkeys. To begin needs no person and stores nothing."""

    proving: FactorProving
    limits: RateLimits
    allowed: LogInLimits
    signing_in: SigningIn
    outcomes: LogInOutcomes

    def begin(self) -> PasskeyOptions:
        """Return the options of a request for any passkey that a device has of this server."""
        challenge = self.proving.challenges.new(ChallengePurpose.PASSKEY_LOG_IN)
        options = self.proving.party.request_options(self.proving.challenges.bytes_of(challenge))
        return PasskeyOptions(options, moment(challenge.ends_at))

    async def run(self, passkey: str, address: str, device: str, device_token: str | None = None) -> SignedIn:
        """Sign somebody in on a device, whose client has this IP address. A deactivated account is reactivated.

        `device_token` says that they were signed in on this device before.

        A passkey whose person was verified is two factors, so no more is asked for.

        Raises:
            InvalidInput: on `passkey`, which is unknown or removed, answers no challenge that stands, or was used before.
            RateLimited: too many failures from this address, or on this device, where that is known.
            Forbidden: the account is suspended, or was deactivated too long ago.
            Unavailable: Redis or the graph is down; nobody is signed in.

        """
        try:
            signed_in = await self._run(passkey, address, device, device_token)
        except RateLimited as refused:
            self.outcomes.add(LogInOutcome.refused_by(refused.scope))
            raise
        except (InvalidInput, Unauthenticated):
            self.outcomes.add(LogInOutcome.WRONG)
            raise
        self.outcomes.add(LogInOutcome.SIGNED_IN)
        return signed_in

    async def _run(self, passkey: str, address: str, device: str, device_token: str | None) -> SignedIn:
        presented = presented_passkey(passkey, "passkey")
        # Nobody guesses a passkey: this bounds what looking at them costs, on a known device by that and not by its neighbours.
        counted = self._counted(address, device_token)
        await self.limits.take(*counted)
        try:
            user = await self.proving.by_passkey(presented, ChallengePurpose.PASSKEY_LOG_IN)
        except Unavailable:
            await self.limits.give_back(*counted)
            raise
        await self.limits.give_back(*counted)
        confirm = partial(self._confirm, presented.id)
        return await self.signing_in.run(
            user, confirm, address, device, method=SignInMethod.PASSKEY, by_factor=True, device_token=device_token
        )

    def _counted(self, address: str, device_token: str | None) -> Sequence[Limit]:
        claimed = self.signing_in.devices.read(device_token)
        if claimed is None:
            return self.allowed.of_place(address)
        return self.allowed.of_device(claimed.id), self.allowed.of_devices(claimed.user_id)

    async def _confirm(self, credential_id: str) -> None:
        """Pass where the passkey was not removed meanwhile, and the account is in use still.

        Raises:
            Unauthenticated: it was, or is not.
            Unavailable: nobody can say.

        """
        graph = self.proving.writer.graph.from_leader()
        found = await graph.read("factors/by_credential", credentialId=credential_id)
        if found is None or UserRow.of(found[0]).state is not UserState.ACTIVE:
            raise Unauthenticated("This passkey signs nobody in any more.")
