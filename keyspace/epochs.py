"""Epochs of streams: how caches in another Redis notice that the streams were lost.

The Redis of streams holds a token, made when there is none. Each Redis of caches holds the token of the streams by which its
lists and rows were kept. Where the two differ, events were lost before they changed what is cached, so all of that goes. Where
streams and caches share a Redis, they are lost together.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from keyspace import keys
from keyspace.dropping import drop_caches
from keyspace.roles import CACHES, Role
from keyspace.servers import RedisServers


@dataclass(frozen=True, slots=True)
class Epochs:
    """The tokens of all servers. Methods raise Unavailable while one does not answer."""

    redis: RedisServers

    @property
    def apart(self) -> Sequence[Role]:
        """Return the roles of caches that are in another Redis than the streams."""
        return [role for role in Role if role in CACHES and self.redis.of(role) is not self.redis.of(Role.STREAMS)]

    async def look(self) -> Sequence[Role]:
        """Drop caches of another epoch, and return their roles. To do it twice, or in two workers, harms nothing."""
        epoch = await self._epoch()
        stale = [role for role in self.apart if await self.redis.of(role).command("GET", keys.epoch_of(role)) != epoch]
        if stale:
            await drop_caches(self.redis, stale)
            for role in stale:
                await self.redis.of(role).command("SET", keys.epoch_of(role), epoch)
        return stale

    async def _epoch(self) -> bytes:
        streams = self.redis.of(Role.STREAMS)
        found = await streams.command("GET", keys.EPOCH)
        if found is None:
            await streams.command("SET", keys.EPOCH, secrets.token_hex(8), "NX")
            found = await streams.command("GET", keys.EPOCH)
        return bytes(found)
