"""A lease: a place that one worker holds at a time, taken over when the holder no longer renews it."""

import secrets
from dataclasses import dataclass, field

from keyspace.client import Keyspace

LIFE = 3.0
"""Seconds that a lease outlives its last renewal. Holders renew at least every second."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A place of this name. It saves work and does not guard: two may believe for a moment that they hold it. `life` in seconds.

    Methods raise Unavailable while Redis does not answer.
    """

    keyspace: Keyspace
    name: str
    life: float = LIFE
    _token: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)

    async def hold(self) -> bool:
        """Take the place or keep it, and tell whether it is ours. A place that ran out, or was lost, is taken anew."""
        milliseconds = int(self.life * 1_000)
        return bool(await self.keyspace.script("lease_hold", self._token, milliseconds, keys=[self.name]))

    async def release(self) -> None:
        """Leave the place, if it is ours, to another at once."""
        await self.keyspace.script("lease_release", self._token, keys=[self.name])
