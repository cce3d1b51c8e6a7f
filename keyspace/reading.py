"""Where people are in their feeds: a hash for each person, and a list of what is not in the graph yet.

What is not written yet never expires, and stands beside the sessions, which are never removed to free memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from keyspace import keys
from keyspace.client import Keyspace

LIFE = 3_600_000
"""Milliseconds for which the positions of a person stay in Redis once all of them are in the graph, too: who reads moves on."""


class Stored(NamedTuple):
    """When somebody was at a place, in milliseconds since 1970 UTC, and the place as text."""

    at: int
    place: str

    @classmethod
    def of(cls, found: bytes) -> Self:
        """Read what stands in Redis."""
        at, _, place = found.decode().partition(" ")
        return cls(int(at), place)


class Unwritten(NamedTuple):
    """A position that is not in the graph yet; `viewer` is the small integer key of whose it is. None: Redis has lost it."""

    viewer: int
    feed: str
    position: Stored | None

    @property
    def name(self) -> str:
        """Its name among those that are not written."""
        return _name(self.viewer, self.feed)


@dataclass(frozen=True, slots=True)
class Move:
    """Where somebody was in a feed at a moment.

    `known` is when they were at the position that their device knew, None where it does not say; with `anyway` it moves whatever
    other devices did.
    """

    viewer: int
    feed: str
    to: Stored
    known: int | None
    anyway: bool


@dataclass(frozen=True, slots=True)
class ReadingStore:
    """Positions as Redis has them. Methods raise Unavailable while it does not answer."""

    keyspace: Keyspace

    async def one(self, viewer: int, feed: str) -> Stored | None:
        """Return where somebody is in a feed, None where Redis does not know."""
        found = await self.keyspace.command("HGET", keys.reading(viewer), feed)
        return None if found is None else Stored.of(found)

    async def move(self, move: Move) -> tuple[bool, Stored] | None:
        """Move a position where it is to; return whether it is at that place, and where it is; None where Redis knows of none."""
        return await self._move(move)

    async def move_from(self, move: Move, before: Stored | None) -> tuple[bool, Stored]:
        """Do the same where Redis knows of no position, with what the graph has; what Redis knows by now goes before that."""
        answer = await self._move(move, "" if before is None else f"{before.at} {before.place}")
        assert answer is not None  # a script that is told what stood before answers
        return answer

    async def _move(self, move: Move, *before: str) -> tuple[bool, Stored] | None:
        known = "" if move.known is None else move.known
        words = (move.feed, _name(move.viewer, move.feed), move.to.at, move.to.place, known, int(move.anyway), *before)
        names = (keys.reading(move.viewer), keys.READING_UNWRITTEN)
        answer = await self.keyspace.script("reading_move", *words, keys=names)
        return (bool(answer[0]), Stored.of(answer[1])) if answer else None

    async def unwritten(self, most: int) -> Sequence[Unwritten]:
        """Return up to so many positions that are not in the graph yet, those of long ago first."""
        names = await self.keyspace.command("ZRANGE", keys.READING_UNWRITTEN, 0, most - 1)
        pairs = [(int(viewer), feed) for viewer, feed in (name.decode().split(" ") for name in names)]
        asked = [("HGET", keys.reading(viewer), feed) for viewer, feed in pairs]
        found = await self.keyspace.commands("unwritten_positions", asked)
        return [
            Unwritten(viewer, feed, None if position is None else Stored.of(position))
            for (viewer, feed), position in zip(pairs, found, strict=True)
        ]

    async def written(self, positions: Sequence[Unwritten]) -> None:
        """Note that positions are in the graph; those that have moved since stay to be written."""
        words = [word for each in positions for word in (each.name, "" if each.position is None else each.position.at)]
        names = [keys.READING_UNWRITTEN, *(keys.reading(each.viewer) for each in positions)]
        await self.keyspace.script("reading_written", LIFE, *words, keys=names)


def _name(viewer: int, feed: str) -> str:
    return f"{viewer} {feed}"
