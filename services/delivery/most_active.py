"""Who of an author's followers has read most lately: a selection of bounded size, from any number of followers."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

import structlog

from clock import now_ms
from keyspace.activity import SHARD, Activity
from services.delivery.followers import NEWEST, Followers, Place
from services.events.backoff import TROUBLE

FRESH = 60_000
"""Milliseconds for which a worker uses what it has read of a shard: it is noted to the minute."""
SHARDS = 256
"""Shards that a worker keeps: the activity of 17 million people, in 64 MB at most."""
SHARDS_READ = 8
"""Shards that are read at once: 2 MB."""
BLOCK = 10_000
"""Followers that are read at once to select from."""

log = structlog.get_logger()


@dataclass(slots=True)
class LastRead:
    """When people last read, as a worker has read it. `restore` puts into a shard what Redis has lost of it, by its number."""

    activity: Activity
    restore: Callable[[int], Awaitable[None]]
    _shards: dict[int, tuple[int, Sequence[int]]] = field(default_factory=dict)
    _restoring: asyncio.Task[None] | None = None

    async def minutes(self, viewers: Sequence[int]) -> list[int]:
        """Return the minute since 1970 at which each of these last read, 0 where it is unknown. What is lost is restored."""
        wanted = {viewer // SHARD for viewer in viewers}
        for number in await self._lost(wanted):
            await self.restore(number)
        return _minutes(viewers, await self._read(wanted))

    async def minutes_at_hand(self, viewers: Sequence[int]) -> list[int]:
        """Return the same at once: 0 for those of whom Redis has lost something, which is restored behind the answer."""
        wanted = {viewer // SHARD for viewer in viewers}
        lost = await self._lost(wanted)
        if lost and (self._restoring is None or self._restoring.done()):
            self._restoring = asyncio.create_task(self._restore(lost), name="restoring activity")
        return _minutes(viewers, await self._read(wanted - lost))

    async def close(self) -> None:
        """Stop what is being restored."""
        if self._restoring is not None:
            self._restoring.cancel()
            await asyncio.gather(self._restoring, return_exceptions=True)

    async def _restore(self, numbers: Collection[int]) -> None:
        try:
            for number in numbers:
                await self.restore(number)
        except TROUBLE as error:  # whoever needs it next begins again
            log.warning("activity_not_restored", error=type(error).__name__)

    async def _lost(self, wanted: Collection[int]) -> set[int]:
        """Return those shards that have to be read and are not whole."""
        missing = self._missing(wanted)
        return {*missing} - await self.activity.whole(missing) if missing else set()

    async def _read(self, wanted: Collection[int]) -> Mapping[int, Sequence[int]]:
        missing = self._missing(wanted)
        found = {number: self._shards[number][1] for number in wanted if number not in missing}
        for start in range(0, len(missing), SHARDS_READ):
            for number, minutes in (await self.activity.shards(missing[start : start + SHARDS_READ])).items():
                found[number] = minutes
                self._shards.pop(number, None)  # so that the oldest are the first
                self._shards[number] = (now_ms(), minutes)
        while len(self._shards) > SHARDS:
            del self._shards[next(iter(self._shards))]
        return found

    def _missing(self, wanted: Collection[int]) -> Sequence[int]:
        """Return those shards that are not kept, or for too long."""
        old = now_ms() - FRESH
        return [number for number in wanted if number not in self._shards or self._shards[number][0] <= old]


async def most_active(followers: Followers, last_read: LastRead, post: str, author: int, size: int) -> Sequence[int]:
    """Return up to `size` followers, those who read most lately first; of those who read at the same minute, who followed last.

    The followers are streamed: little more than are wanted are held. Sorting keeps others from the loop, so each block is sorted
    by itself, without those who are too late, which leaves little to do when it is put among the best.
    """
    best: list[tuple[int, int]] = []
    earliest = -1  # minute: whoever read no later is not among the best
    place: Place | None = NEWEST
    while place is not None:
        chunk = await followers.chunk(post, author, place, BLOCK)
        minutes = await last_read.minutes(chunk.keys)
        block = [each for each in zip(minutes, chunk.keys, strict=True) if each[0] > earliest]
        _keep(block, size)
        best += block
        if len(best) > size + BLOCK:
            _keep(best, size)
            earliest = best[-1][0]
        place = chunk.next
    _keep(best, size)
    return [viewer for _, viewer in best]


def ordered(viewers: Sequence[int], minutes: Sequence[int], size: int) -> list[int]:
    """Return up to `size` viewers of whom it is known when they read, who read most lately first."""
    known = [each for each in zip(minutes, viewers, strict=True) if each[0]]
    _keep(known, size)
    return [viewer for _, viewer in known]


def _keep(best: list[tuple[int, int]], size: int) -> None:
    best.sort(key=itemgetter(0), reverse=True)  # stable, so that the order of the index breaks ties
    del best[size:]


def _minutes(viewers: Sequence[int], shards: Mapping[int, Sequence[int]]) -> list[int]:
    return [_at(shards.get(viewer // SHARD, ()), viewer % SHARD) for viewer in viewers]


def _at(minutes: Sequence[int], place: int) -> int:
    return minutes[place] if place < len(minutes) else 0
