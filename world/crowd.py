"""The people of an import: from ids of a file to keys of the graph."""

from array import array
from collections.abc import Collection

from graph.driver import Graph
from world.strangers import stranger
from world.writing import batches

REMEMBERED = 2_000_000
"""Keys kept at hand, some 100 bytes each; beyond that they are forgotten together and asked for again."""


SHORTEST, LONGEST_PREFIX = 3, 6
"""Letters of a username at least, and of what stands before the ids at most: 30 in all, with the longest id."""


def username_of(prefix: str, name: str) -> str:
    """Give the username of an id: `u123`; where that is too short for one, underscores fill it up: `u_1`.

    No id begins with an underscore (see `edges`), so two ids never have one username.
    """
    return prefix + name.rjust(SHORTEST - len(prefix), "_")


class Crowd:
    """Finds the keys of people, and makes those who are new, in the order in which they first appear.

    Memory: one bit for each key up to the highest, and the `REMEMBERED` keys.
    """

    def __init__(self, graph: Graph, prefix: str, now_ms: int) -> None:
        """Begin without anybody. `prefix` stands before the ids of the file in usernames."""
        self._graph, self._prefix, self._now_ms = graph, prefix, now_ms
        self._keys: dict[str, int] = {}
        self._present = bytearray()
        self.made = 0

    async def keys(self, names: Collection[str]) -> dict[str, int]:
        """Give the keys of these ids."""
        if len(self._keys) + len(names) > REMEMBERED:
            self._keys.clear()
        unknown = [name for name in dict.fromkeys(names) if name not in self._keys]
        for batch in batches(unknown):
            people = [stranger(username_of(self._prefix, name), self._now_ms) for name in batch]
            last, known = await self._graph.write("world/add_people", people=people)
            for name, (key, _) in zip(batch, known, strict=True):
                self.made += key is None
                last += key is None
                self._meet(name, last if key is None else key)
        return self._keys

    def members(self) -> "array[int]":
        """Give the keys of everybody who was asked for, ascending."""
        held = enumerate(self._present)
        return array("L", ((index << 3) + bit for index, bits in held if bits for bit in range(8) if bits >> bit & 1))

    def _meet(self, name: str, key: int) -> None:
        self._keys[name] = key
        if key >> 3 >= len(self._present):
            self._present.extend(bytes((key >> 3) - len(self._present) + 1 + 4_096))
        self._present[key >> 3] |= 1 << (key & 7)
