"""Rankings that are held for whoever pages through them, by the token that their cursors carry."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.ids import PACKED_SIZE, pack, unpack
from keyspace import keys
from keyspace.client import Keyspace

LIFE = 600
"""Seconds for which a ranking is held after it was read last: as long as somebody may look at a page before the next."""


@dataclass(frozen=True, slots=True)
class HeldRankings:
    """The rankings of one viewer by their key, 0 for all who are not signed in. Methods raise Unavailable while Redis is away."""

    keyspace: Keyspace
    viewer: int

    async def hold(self, token: str, ids: Sequence[str]) -> None:
        """Hold a ranking, which is not empty."""
        await self.keyspace.command("SET", keys.held_ranking(self.viewer, token), b"".join(map(pack, ids)), "EX", LIFE)

    async def held(self, token: str) -> Sequence[str] | None:
        """Return a ranking, which is then held for its whole life again; None where that has ended, or it was lost."""
        found: bytes | None = await self.keyspace.command("GETEX", keys.held_ranking(self.viewer, token), "EX", LIFE)
        if found is None:
            return None
        return [unpack(found[at : at + PACKED_SIZE]) for at in range(0, len(found), PACKED_SIZE)]
