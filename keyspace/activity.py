"""When people last read, to the minute: strings of four bytes a person, in shards of 65,536 people.

The page script notes it in the round trip that it makes anyway, and writes only when the minute is another one than before. A
shard lives as long as a timeline from its last change. It begins with four bytes that say whether it is whole: a shard that was
lost, and that pages have begun anew, is not, until what the graph knows of its people is put into it again.
"""

import secrets
import sys
from array import array
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from struct import pack

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
HEAD = 4
"""Bytes before the first person: `WHOLE`, the token of who restores the shard, or nothing."""
WHOLE = b"\xff\xff\xff\xff"
RESTORED_AT_ONCE = 1_000
"""People whom one call restores: Redis is at it for a millisecond."""


def place_of(viewer: int) -> tuple[str, int]:
    """Return the key of the shard of a viewer, and where in it they are, in bytes."""
    return f"{keys.ACTIVITY}{viewer // SHARD}", HEAD + viewer % SHARD * keys.PACKED_VIEWER


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

    async def whole(self, numbers: Sequence[int]) -> AbstractSet[int]:
        """Return the numbers of those shards that have lost nothing."""
        asked = [("GETRANGE", f"{keys.ACTIVITY}{number}", 0, HEAD - 1) for number in numbers]
        heads = await self.keyspace.commands("whole_shards", asked)
        return {number for number, head in zip(numbers, heads, strict=True) if head == WHOLE}

    async def restore(self, number: int, minutes: Mapping[int, int], life: int) -> None:
        """Put the last minutes of viewers back into a shard that is not whole, where nothing newer stands, and note that it is.

        A new shard lives `life` seconds. Where it is lost meanwhile, or somebody else restores it, it is left as it is.
        """
        pairs = [pack("<II", place_of(viewer)[1], minute) for viewer, minute in minutes.items()]
        chunks = [b"".join(pairs[at : at + RESTORED_AT_ONCE]) for at in range(0, len(pairs), RESTORED_AT_ONCE)] or [b""]
        token = secrets.token_bytes(HEAD - 1) + b"\0"
        for at, chunk in enumerate(chunks):
            head = WHOLE if at == len(chunks) - 1 else token
            words = (b"" if at == 0 else token, head, life, chunk)
            if not await self.keyspace.script("activity_restore", *words, keys=[f"{keys.ACTIVITY}{number}"]):
                return


def _minutes(packed: bytes) -> Sequence[int]:
    minutes = array("I", packed[HEAD:])
    if sys.byteorder == "big":
        minutes.byteswap()
    return minutes
