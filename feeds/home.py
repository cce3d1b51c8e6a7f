"""The home timeline: what the viewer and those whom they follow write, newest first."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from clock import now_ms
from errors import Unavailable
from feeds.keysets import IdColumn, Keyset, Place
from feeds.langs import in_langs
from feeds.paginate import Slice
from feeds.pipeline import Feed
from feeds.reader import FeedParts, Reader
from feeds.upwards import Upwards
from graph.ids import LAST
from graph.rows.posts import PostRow
from graph.rows.relationships import ViewerRelationship
from keyspace.page_scripts import HomeAbsent, HomeAnswer
from keyspace.row_cache import LOOKS, PAUSE
from loaders.operation import Loaders
from services.delivery.building import build_timeline
from services.delivery.recent import BUILT_MOST
from services.mutes.matching import Mutes

KEYSET = Keyset("home", below=IdColumn())


def home(reader: Reader, langs: Sequence[str] | None = None) -> Feed[PostRow]:
    """Return the viewer's home timeline, in some languages alone where they are given.

    Raises:
        InvalidInput: what is given is no language, or too many are.
        Unauthenticated: nobody is signed in.

    """
    viewer, loaders, parts = reader.signed_in(), reader.loaders, reader.parts

    async def hydrate(ids: Sequence[str]) -> Sequence[PostRow | None]:
        return await hydrate_home(loaders, viewer.id, ids)

    skeleton = HomeSkeleton(loaders, parts, viewer.key)
    rules: list[Callable[[PostRow], bool]] = [OnHome(loaders, viewer.id), *in_langs(langs, viewer.id)]
    return Feed(KEYSET, skeleton, hydrate, rules=rules, backward=Upwards(KEYSET, skeleton))


@dataclass(frozen=True, slots=True)
class HomeSkeleton:
    """Ids of a home timeline: from cached lists, and from the graph where they end or are missing."""

    loaders: Loaders
    parts: FeedParts
    viewer: int

    async def __call__(self, after: Place, limit: int) -> Slice:
        """Return `limit` ids beyond a place, fewer only at the end.

        Warm it is one round trip to Redis, which merges the viewer's list with the recent posts of pulled authors, and brings the
        cached rows of the posts as well. Whoever finds a list missing builds it, their own only where they begin at the newest,
        unless somebody else does or Redis is down: then this page comes from the graph.

        Raises:
            Unavailable: the lists do not have it all, and the graph cannot be reached.

        """
        below = str(after[0])
        ids, ended = await self._cached(below, limit) or ((), False)
        if not ended and len(ids) < limit:
            missing = limit - len(ids)
            older = await self.parts.pull.ids(self.viewer, ids[-1] if ids else below, missing)
            ids, ended = [*ids, *older], len(older) < missing
        return Slice.of_ids(ids, ended=ended)

    async def _cached(self, below: str, limit: int) -> tuple[Sequence[str], bool] | None:
        """Return what the lists have of it and whether it ends there, once built if need be; None where a list is missing."""
        try:
            found = await self._read(below, limit)
            if isinstance(found, HomeAbsent) and not found.timeline:
                found = await self._read_built(found, below, limit)
            if isinstance(found, HomeAnswer):
                return found.ids, found.ended
            token = await self.parts.timelines.begin(self.viewer) if found.timeline and below == LAST else None
        except Unavailable:
            return None
        return None if token is None else await self._build(token, limit, found)

    async def _read(self, below: str, limit: int) -> HomeAnswer | HomeAbsent:
        return await self.loaders.home_timeline(below, limit, self.parts.timelines.life)

    async def _read_built(self, absent: HomeAbsent, below: str, limit: int) -> HomeAnswer | HomeAbsent:
        """Build what all readers share, and read again; what another process builds is waited for, a moment.

        One call builds the recent posts of so many authors. While fewer of them are absent than before, it goes on with the rest.
        """
        looks = 0
        await self._build_shared(absent)
        found = await self._read(below, limit)
        while isinstance(found, HomeAbsent) and not found.timeline:
            if _is_less(found, absent):
                absent = found
                await self._build_shared(absent)
            elif looks < LOOKS:
                looks += 1
                await asyncio.sleep(PAUSE)
            else:
                break
            found = await self._read(below, limit)
        return found

    async def _build_shared(self, absent: HomeAbsent) -> None:
        """Build what all readers share: once in a process, for all who lack it meanwhile."""
        load = self.parts.cache.flights.load
        if absent.pulled:
            await load({"": b"pulled authors"}, {"": b""}, self._build_pulled)
        if absent.recent:
            lists = {str(author): b"recent posts of %d" % author for author in absent.recent[:BUILT_MOST]}
            await load(lists, dict.fromkeys(lists, b""), self._build_recent)

    async def _build_pulled(self, _ids: Sequence[str], _leases: Mapping[str, bytes]) -> Mapping[str, None]:
        await self.parts.pulled.build()
        return {}

    async def _build_recent(self, authors: Sequence[str], _leases: Mapping[str, bytes]) -> Mapping[str, None]:
        await self.parts.recent.build([int(author) for author in authors])
        return {}

    async def _build(self, token: str, limit: int, absent: HomeAbsent) -> tuple[Sequence[str], bool]:
        """Build the viewer's own list, and return what it has of the first page and whether it ends there."""
        timelines = self.parts.timelines
        ids = await build_timeline(timelines, self.parts.pull, self.viewer, token)
        with suppress(Unavailable):  # the page is right without it
            await self._build_shared(absent)
        return ids[:limit], len(ids) < timelines.cap and len(ids) <= limit


def _is_less(found: HomeAbsent, absent: HomeAbsent) -> bool:
    """Return whether there is less to build than before. The set of pulled authors says whose recent posts are needed."""
    return (absent.pulled and not found.pulled) or len(found.recent) < len(absent.recent)


async def hydrate_home(loaders: Loaders, viewer: str, ids: Sequence[str]) -> Sequence[PostRow | None]:
    """Return the posts that the viewer may see, None for the others, and look up what `OnHome` needs to know of them."""
    posts = await loaders.hydrate(ids)
    await prepare_home(loaders, viewer, [post for post in posts if post is not None])
    return posts


async def prepare_home(loaders: Loaders, viewer: str, posts: Sequence[PostRow]) -> None:
    """Look up what `OnHome` needs to know of posts. Where a page was hydrated, it is known already."""
    await loaders.relationships.many([post.author_id for post in posts if post.author_id != viewer])
    await loaders.muted_topics.one(viewer)


class OnHome:
    """The rule of home timelines: shows the viewer's own posts, and those of users whom the viewer follows and does not mute.

    The cached list and the stream do not know mutes, and may hold posts of users whom the viewer follows no longer. Call
    `prepare_home` with a post before the rule: it looks up what the rule reads.
    """

    __slots__ = ("_mutes", "_now", "_relationships", "_topics", "_viewer")

    def __init__(self, loaders: Loaders, viewer: str) -> None:
        """Take the present time; mutes that have ended hide nothing."""
        self._viewer = viewer
        self._relationships: Mapping[str, ViewerRelationship] = loaders.relationships.known
        self._topics = loaders.muted_topics.known
        self._mutes: Mutes | None = None
        self._now = now_ms()

    def __call__(self, post: PostRow) -> bool:
        """Return whether a post that the viewer may see is on their home timeline."""
        if post.author_id == self._viewer:
            return True
        relationship = self._relationships[post.author_id]
        if relationship.following_since is None or relationship.muted(self._now):
            return False
        if self._mutes is None:
            self._mutes = Mutes(self._topics[self._viewer] or (), self._now)
        return not self._mutes.match(post)
