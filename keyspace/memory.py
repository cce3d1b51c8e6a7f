"""The memory of a Redis: how much is used and allowed, what each role takes of it, and how to give some back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from keyspace import keys
from keyspace.client import Keyspace
from keyspace.roles import Role, role_of

SAMPLES = 300
"""Keys that an estimate looks at: two round trips, and about a millisecond of Redis."""
LARGE = (keys.EVENTS, keys.LIVE, keys.DEAD)
"""Keys that are so large that they are measured one by one: a sample would mostly miss them."""
_INFO = (("INFO", "memory"), ("INFO", "stats"))


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of a Redis in bytes, as it counts towards its limit, and how many keys it has evicted by its own policy."""

    used: int
    limit: int
    """0 where there is none."""
    evicted: int

    @classmethod
    def of(cls, memory: bytes, stats: bytes) -> Self:
        """Read it from two sections of INFO. What buffers take does not count towards the limit."""
        lines = (line.partition(":") for line in (memory + stats).decode().splitlines())
        found = {name: value for name, _, value in lines}
        used = int(found["used_memory"]) - int(found.get("mem_not_counted_for_evict", 0))
        return cls(used, int(found["maxmemory"]), int(found["evicted_keys"]))


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


async def estimated_by_role(keyspace: Keyspace) -> Mapping[Role, int]:
    """Return about how many bytes each role takes, from a sample of the keys; streams themselves are measured.

    Raises:
        Unavailable: Redis does not answer.

    """
    random = await keyspace.commands("sample", (("DBSIZE",), *[("RANDOMKEY",)] * SAMPLES))
    size, sample = int(random[0]), [name for name in random[1:] if name is not None and name.decode("latin-1") not in LARGE]
    sizes = await keyspace.commands("sample_sizes", [("MEMORY", "USAGE", name) for name in (*LARGE, *sample)])
    large = [int(each) for each in sizes[: len(LARGE)] if each is not None]
    by_role: defaultdict[Role, int] = defaultdict(int, {Role.STREAMS: sum(large)})
    each_stands_for = (size - len(large)) / max(1, len(sample))
    for name, taken in zip(sample, sizes[len(LARGE) :], strict=True):
        by_role[role_of(name)] += round((taken or 0) * each_stands_for)
    return {role: by_role[role] for role in Role}
