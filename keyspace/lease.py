"""A lease: a lock that one worker holds at a time and must renew. Another takes it over when the holder stops renewing."""

import secrets
from dataclasses import dataclass, field

from keyspace.client import Keyspace

LIFE = 3.0
"""Seconds that a lease outlives its last renewal. Holders renew at least every second."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The lease of this name, which ends `life` seconds after it was last renewed.

    It avoids double work and guarantees nothing: for a moment, two workers may both believe that they hold it.
    Methods raise Unavailable while Redis does not answer.
    """

    keyspace: Keyspace
    name: str
    life: float = LIFE
    _token: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)

    async def hold(self) -> bool:
        """Take or renew the lease, and return whether this worker holds it. A lease that ended is taken again."""
        milliseconds = int(self.life * 1_000)
        return bool(await self.keyspace.script("lease_hold", self._token, milliseconds, keys=[self.name]))

    async def release(self) -> None:
        """End the lease, if this worker holds it, so that another can take it at once."""
        await self.keyspace.script("lease_release", self._token, keys=[self.name])
