"""Views of posts that are not in the graph yet: for each post how many, and a sketch (HyperLogLog) of who they were of.

Redis holds what came since the last writing, and no more: the rest of a sketch stands in the graph, and is merged when it is
written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graph.ids import pack, unpack
from keyspace import keys
from keyspace.client import Keyspace

LATELY_BITS = 4_096
"""Bits of what one person has viewed in half of the time within which they count once. Those of three halves are kept,
1.5 kB in all: where somebody views 300 posts in that time, about one in a hundred is taken for seen."""
WAITING_MOST = 50_000
"""Most posts whose views wait to be written, where no worker runs."""
SKETCHES_MOST = 32 * 1024 * 1024
"""Most bytes of their sketches: one of few people takes 100 bytes, of many 12 kB. With so many, nothing
is counted until some are written."""


class Batch(NamedTuple):
    """Views that are written together, by post, and the number of the batch."""

    number: int
    views: Mapping[str, int]


class Viewed(NamedTuple):
    """By how many people a post was viewed, about, and the sketch of who they are."""

    people: int
    sketch: bytes


@dataclass(frozen=True, slots=True)
class ViewStore:
    """Views as Redis has them. Methods raise Unavailable while it does not answer."""

    keyspace: Keyspace

    async def record(self, viewer: str, key: int, posts: Sequence[str], again_after: int) -> None:
        """Count that a viewer, by id and key, viewed posts: each at most once within so many milliseconds.

        It counts again at the latest after half as much more.
        """
        viewed_by = [keys.VIEWED_BY + pack(post) for post in posts]
        names: tuple[bytes | str, ...] = (keys.VIEWS, keys.viewed_lately(key), keys.VIEWS_SIZE, *viewed_by)
        words = pack(viewer), again_after, LATELY_BITS, WAITING_MOST, SKETCHES_MOST
        await self.keyspace.script("views_record", *words, keys=names)

    async def take(self, number: int, most: int) -> Batch | None:
        """Take up to so many posts as a batch of this number, or the batch that is not done yet; None where no view waits."""
        words = number, most, keys.VIEWED_BY, keys.VIEWED_BY_BATCH
        answer = await self.keyspace.script("views_take", *words, keys=(keys.VIEWS, keys.VIEWS_BATCH, keys.VIEWS_SIZE))
        if not answer:
            return None
        taken, *pairs = answer
        return Batch(int(taken), {unpack(id_): int(views) for id_, views in zip(pairs[::2], pairs[1::2], strict=True)})

    async def merge(self, sketches: Mapping[str, bytes]) -> Mapping[str, Viewed]:
        """Merge who has viewed posts of the batch with the sketches of who had before, empty for nobody."""
        names: list[bytes | str] = [keys.VIEWS_MERGED, *(keys.VIEWED_BY_BATCH + pack(post) for post in sketches)]
        answer = await self.keyspace.script("views_merge", *sketches.values(), keys=names)
        found = zip(answer[::2], answer[1::2], strict=True)
        return {post: Viewed(people, sketch) for post, (people, sketch) in zip(sketches, found, strict=True)}

    async def done(self, batch: Batch) -> None:
        """Forget a batch; another one is left."""
        await self.keyspace.script("views_done", batch.number, keys.VIEWED_BY_BATCH, keys=[keys.VIEWS_BATCH])
