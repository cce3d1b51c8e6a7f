"""When people last read, to the minute: strings of four bytes a person, in shards of 65,536 people.

The page script notes it in the round trip that it makes anyway, and writes only when the minute is another one than before. A
shard lives as long as a timeline from its last change. Where it is lost, an order is worse for a while, and nothing is wrong.
"""

import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keyspace import keys
from keyspace.client import Keyspace

SHARD = 65_536
"""People in a shard: 256 kB."""
SHARDS = 65_536
"""Shards at most: the keys of viewers have four bytes."""
LOOKED_FOR = 256
"""Shards that are looked for at once. Where none of so many exists, there are none behind them: keys are given in turn."""
MINUTE = 60_000
"""Milliseconds in a minute."""


def place_of(viewer: int) -> tuple[str, int]:
    """Return the key of the shard of a viewer, and where in it they are, in bytes."""
    return f"{keys.ACTIVITY}{viewer // SHARD}", viewer % SHARD * keys.PACKED_VIEWER


@dataclass(frozen=True, slots=True)
class Activity:
    """The activity of everybody. Methods raise Unavailable while Redis does not answer."""

    keyspace: Keyspace

    async def minute(self) -> int:
        """Return the present minute on the clock of Redis."""
        seconds, _ = await self.keyspace.command("TIME")
        return int(seconds) * 1_000 // MINUTE

    async def note(self, viewer: int, life: int) -> None:
        """Note that somebody comes back now, before their first page does; the shard then lives for `life` seconds."""
        shard, place = place_of(viewer)
        minute = (await self.minute()).to_bytes(keys.PACKED_VIEWER, "little")
        await self.keyspace.commands("active", (("SETRANGE", shard, place, minute), ("EXPIRE", shard, life)))

    async def written(self) -> int:
        """Return the minute up to which activity was written to the graph, 0 where that is unknown."""
        return int(await self.keyspace.command("GET", keys.ACTIVITY_WRITTEN) or 0)

    async def note_written(self, minute: int) -> None:
        """Note that activity was written to the graph up to a minute."""
        await self.keyspace.command("SET", keys.ACTIVITY_WRITTEN, minute)

    async def numbers(self) -> Sequence[int]:
        """Return the numbers of the shards that exist, ascending."""
        found: list[int] = []
        for first in range(0, SHARDS, LOOKED_FOR):
            asked = range(first, first + LOOKED_FOR)
            exist = await self.keyspace.commands("shards", [("EXISTS", f"{keys.ACTIVITY}{number}") for number in asked])
            some = [number for number, exists in zip(asked, exist, strict=True) if exists]
            if not some:
                break
            found += some
        return found

    async def shards(self, numbers: Sequence[int]) -> Mapping[int, Sequence[int]]:
        """Return minutes since 1970 of the people of shards, by the number of the shard; 0 for who has not read.

        A shard ends with the last of them who has read.
        """
        found = await self.keyspace.command("MGET", *(f"{keys.ACTIVITY}{number}" for number in numbers)) if numbers else ()
        return {number: _minutes(packed or b"") for number, packed in zip(numbers, found, strict=True)}


def _minutes(packed: bytes) -> Sequence[int]:
    minutes = array("I", packed)
    if sys.byteorder == "big":
        minutes.byteswap()
    return minutes
