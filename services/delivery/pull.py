"""The home timeline straight from the graph: the truth that every cached one must equal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graph.driver import Graph

FEW = 8
"""Posts of each author that a build looks at first: of a hundred authors they fill a timeline of 800 posts."""


class PulledTimeline(NamedTuple):
    """What a timeline is built of: ids, newest first, keys of those whom the viewer follows, and whether they follow hashtags."""

    ids: Sequence[str]
    followed: Sequence[int]
    follows_hashtags: bool


@dataclass(frozen=True, slots=True)
class Pull:
    """The pull statement: one seek for each author whom the viewer follows; docs/decisions/pull-by-seeks.md says why."""

    graph: Graph

    async def ids(self, viewer: int, below: str, limit: int) -> Sequence[str]:
        """Return the newest ids below one; one round trip."""
        ids: Sequence[str] | None = await self.graph.read("feed/pull", viewer=viewer, below=below, limit=limit)
        return ids or []

    async def ids_with_hashtags(self, viewer: int, below: str, limit: int) -> Sequence[str]:
        """Return the same with the posts under hashtags that the viewer follows, not all of which belong on home timelines."""
        ids: Sequence[str] | None = await self.graph.read("feed/pull_with_hashtags", viewer=viewer, below=below, limit=limit)
        return ids or []

    async def timeline(self, viewer: int, limit: int) -> PulledTimeline:
        """Return the newest ids, and what stands beside them, all of one moment; one round trip."""
        row = await self.graph.read("feed/build", viewer=viewer, few=FEW, limit=limit)
        return PulledTimeline(*(row or ((), (), False)))

    async def followed(self, viewer: int) -> Sequence[int]:
        """Return the keys of those whom the viewer follows, as their nodes say."""
        keys: Sequence[int] | None = await self.graph.read("feed/followed", viewer=viewer)
        return keys or []

    async def newest_of(self, author: int, limit: int) -> Sequence[str]:
        """Return the ids of the newest home posts of one author."""
        ids: Sequence[str] | None = await self.graph.read("feed/newest_of", author=author, limit=limit)
        return ids or []
