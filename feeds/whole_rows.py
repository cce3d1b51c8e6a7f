"""Feeds whose statement returns whole rows, in the order of their ids: nothing is left to look up."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from feeds.keysets import Keyset, Place
from feeds.paginate import Slice
from feeds.pipeline import Feed
from feeds.reader import Reader


class Identified(Protocol):
    """A row with an id."""

    @property
    def id(self) -> str:
        """Its id."""


R = TypeVar("R", bound=Identified)


def whole_rows(
    reader: Reader, keyset: Keyset, statement: str, row_of: Callable[[Sequence[Any]], R], **params: Any
) -> Feed[R]:
    """Return the feed of a statement that takes `limit` and the columns of the keyset; `row_of` reads each that it returns."""
    found: dict[str, R] = {}

    async def skeleton(beyond: Place, limit: int) -> Slice:
        rows = await reader.graph.read(statement, **{**params, **keyset.params(beyond), "limit": limit}) or ()
        read = [row_of(row) for row in rows]
        found.update((row.id, row) for row in read)
        return Slice.of_ids([row.id for row in read], ended=len(read) < limit)

    async def hydrate(ids: Sequence[str]) -> Sequence[R | None]:
        return [found[id_] for id_ in ids]

    return Feed(keyset, skeleton, hydrate)
