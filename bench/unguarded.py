"""Look-ups that hand out everything and know nothing of how people stand: what a page costs without the policy.

Left out are: the standings that the script of a page brings, reading them, building the facts of each post, and its check. The
rule of home timelines, which reads the same standings, is told that the viewer follows everybody. All the rest is the product's:
bodies, counts, likes, authors and muted topics.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import sha1
from typing import TypeVar

from graph.driver import Graph
from graph.ids import pack, unpack
from graph.rows import PostRow, Standing
from keyspace.client import Keyspace, Script
from keyspace.hot import Hot, Look, new_token
from loaders.hot_rows import HotRowById
from loaders.loader import Loader
from loaders.operation import Loaders

R = TypeVar("R")
STANDINGS = re.compile(r"^\s*standings = lease_facts\(.*\)\n", re.MULTILINE)
"""The line of the script that is left out."""
FOLLOWED = Standing(following_since=0)


def without_standings(keyspace: Keyspace) -> Keyspace:
    """Give the same Redis, where the script of a page leaves standings out.

    Raises:
        RuntimeError: the script is not as it was when this was written.

    """
    text, removed = STANDINGS.subn("", keyspace.scripts["hydrate"].text)
    if removed != 1:
        raise RuntimeError("the script of a page looks standings up elsewhere now")
    script = Script("hydrate", text, sha1(text.encode(), usedforsecurity=False).hexdigest())
    return replace(keyspace, scripts={script.name: script})


class UnguardedLoaders(Loaders):
    """The look-ups of an operation in which the viewer may see everything and follows everybody."""

    def __init__(self, graph: Graph, hot: Hot, viewer: tuple[str, int]) -> None:
        """Take the stores, with the script without standings, and the viewer."""
        super().__init__(graph, hot, viewer)
        self._id, self._key = viewer

    @cached_property
    def standings(self) -> "AllFollowed":  # type: ignore[override]
        """Tell of everybody that the viewer follows them."""
        return AllFollowed()

    async def hydrate(self, ids: Sequence[str]) -> list[PostRow | None]:
        """Give all posts of a page."""
        script = self._hot.keyspace.script
        found = await script("hydrate", new_token(), self._hot.life, self._key, pack(self._id), *map(pack, ids))
        bodies, counts, likes, author_ids, authors, _, topics = found
        _prime(self._bodies, ids, bodies)
        _prime(self.post_counts, ids, counts)
        _prime(self.users, [unpack(packed) for packed in author_ids], authors)
        liked = Look.of(ids, likes, self.liked.decode)
        self.liked.prime(liked.found, liked.leases)
        _prime(self.muted_topics, [self._id], topics)
        return await self._bodies.many(ids)


class _Everybody(dict[str, Standing]):
    """The same standing of everybody."""

    def __missing__(self, _: str) -> Standing:
        return FOLLOWED


class AllFollowed(Loader[str, Standing]):
    """Looks nothing up."""

    def __init__(self) -> None:
        """Know everybody."""
        super().__init__()
        self.known = _Everybody()

    async def many(self, keys: Sequence[str]) -> list[Standing]:
        """Give the same for each."""
        return [FOLLOWED] * len(keys)


def _prime(loader: HotRowById[R], ids: Sequence[str], answers: Sequence[bytes]) -> None:
    loader.prime_look(Look.of(ids, answers, loader.kind.decode))
