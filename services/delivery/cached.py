"""A home timeline in Redis: a list of packed ids, newest first, complete down to its last entry, but for what is pulled.

A last entry of zero bytes says that the timeline is whole: nothing older exists. It is trimmed away with the rest when the
list outgrows its cap, so a list without it goes on in the graph.

Beside the list stands whom the viewer follows, built with it, so that a page finds the pulled authors among them. It may hold
somebody whom the viewer follows no longer, never lack somebody.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from graph.ids import pack
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.errors import Full
from keyspace.lifetimes import spread
from keyspace.page_scripts import END, FOLLOWS_HASHTAGS


@dataclass(frozen=True, slots=True)
class CachedTimelines:
    """The lists of everybody. Methods raise Unavailable while Redis is down.

    `cap` is in entries, `life` in seconds since the last page read, and spread, `build_timeout` in seconds.
    """

    keyspace: Keyspace
    cap: int
    life: int
    build_timeout: float
    rows: Keyspace | None = None
    """The Redis of cached rows where that is another one."""

    async def push(self, post: str, viewers: Sequence[int]) -> int:
        """Put a post into those timelines that exist, once however often it is pushed; return how many it was new to."""
        if not viewers:
            return 0
        names = (keys.TIMELINE, keys.BUILDING)
        return int(await self.keyspace.script("timeline_push", pack(post), self.cap, *names, keys.packed(viewers)))

    async def exists(self, viewer: int) -> bool:
        """Return whether there is a list, or one is being built."""
        return bool(await self.keyspace.command("EXISTS", keys.timeline(viewer), keys.building(viewer)))

    async def merge(self, viewer: int, followed: tuple[str, int], posts: Sequence[str]) -> None:
        """Add somebody whom the viewer follows, by id and key, and put their posts into the timeline, each where it belongs.

        What does not exist stays so. Whoever builds it begins again. A Redis that is full has no room for the posts: there the
        timeline goes, and the next page comes from the graph.
        """
        id_, key = followed
        newest_first = sorted(set(posts), reverse=True)
        names = [*keys.timelines([viewer]), keys.followed(viewer), keys.pulled_of(viewer), keys.relationships(viewer)]
        if self.rows is not None:
            await self.rows.command("HDEL", keys.relationships(viewer), pack(id_))
        try:
            await self.keyspace.script("timeline_merge", self.cap, key, pack(id_), *map(pack, newest_first), keys=names)
        except Full:
            await self.keyspace.command("UNLINK", *names)

    async def begin(self, viewer: int) -> str | None:
        """Become the one builder of a timeline and get the token to finish with, or None when another builds or has built.

        From here on pushes wait for the builder, so what it reads from the graph after this misses nothing.
        """
        token = secrets.token_hex(8)
        names = [*keys.timelines([viewer]), keys.followed(viewer)]
        won = await self.keyspace.script("timeline_begin", token, int(self.build_timeout * 1000), keys=names)
        return token if won else None

    async def restart(self, viewer: int) -> str | None:
        """Drop a timeline and become its one builder, with the token to finish with; None where another builds already."""
        token = secrets.token_hex(8)
        names = [*keys.timelines([viewer]), keys.followed(viewer), keys.pulled_of(viewer)]
        won = await self.keyspace.script("timeline_restart", token, int(self.build_timeout * 1000), keys=names)
        return token if won else None

    async def finish(
        self, viewer: int, token: str, posts: Sequence[str], followed: Sequence[int], *, follows_hashtags: bool = False
    ) -> bool:
        """Put a timeline in place that was built of its newest posts, up to the cap, and whom the viewer follows.

        False when it took too long, or the viewer followed somebody meanwhile, or a hashtag.
        """
        entries = entries_of(posts, self.cap)
        names = [*keys.timelines([viewer]), keys.followed(viewer), keys.pulled_of(viewer)]
        life, members = spread(self.life) * 1000, [*followed, *((FOLLOWS_HASHTAGS,) if follows_hashtags else ())]
        return bool(
            await self.keyspace.script(
                "timeline_finish", token, self.cap, life, len(entries), *entries, *members, keys=names
            )
        )

    async def abandon(self, viewer: int, token: str) -> None:
        """Give up building, so that the next reader may."""
        await self.keyspace.script("lists_abandon", token, keys=[keys.building(viewer)])


def entries_of(posts: Sequence[str], cap: int) -> list[bytes]:
    """Return the entries of a list of posts, newest first, that were read up to the cap: fewer posts are all that exist."""
    entries = [pack(post) for post in posts]
    if len(entries) < cap:
        entries.append(END)
    return entries
