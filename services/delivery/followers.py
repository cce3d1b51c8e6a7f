"""The followers of an author, in chunks along the relationship index, so that any number of them takes little memory."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from graph.driver import Graph
from graph.ids import is_of_repost
from integers import MAX_SAFE_INTEGER


class Place(NamedTuple):
    """Where a chunk begins: below a moment in milliseconds, or at it and below a key."""

    at: int
    other: int


NEWEST = Place(MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
"""Where the followers begin: with who followed last."""


class Chunk(NamedTuple):
    """Keys of followers, when each followed, and where the next chunk begins, None after the last.

    `deleted` is whether the post was deleted, or the repost taken back.
    """

    keys: Sequence[int]
    at: Sequence[int]
    next: Place | None
    deleted: bool

    def cut(self, size: int) -> tuple["Chunk", "Chunk | None"]:
        """Return the first `size` followers, and the others, None where there are no more."""
        if len(self.keys) <= size:
            return self, None
        first = Chunk(self.keys[:size], self.at[:size], Place(self.at[size - 1], self.keys[size - 1]), self.deleted)
        return first, self._replace(keys=self.keys[size:], at=self.at[size:])


class Followers(Protocol):
    """Whoever names the followers to whom a post is pushed."""

    async def chunk(self, post: str, author: int, place: Place, limit: int) -> Chunk:
        """Return up to `limit` followers from a place on."""
        ...


@dataclass(frozen=True, slots=True)
class FollowerIndex:
    """The followers in the graph. Raises Unavailable while the graph is away."""

    graph: Graph

    async def chunk(self, post: str, author: int, place: Place, limit: int) -> Chunk:
        """Return up to `limit` followers from a place on; one round trip."""
        # Of a repost nothing is left when it is gone, and it must not be taken for gone by a member that does not have it yet.
        graph = self.graph.from_leader() if is_of_repost(post) else self.graph
        deleted, keys, at = await graph.read(
            "delivery/followers", post=post, key=author, at=place.at, other=place.other, limit=limit
        )
        next_ = Place(at[-1], keys[-1]) if len(keys) == limit else None
        return Chunk(array("q", keys), array("q", at), next_, deleted)
