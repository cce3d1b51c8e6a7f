"""Pages over the product's graph: each statement reads some thousand rows by an index, and there is a pause between two.

So the product does not feel it. What comes out are rows of the tables with ids, to be given pseudonyms.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from analytics.export.months import ids_of
from graph.driver import Graph

Rows: TypeAlias = Sequence[Sequence[Any]]
ROOT = "analytics_export"


@dataclass(frozen=True, slots=True)
class PageSizes:
    """How much one statement reads: `nodes` of people or posts, `edges` of what hangs on them; and seconds between two."""

    nodes: int = 1_000
    edges: int = 5_000
    pause: float = 0.01
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Pages:
    """Reads the rows of a month, page by page. Methods raise Unavailable while the graph does not answer."""

    graph: Graph
    sizes: PageSizes

    async def people(self, month: str) -> AsyncIterator[Rows]:
        """Yield rows [id, key, verified, whether there is a bio, a picture, how many they follow] of who signed up then."""
        async for rows in self._nodes("people", month):
            yield rows

    async def posts(self, month: str, *, text: bool) -> AsyncIterator[Rows]:
        """Yield the posts that were written then, as the statement returns them."""
        async for rows in self._nodes("posts", month, text=text):
            yield rows

    async def post_sizes(self, month: str) -> AsyncIterator[Rows]:
        """Yield rows [id, hashtags, mentions, likes, reposts] of the posts that were written then."""
        async for rows in self._nodes("post_sizes", month):
            yield rows

    async def follows(self, counts: Iterable[tuple[int, int]]) -> AsyncIterator[Rows]:
        """Yield rows [follower, followed, at] of people, by key and by how many each follows."""
        for keys in _together(counts, self.sizes.edges):
            place = {"at": -1, "followed": -1}
            while True:
                rows = await self._read("follows", keys=keys, limit=self.sizes.edges, **place)
                yield [[*shown, at] for _, at, _, shown in rows if shown]
                if len(keys) > 1 or len(rows) < self.sizes.edges:
                    break
                _, place["at"], place["followed"], _ = max(rows, key=lambda row: (row[1], row[2]))

    async def likes(self, counts: Iterable[tuple[str, int]]) -> AsyncIterator[Rows]:
        """Yield rows [person, post, at] of posts, by id and by how many likes each has."""
        for posts in _together(counts, self.sizes.edges):
            place = {"at": -1, "other": -1}
            while True:
                rows = await self._read("likes", posts=posts, limit=self.sizes.edges, **place)
                yield [shown for _, _, shown in rows if shown]
                if len(posts) > 1 or len(rows) < self.sizes.edges:
                    break
                place["at"], place["other"], _ = max(rows, key=lambda row: (row[0], row[1]))

    async def reposts(self, counts: Iterable[tuple[str, int]]) -> AsyncIterator[Rows]:
        """Yield rows [person, post, at] of posts, by id and by how many reposts each has."""
        for posts in _together(counts, self.sizes.edges):
            place = ""
            while True:
                rows = await self._read("reposts", posts=posts, limit=self.sizes.edges, repost=place)
                yield [shown for _, shown in rows if shown]
                if len(posts) > 1 or len(rows) < self.sizes.edges:
                    break
                place = max(id_ for id_, _ in rows)

    async def hashtags(self, counts: Iterable[tuple[str, int]]) -> AsyncIterator[Rows]:
        """Yield rows [post, hashtag, when the post was written]; a post has as many as its text has room for."""
        for posts in _together(counts, self.sizes.edges):
            yield await self._read("hashtags", posts=posts)

    async def mentions(self, counts: Iterable[tuple[str, int]]) -> AsyncIterator[Rows]:
        """Yield rows [post, person, when the post was written]; a post has as many as its text has room for."""
        for posts in _together(counts, self.sizes.edges):
            yield await self._read("mentions", posts=posts)

    async def first_ids(self) -> tuple[str | None, str | None]:
        """Return the first id of a person and of a post."""
        person, post = await self._read("bounds")
        return person, post

    async def _nodes(self, name: str, month: str, **params: Any) -> AsyncIterator[Rows]:
        last, end = ids_of(month)
        while True:
            count, last_read, rows = await self._read(name, after=last, end=end, limit=self.sizes.nodes, **params)
            if rows:
                yield rows
            if count < self.sizes.nodes:
                return
            last = last_read

    async def _read(self, name: str, **params: Any) -> Any:
        rows = await self.graph.read(f"{ROOT}/{name}", timeout=self.sizes.timeout, **params)
        await asyncio.sleep(self.sizes.pause)
        return rows


def _together(counts: Iterable[tuple[Any, int]], most: int) -> Iterator[list[Any]]:
    """Yield what has something, so much together that one page holds all of it; what has more than a page is alone."""
    group, size = list[Any](), 0
    for each, count in counts:
        if not count:
            continue
        if group and size + count > most:
            yield group
            group, size = [], 0
        group.append(each)
        size += count
    if group:
        yield group
