"""The memory of a Redis: how much is used and allowed, and how to give some back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from keyspace.client import Keyspace

_INFO = (("INFO", "memory"), ("INFO", "stats"))


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of a Redis in bytes, as it counts towards its limit, and how many keys it has evicted by its own policy."""

    used: int
    limit: int
    """0 where there is none."""
    evicted: int
    policy: str

    @classmethod
    def of(cls, memory: bytes, stats: bytes) -> Self:
        """Read it from two sections of INFO. What buffers take does not count towards the limit."""
        lines = (line.partition(":") for line in (memory + stats).decode().splitlines())
        found = {name: value for name, _, value in lines}
        used = int(found["used_memory"]) - int(found.get("mem_not_counted_for_evict", 0))
        return cls(used, int(found["maxmemory"]), int(found["evicted_keys"]), found["maxmemory_policy"])

    @property
    def evicts_any(self) -> bool:
        """Return whether Redis evicts keys of any kind by its own policy, so that nobody else needs to."""
        return self.policy.startswith("allkeys-")

    @property
    def knows_idle(self) -> bool:
        """Return whether Redis knows when a key was read last: it knows that, or how often."""
        return not self.policy.endswith("lfu")


async def memory_of(keyspace: Keyspace) -> Memory:
    """Return the memory of a Redis.

    Raises:
        Unavailable: Redis does not answer.

    """
    return Memory.of(*await keyspace.commands("memory", _INFO))


async def removed(keyspace: Keyspace, names: Sequence[bytes | str]) -> tuple[int, Memory]:
    """Remove keys; return how many there were, and the memory afterwards. A Redis that is full takes this, too.

    Raises:
        Unavailable: Redis does not answer.

    """
    count, *info = await keyspace.commands("evict", (("UNLINK", *names), *_INFO))
    return int(count), Memory.of(*info)


async def forgotten(keyspace: Keyspace, plans: Sequence[bytes], settled_life: int, done_life: int) -> tuple[int, Memory]:
    """Remove those plans of posts that are delivered; return how many, and the memory afterwards.

    Plans of posts that were settled less than `settled_life` milliseconds ago stay, or delivered less than `done_life` ago.

    Raises:
        Unavailable: Redis does not answer.

    """
    return int(await keyspace.script("plans_forget", settled_life, done_life, keys=plans)), await memory_of(keyspace)


async def idle_for(keyspace: Keyspace, names: Sequence[bytes], seconds: int) -> list[bytes]:
    """Return those keys that nobody has read for so long, by a Redis that `knows_idle`.

    Raises:
        Unavailable: Redis does not answer.

    """
    found = await keyspace.commands("idle", [("OBJECT", "IDLETIME", name) for name in names])
    return [name for name, idle in zip(names, found, strict=True) if idle is not None and idle >= seconds]
