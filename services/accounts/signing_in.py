"""The last step of every way to sign in: somebody has proved who they are, and gets a session on their device."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from errors import Forbidden
from graph.rows.sign_ins import SignInMethod
from graph.rows.users import UserRow, UserState
from services.accounts.client_address import network_of
from services.accounts.deactivation import Reactivation
from services.accounts.device_tokens import DeviceTokens, KnownDevice
from services.accounts.sessions import Sessions
from services.accounts.sign_in_history import SignInHistory
from services.accounts.viewer import SessionTokens, SignedIn

Confirm = Callable[[], Awaitable[None]]
"""Raises where what proved who somebody is proves it no more."""


@dataclass(frozen=True, slots=True)
class SigningIn:
    """Starts the session of who has proved who they are, by whatever."""

    sessions: Sessions
    reactivation: Reactivation
    devices: DeviceTokens
    history: SignInHistory

    async def run(
        self,
        user: UserRow,
        confirm: Confirm,
        address: str,
        device: str,
        *,
        method: SignInMethod,
        by_factor: bool = False,
        device_token: str | None = None,
        proved_at: int | None = None,
        complete: Confirm | None = None,
    ) -> SignedIn:
        """Sign somebody in on a device, whose client has this IP address. A deactivated account is reactivated.

        `method` is how they proved who they are, and `by_factor` says that a second factor was proved too, or a passkey.
        `device_token` says that they were signed in on it before, and is nothing where it is not theirs; they get the next one. A
        device that is new is told of by mail. `proved_at` is when they proved it, by default now: a provider may have known them
        for long (milliseconds since 1970 UTC).

        A proof takes time. Meanwhile the password may have been changed, or the account suspended, and what that ended was
        without this session. Once it has begun it is among them, so `confirm` is asked then, and ends it by what it raises.
        `complete` uses up what is good for one sign-in: it comes last, when nothing else can fail, and ends the session as well.

        Raises:
            Forbidden: the account is suspended, or was deactivated too long ago.
            Unavailable: Redis or the graph is down; nobody is signed in.

        """
        user = await self.reactivation.run(user)
        if user.state is not UserState.ACTIVE:
            raise refused(user.state)
        device_of, at = self._device_of(user, device_token), self.devices.now()
        tokens = await self.sessions.start(user.id, user.key, address, device, by_factor=by_factor, proved_at=proved_at)
        try:
            await confirm()
            known_since = None if device_of is None else device_of.since
            is_known = await self.history.note(user.id, method, device, network_of(address), known_since=known_since)
            if complete is not None:
                await complete()
        except BaseException:
            await self._end(tokens)
            raise
        # As old as what was confirmed: whatever makes devices unknown meanwhile makes this one unknown.
        return SignedIn(user, tokens, self.devices.new(user.id, device_of if is_known else None, at))

    def known_device(self, user: UserRow | None, device_token: str | None, devices_since: int) -> KnownDevice | None:
        """Return which device of somebody a token is of; None where it is of none of theirs.

        `devices_since` is when they last made all devices of before unknown, in milliseconds since 1970 UTC.
        """
        device = None if user is None else self._device_of(user, device_token)
        return device if device is not None and device.since > devices_since else None

    def _device_of(self, user: UserRow, device_token: str | None) -> KnownDevice | None:
        device = self.devices.read(device_token)
        return device if device is not None and device.user_id == user.id else None

    async def _end(self, tokens: SessionTokens) -> None:
        if (session := tokens.access.viewer.session) is not None:
            await self.sessions.end(session)


def refused(state: UserState) -> Forbidden:
    """Return the error for somebody whose account is not in use."""
    return Forbidden(f"This account is {state.lower()}.")
