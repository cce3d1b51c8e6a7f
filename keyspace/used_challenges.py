"""Challenges that were answered: each is good once. Only those are stored, so asking for many stores nothing."""

from dataclasses import dataclass

from graph.ids import new_id
from keyspace import keys
from keyspace.client import Keyspace


@dataclass(frozen=True, slots=True)
class UsedChallenges:
    """Notes which challenges were used."""

    keyspace: Keyspace

    async def use(self, challenge_id: str, life: int) -> bool:
        """Use a challenge, and return whether it was not used before. The note lasts for `life` milliseconds.

        Where a connection breaks, the command is sent twice; what it finds the second time is its own note.

        Raises:
            Unavailable: Redis does not answer.

        """
        note = new_id().encode()
        found = await self.keyspace.command("SET", keys.used_challenge(challenge_id), note, "NX", "GET", "PX", life)
        return found is None or found == note
