"""Rankings that are held for whoever pages through them, by the token that their cursors carry."""

from collections.abc import Mapping, Sequence
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

    async def hold(self, rankings: Mapping[str, Sequence[str]]) -> None:
        """Hold rankings, none of which is empty, by their tokens: in one round trip."""
        named = [(keys.held_ranking(self.viewer, token), ids) for token, ids in rankings.items()]
        await self.keyspace.commands("hold_rankings", [("SET", key, b"".join(map(pack, ids)), "EX", LIFE) for key, ids in named])

    async def held(self, tokens: Sequence[str]) -> Mapping[str, Sequence[str] | None]:
        """Return the rankings of tokens, which are then held for their whole life again; None where that ended, or one was lost.

        It is one round trip.
        """
        asked = [("GETEX", keys.held_ranking(self.viewer, token), "EX", LIFE) for token in tokens]
        found = await self.keyspace.commands("held_rankings", asked)
        return {token: None if packed is None else _unpacked(packed) for token, packed in zip(tokens, found, strict=True)}


def _unpacked(packed: bytes) -> Sequence[str]:
    return [unpack(packed[at : at + PACKED_SIZE]) for at in range(0, len(packed), PACKED_SIZE)]
