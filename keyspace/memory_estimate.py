"""What of the memory of a Redis each role takes, about: keys that may be large are measured one by one, the others by samples."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from keyspace import keys
from keyspace.activity import Activity
from keyspace.client import Keyspace
from keyspace.roles import Role, is_cached_list, is_plan, is_row, is_selection, role_of

SAMPLES = 500
"""Keys that one look draws: three round trips, and about two milliseconds of Redis."""
NEWEST = 0.25
"""Share of the newest look in the average: one alone may have met a large key, or none."""
LARGE = (keys.EVENTS, keys.LIVE, keys.DEAD, keys.PULLED, *keys.FAN_OUT)
"""Keys that may be so large that they are measured one by one, as is each shard of activity: a sample would mostly miss them."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes by role, and how many of them may be removed: those of lists, of rows, and of plans that are done."""

    by_role: Mapping[Role, float]
    removable: float

    def moved(self, newer: "Estimate") -> "Estimate":
        """Return this average with a newer look in it."""
        by_role = {role: _moved(size, newer.by_role[role]) for role, size in self.by_role.items()}
        return Estimate(by_role, _moved(self.removable, newer.removable))


@dataclass(slots=True)
class MemoryEstimate:
    """The average of the looks at one Redis."""

    keyspace: Keyspace
    _average: Estimate | None = field(default=None, init=False)

    async def look(self) -> Estimate:
        """Look once more, and return the average.

        Raises:
            Unavailable: Redis does not answer.

        """
        newest = await self._newest()
        self._average = newest if self._average is None else self._average.moved(newest)
        return self._average

    def note_removed(self, size: int) -> None:
        """Take what was removed out of the average at once."""
        if self._average is not None:
            self._average = replace(self._average, removable=max(0.0, self._average.removable - size))

    async def _newest(self) -> Estimate:
        shards = await Activity(self.keyspace).numbers()
        large = await self._sizes([name.encode() for name in (*LARGE, *(f"{keys.ACTIVITY}{number}" for number in shards))])
        count, sample = await self._drawn(large.keys())
        sizes, lasting = await self._sizes(sample), await self._lasting([name for name in sample if is_plan(name)])
        each_stands_for = (count - len(large)) / max(1, len(sample))
        by_role: defaultdict[Role, float] = defaultdict(float)
        removable = 0.0
        for name, size in (*large.items(), *sizes.items()):
            # A selection is large and lasts for minutes. Where one is met, it is rather one of few than one of many.
            taken = size if name in large or is_selection(name) else size * each_stands_for
            by_role[role_of(name)] += taken
            removable += taken if is_row(name) or is_cached_list(name) or (is_plan(name) and name not in lasting) else 0
        return Estimate({role: by_role[role] for role in Role}, removable)

    async def _drawn(self, large: Collection[bytes]) -> tuple[int, Sequence[bytes]]:
        """Return the number of keys, and a sample of them, but for those that are measured one by one."""
        count, *names = await self.keyspace.commands("sample", (("DBSIZE",), *[("RANDOMKEY",)] * SAMPLES))
        return count, [name for name in names if name is not None and name not in large]

    async def _sizes(self, names: Sequence[bytes]) -> Mapping[bytes, int]:
        """Return the bytes of those that exist. A key that was drawn twice counts once for each."""
        found = await self.keyspace.commands("sample_sizes", [("MEMORY", "USAGE", name) for name in names])
        sizes: defaultdict[bytes, int] = defaultdict(int)
        for name, size in zip(names, found, strict=True):
            if size is not None:
                sizes[name] += size
        return sizes

    async def _lasting(self, plans: Sequence[bytes]) -> Collection[bytes]:
        """Return those plans that have no lifetime: their tasks are not done."""
        found = await self.keyspace.commands("sample_lives", [("TTL", name) for name in plans])
        return {name for name, seconds in zip(plans, found, strict=True) if seconds < 0}


def _moved(average: float, newer: float) -> float:
    return average + NEWEST * (newer - average)
