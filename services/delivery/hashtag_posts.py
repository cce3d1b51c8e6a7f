"""The newest home posts with a hashtag in Redis: one list that all who follow it share, newest first, complete to its last entry.

It is built when a reader needs it, as the recent posts of an author are, and kept as long as it is read. Each new post with the
hashtag goes into it, whoever may see it: rules decide for each reader. So a post costs as many lists as it has hashtags, and
nothing for each of their followers.

Beside the lists stands which hashtags a viewer follows, for those who follow any: a member of the set of people whom they follow
says that they do.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from errors import Unavailable
from graph.driver import Graph
from graph.ids import pack
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.errors import Full
from keyspace.lifetimes import spread
from keyspace.page_scripts import END, FOLLOWS_HASHTAGS
from services.delivery.list_building import build_absent
from services.events.hashtag_events import HashtagEvent, HashtagFollowed, HashtagUnfollowed
from services.events.post_events import PostCreated, PostDeleted, PostEdited

OF_HASHTAGS = frozenset({PostCreated, PostEdited, PostDeleted, HashtagFollowed, HashtagUnfollowed})
"""The events of which `HashtagPosts.handle` is the handler."""
READ = 2
"""Posts that are read for each entry of a list: replies to others are among them, and are left out."""


@dataclass(frozen=True, slots=True)
class HashtagPosts:
    """The lists of all hashtags, and which of them people follow. Methods raise Unavailable while Redis does not answer.

    `cap` is in entries, `life` in seconds since the last read, and spread, `build_timeout` in seconds.
    """

    graph: Graph
    keyspace: Keyspace
    cap: int
    life: int
    build_timeout: float

    async def add(self, post: str, hashtags: Sequence[str]) -> None:
        """Put a home post into the lists of its hashtags, at its place and once. A Redis that is full loses these lists."""
        if not hashtags:
            return
        names = keys.tagged(hashtags)
        try:
            await self.keyspace.script("hashtag_push", pack(post), self.cap, keys=names)
        except Full:
            await self.keyspace.command("UNLINK", *names)

    async def remove(self, post: str, hashtags: Sequence[str]) -> None:
        """Take a post out of them that is deleted, or has these hashtags no more."""
        if hashtags:
            await self.keyspace.script("hashtag_remove", pack(post), keys=keys.tagged(hashtags)[::2])

    async def handle(self, event: PostCreated | PostEdited | PostDeleted | HashtagEvent) -> None:
        """Do for certain what was done at once: a handler, which may run twice and in any order."""
        if isinstance(event, HashtagEvent):
            await self.followed_changed(event.user_key)
        elif isinstance(event, PostDeleted):
            await self.remove(event.post_id, event.hashtags)
        elif event.home:
            await self.add(event.post_id, event.hashtags)
            await self.remove(event.post_id, event.was_hashtags if isinstance(event, PostEdited) else ())

    async def followed_changed(self, viewer: int) -> None:
        """Let the viewer's next page read which hashtags they follow. A Redis that is full forgets whom they follow as well."""
        names = [keys.followed(viewer), *_followed(viewer), keys.building(viewer)]
        try:
            await self.keyspace.script("hashtags_changed", FOLLOWS_HASHTAGS, keys=names)
        except Full:
            await self.keyspace.command("UNLINK", *names)

    async def build(self, hashtags: Sequence[str]) -> None:
        """Build the absent lists of some hashtags, but for those that somebody else builds.

        Raises:
            Unavailable: Redis or the graph does not answer.

        """
        await build_absent(self, hashtags, keys.tagged, self._read)

    async def build_followed(self, viewer: int) -> None:
        """Read which hashtags a viewer follows, if that is absent, and build the absent lists of these.

        Raises:
            Unavailable: Redis or the graph does not answer.

        """
        token, names = secrets.token_hex(8), _followed(viewer)
        (won,) = await self.keyspace.script("lists_begin", token, int(self.build_timeout * 1000), keys=names)
        if not won:
            return
        try:
            hashtags = [name for name, _ in await self.graph.read("hashtags/followed", viewer=viewer)]
        except BaseException:
            with suppress(Unavailable):
                await self.keyspace.script("lists_abandon", token, keys=names[1:])
            raise
        words = (token, spread(self.life) * 1000, FOLLOWS_HASHTAGS, *hashtags)
        await self.keyspace.script("hashtags_finish", *words, keys=[*names, keys.followed(viewer)])
        if hashtags:
            await self.build(hashtags)

    async def _read(self, hashtags: Sequence[str]) -> Mapping[str, Sequence[bytes]]:
        found = await self.graph.read("hashtags/newest", hashtags=hashtags, limit=READ * self.cap)
        return {hashtag: _entries(ids, ended=ended) for hashtag, ids, ended in found}


def _followed(viewer: int) -> list[str]:
    """Return the keys of the hashtags that a viewer follows, and of who builds that."""
    return [keys.followed_hashtags(viewer), keys.followed_hashtags_building(viewer)]


def _entries(ids: Iterable[str], *, ended: bool) -> Sequence[bytes]:
    """Return the entries of a list; where they are more than it holds, the end mark is cut off with the oldest."""
    return [*map(pack, ids), *([END] if ended else [])]
