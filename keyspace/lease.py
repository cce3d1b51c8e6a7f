"""A lease: a lock that one worker holds at a time and must renew. Another takes it over when the holder stops renewing."""

import secrets
from dataclasses import dataclass, field

from keyspace.client import Keyspace

LIFE = 2.5
"""Seconds that a lease outlives its last renewal. Holders renew at least every second."""
LOOK_EVERY = 0.25
"""Seconds between looks of those who wait for a lease: what a killed holder costs beyond the life of its lease."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The lease of this name, which ends `life` seconds after it was last renewed.

    For a moment, two workers may both believe that they hold it. So by itself it only avoids double work; what must be done by
    one alone is done by a script that checks the `token` of the holder.

    Methods raise Unavailable while Redis does not answer.
    """

    keyspace: Keyspace
    name: str
    life: float = LIFE
    token: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)

    async def hold(self) -> bool:
        """Take or renew the lease, and return whether this worker holds it. A lease that ended is taken again."""
        return bool(await self.keyspace.script("lease_hold", self.token, self._milliseconds, keys=[self.name]))

    async def renew(self) -> bool:
        """Renew the lease, if this worker still holds it, and return whether it does. A lease that ended is not taken again."""
        return bool(await self.keyspace.script("lease_renew", self.token, self._milliseconds, keys=[self.name]))

    async def release(self) -> None:
        """End the lease, if this worker holds it, so that another can take it at once."""
        await self.keyspace.script("lease_release", self.token, keys=[self.name])

    @property
    def _milliseconds(self) -> int:
        return int(self.life * 1_000)
