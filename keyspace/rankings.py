"""Rankings of whom a viewer may know, cached like rows, under a lease, for a minute.

Scripts read the users of a page together with the ranking, so they find their ids in it. Behind a zero and the number of
candidates stands for each candidate, in two bytes, how many users a page needs that ends with them. Then come the packed ids of
all these users, each once, in the order in which pages need them. The rest is JSON, which names users by their place there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from struct import pack as packed
from struct import unpack_from
from typing import Any

import orjson

from graph.ids import PACKED_SIZE, pack
from keyspace import keys
from keyspace.row_cache import Kind, Values

LIFE = 60
"""Seconds for which a ranking is kept. What others do does not remove it, so it may be as old as that."""
_BEGINNING, _NEEDED = 2, 2
"""Bytes before the numbers of users, and of each of them."""


@dataclass(frozen=True, slots=True)
class RankingKind(Kind):
    """The kind of the one row that holds whom the `viewer` may know. Its key ends in the hash tag of the viewer, whatever the id.

    Its values are whether there was nobody else, and of each candidate the id, the number of mutuals and the ids of some of them.
    """

    prefix: bytes = keys.RANKING
    life: int | None = LIFE
    viewer: int = field(kw_only=True)

    def key(self, id_: str) -> bytes:  # noqa: ARG002 - a viewer has one row
        """Return the key of the row."""
        return keys.ranking(self.viewer)

    def encode(self, values: Values | None) -> bytes:
        """Return the bytes of a ranking without its end. There is no negative entry: everybody has one, if an empty one."""
        assert values is not None
        ended, candidates = values
        places, needed = dict[str, int](), list[int]()
        for id_, _, mutual_ids in candidates:
            for each in (id_, *mutual_ids):
                places.setdefault(each, len(places))
            needed.append(len(places))
        named = [[places[id_], mutuals, [places[each] for each in mutual_ids]] for id_, mutuals, mutual_ids in candidates]
        head = bytes((0, len(needed))) + packed(f">{len(needed)}H", *needed)
        return head + b"".join(map(pack, places)) + orjson.dumps([ended, list(places), named])

    def values(self, encoded: bytes) -> Sequence[Any]:
        """Return the values of a ranking without its end: the reverse of `encode`."""
        count = encoded[1]
        end = _BEGINNING + _NEEDED * count
        if count:
            end += PACKED_SIZE * unpack_from(">H", encoded, end - _NEEDED)[0]
        ended, ids, named = orjson.loads(encoded[end:])
        return [ended, [[ids[place], mutuals, [ids[each] for each in others]] for place, mutuals, others in named]]
