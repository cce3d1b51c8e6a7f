"""Device tokens: `rookery_dt_`, and on whose behalf which device was signed in, signed, in letters that addresses may hold.

They sign nobody in. A log-in that brings one of its account is counted by this device, so whoever guesses at the account
from elsewhere cannot keep its owner out. They outlast the session: they are for who logs in again. A new password by a link,
and signing out everywhere, make all of before those of devices that nobody knows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from struct import Struct

from clock import in_milliseconds, moment, now_ms
from graph.ids import new_id, pack, unpack
from services.accounts.signed_claims import SignedClaims

PREFIX = "rookery_dt_"
LIFE = timedelta(days=400)
"""The longest that browsers keep a cookie. Each log-in begins it anew."""
_CLAIM = Struct(">16s16sQ")
"""The id of the person, the id of the device, when it ends in milliseconds since 1970 UTC."""


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device on which somebody was signed in before."""

    user_id: str
    id: str
    since: int
    """When its token was given, in milliseconds since 1970 UTC."""


@dataclass(frozen=True, slots=True)
class DeviceToken:
    """A device token in its written form, and when it ends unless the person logs in again."""

    token: str
    expires_at: datetime


class DeviceTokens:
    """Writes and reads device tokens. `now` gives the time in milliseconds since 1970 UTC."""

    def __init__(self, secrets: str, now: Callable[[], int] = now_ms) -> None:
        """Sign with the first of the comma separated secrets, and accept all of them."""
        self._claims = SignedClaims(secrets, "device token", PREFIX, _CLAIM)
        self.now = now

    def new(self, user_id: str, device: KnownDevice | None = None, at: int | None = None) -> DeviceToken:
        """Return the token of who signs in, on a new device or on one of theirs that is known; `at` is now by default."""
        ends = (self.now() if at is None else at) + in_milliseconds(LIFE)
        id_ = new_id() if device is None else device.id
        return DeviceToken(self._claims.write(pack(user_id), pack(id_), ends), moment(ends))

    def read(self, token: str | None) -> KnownDevice | None:
        """Return which device a token is of; None without a token, and where it is not ours or has ended."""
        read = None if token is None else self._claims.read(token)
        if read is None:
            return None
        user_id, device, ends = read
        return KnownDevice(unpack(user_id), unpack(device), ends - in_milliseconds(LIFE)) if self.now() < ends else None
