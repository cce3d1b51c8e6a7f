"""The people of an import: maps ids of the file to keys of the graph."""

from array import array
from collections.abc import Collection

from graph.driver import Graph
from world.generated_person import generated_person
from world.writing import batches

CACHED_KEYS = 2_000_000
"""Keys in the cache, about 100 bytes each. When it is full it is emptied, and keys are read from the graph again."""
SHORTEST, LONGEST_PREFIX = 3, 6
"""Characters: the shortest username, and the longest prefix. With the longest id a username has 30."""


def username_of(prefix: str, name: str) -> str:
    """Return the username of an id: `u123`, or with underscores if that is too short: `u_1`.

    No id begins with an underscore (see `edges`), so two ids never get the same username.
    """
    return prefix + name.rjust(SHORTEST - len(prefix), "_")


class ImportedPeople:
    """Finds the keys of people, and creates new people in the order in which they first appear.

    It needs one bit of memory for each key up to the highest, and the cache of `CACHED_KEYS` keys.
    """

    def __init__(self, graph: Graph, prefix: str, now_ms: int) -> None:
        """Start empty. In usernames, `prefix` comes before the id of the file."""
        self._graph, self._prefix, self._now_ms = graph, prefix, now_ms
        self._keys: dict[str, int] = {}
        self._present = bytearray()
        self.created = 0

    async def keys(self, names: Collection[str]) -> dict[str, int]:
        """Return the keys of these ids, and maybe of others, by id."""
        if len(self._keys) + len(names) > CACHED_KEYS:
            self._keys.clear()
        unknown = [name for name in dict.fromkeys(names) if name not in self._keys]
        for batch in batches(unknown):
            people = [generated_person(username_of(self._prefix, name), self._now_ms) for name in batch]
            last, known = await self._graph.write("world/add_people", people=people)
            for name, (key, _) in zip(batch, known, strict=True):
                self.created += key is None
                last += key is None
                self._add(name, last if key is None else key)
        return self._keys

    def members(self) -> "array[int]":
        """Return the keys of all people so far, ascending."""
        held = enumerate(self._present)
        return array("L", ((index << 3) + bit for index, bits in held if bits for bit in range(8) if bits >> bit & 1))

    def _add(self, name: str, key: int) -> None:
        self._keys[name] = key
        if key >> 3 >= len(self._present):
            self._present.extend(bytes((key >> 3) - len(self._present) + 1 + 4_096))
        self._present[key >> 3] |= 1 << (key & 7)
