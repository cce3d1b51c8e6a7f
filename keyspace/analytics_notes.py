"""Notes of what is stale in the analysts' copy: what a consumer of events notes, and a refresh takes.

    notes ── take ──> taken, and the round that works on them ── done, when the snapshot is there ──> gone

What a refresh took stays until its snapshot is there, so the next one does again what one that was killed had begun. The token is
made with a snapshot that was written without notes, and lost with them. Beside it stands when the newest snapshot was made, by
which a folder is known that was set back to an older one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from keyspace.client import Keyspace
from keyspace.keys import ANALYTICS_BEGUN, ANALYTICS_NOTES, ANALYTICS_ROUND, ANALYTICS_TAKEN

EVERYTHING = "*"
"""The note that stands for all."""
NOTES_MOST = 20_000
"""Notes that are held one by one, most of them of people: some megabytes, and more than a refresh does better than writing
everything."""


class Begun(NamedTuple):
    """The token of notes that are whole, and when (milliseconds since 1970 UTC) the newest snapshot was made with it, or 0."""

    token: str
    made_at: int = 0


@dataclass(frozen=True, slots=True)
class AnalyticsNotes:
    """The notes in the Redis of streams. Methods raise Unavailable while it does not answer."""

    keyspace: Keyspace
    most: int = NOTES_MOST

    async def note(self, notes: Collection[str]) -> None:
        """Note what is stale; to note it again changes nothing."""
        if notes:
            await self.keyspace.script("analytics_note", self.most, EVERYTHING, *sorted(notes), keys=[ANALYTICS_NOTES])

    async def take(self, round_: str, *, again: bool) -> frozenset[str]:
        """Take what was noted, for a round of a refresh; `again`, to begin with all that was taken since the last snapshot."""
        names = [ANALYTICS_NOTES, ANALYTICS_ROUND, ANALYTICS_TAKEN]
        found = await self.keyspace.script("analytics_take", round_, int(again), EVERYTHING, self.most, keys=names)
        return frozenset(note.decode() for note in found if not note.startswith(b"="))

    async def done(self, begun: Begun) -> None:
        """Forget what was taken: it is in the snapshot that was made then. Where notes were lost meanwhile, they stay so."""
        forget = ("UNLINK", ANALYTICS_ROUND, ANALYTICS_TAKEN)
        await self.keyspace.commands("analytics_done", [("SET", ANALYTICS_BEGUN, f"{begun.token} {begun.made_at}", "XX"), forget])

    async def begun(self) -> Begun | None:
        """Return the token of the notes, and when the newest snapshot was made, None where some may be lost."""
        found = await self.keyspace.command("GET", ANALYTICS_BEGUN)
        if found is None:
            return None
        token, _, made_at = found.decode().partition(" ")
        return Begun(token, int(made_at or 0))

    async def begin(self, token: str) -> None:
        """Begin anew: what was noted until now is of no use to who reads everything from now on."""
        forget = ("UNLINK", ANALYTICS_NOTES, ANALYTICS_ROUND, ANALYTICS_TAKEN)
        await self.keyspace.commands("analytics_begin", [forget, ("SET", ANALYTICS_BEGUN, token)])

    async def lose(self) -> None:
        """Say that something is not noted any more."""
        await self.keyspace.command("UNLINK", ANALYTICS_BEGUN)

    async def waiting(self) -> int | None:
        """Count what waits to be taken, or taken again; None where everything is stale."""
        keys = (ANALYTICS_NOTES, ANALYTICS_TAKEN)
        held = [("SISMEMBER", key, EVERYTHING) for key in keys]
        commands = [*held, ("GET", ANALYTICS_BEGUN), ("SUNION", *keys)]
        *all_, begun, waiting = await self.keyspace.commands("analytics_waiting", commands)
        return None if any(all_) or begun is None else len(waiting)
