"""Look-ups that hand out everything and know nothing of how people stand: what a page costs without the policy.

Left out are: the standings that the script of a page brings, reading them, building the facts of each post, and its check. The
rule of home timelines, which reads the same standings, is told that the viewer follows everybody. All the rest is the product's:
bodies, counts, likes, authors and muted topics.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha1
from typing import Any

from graph.driver import Graph
from graph.ids import unpack
from graph.rows.posts import PostRow
from graph.rows.relationships import ViewerRelationship
from keyspace.client import Keyspace, Script
from keyspace.row_cache import Look, RowCache
from loaders.cached_rows import CachedRowById
from loaders.facts import FactById
from loaders.loader import Loader
from loaders.once import once
from loaders.operation import Loaders

RELATIONSHIPS = re.compile(r"^\s*standings = lease_facts\(.*\)\n", re.MULTILINE)
"""The line of the scripts that is left out."""
FOLLOWED = ViewerRelationship(following_since=0)


def without_relationships(keyspace: Keyspace) -> Keyspace:
    """Give the same Redis, where the scripts of a page leave standings out.

    Raises:
        RuntimeError: a script is not as it was when this was written.

    """
    scripts = {}
    for name in ("home_page", "hydrate"):
        text, removed = RELATIONSHIPS.subn("", keyspace.scripts[name].text)
        if removed != 1:
            raise RuntimeError("the script of a page looks standings up elsewhere now")
        scripts[name] = Script(name, text, sha1(text.encode(), usedforsecurity=False).hexdigest())
    return replace(keyspace, scripts=scripts)


class UnguardedLoaders(Loaders):
    """The look-ups of an operation in which the viewer may see everything and follows everybody."""

    def __init__(self, graph: Graph, cache: RowCache, viewer: tuple[str, int]) -> None:
        """Take the stores, with the script without standings, and the viewer."""
        super().__init__(graph, cache, viewer)
        self._id, _ = viewer

    @once
    def relationships(self) -> "AllFollowed":  # type: ignore[override]
        """Tell of everybody that the viewer follows them."""
        return AllFollowed()

    def _take_page(self, ids: Sequence[str], found: Sequence[Sequence[bytes]]) -> None:
        bodies, counts, likes, author_ids, authors, _, topics = found
        _prime(self._bodies, ids, bodies)
        _prime(self.post_counts, ids, counts)
        _prime(self.users, [unpack(packed) for packed in author_ids], authors)
        _prime(self.liked, ids, likes)
        _prime(self.muted_topics, [self._id], topics)

    async def hydrate(self, ids: Sequence[str]) -> list[PostRow | None]:
        """Give all posts of a page."""
        if missing := [id_ for id_ in ids if id_ not in self._bodies.known]:
            await self._prime_page(missing)
        return await self._bodies.many(ids)


class _Everybody(dict[str, ViewerRelationship]):
    """The same standing of everybody."""

    def __missing__(self, _: str) -> ViewerRelationship:
        return FOLLOWED


class AllFollowed(Loader[str, ViewerRelationship]):
    """Looks nothing up."""

    def __init__(self) -> None:
        """Know everybody."""
        super().__init__()
        self.known = _Everybody()

    async def many(self, keys: Sequence[str]) -> list[ViewerRelationship]:
        """Give the same for each."""
        return [FOLLOWED] * len(keys)


def _prime(loader: CachedRowById[Any] | FactById[Any], ids: Sequence[str], answers: Sequence[bytes]) -> None:
    look = Look.of(ids, answers, loader.reader)
    loader.prime(look.found, look.leases)
