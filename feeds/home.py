"""The home timeline: what the viewer and those whom they follow write and repost, newest first, each post once.

What others write for everybody stands there, too, where it has a hashtag that the viewer follows.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from errors import Unavailable
from feeds.home_entries import Met, OnceEach, edge_of_entry
from feeds.keysets import IdColumn, Keyset, Place
from feeds.langs import in_langs
from feeds.paginate import Page, Slice
from feeds.pipeline import Feed
from feeds.reader import FeedParts, Reader
from feeds.upwards import Upwards
from graph.ids import FIRST, LAST, is_of_repost
from graph.rows.posts import PostRow
from keyspace.page_scripts import HomeAbsent, HomeAnswer
from keyspace.row_cache import LOOKS, PAUSE
from loaders.operation import Loaders
from services.delivery.building import build_timeline
from services.delivery.list_building import BUILT_MOST

ReadHome: TypeAlias = Callable[[], Awaitable[HomeAnswer | HomeAbsent]]
"""Reads a slice from the lists, or what of them is missing."""


class HomeKeyset(Keyset):
    """A place is an id, and the beginning of its walk: the newest row of its first page, or the moment of that page.

    In the place with which a walk begins it is `LAST`.
    """

    def precedes(self, one: Place, other: Place) -> bool:
        """Compare by the ids alone: places of one list come from several walks."""
        return one[0] > other[0]  # type: ignore[operator] # both are ids


KEYSET = HomeKeyset("home", below=IdColumn(), beginning=IdColumn())


def home(reader: Reader, langs: Sequence[str] | None = None) -> Feed[PostRow]:
    """Return the viewer's home timeline, in some languages alone where they are given.

    Raises:
        InvalidInput: what is given is no language, or too many are.
        Unauthenticated: nobody is signed in.

    """
    viewer, loaders, parts = reader.signed_in(), reader.loaders, reader.parts
    skeleton = HomeSkeleton(loaders, parts, viewer.key)
    return Feed(
        KEYSET,
        skeleton,
        OnceEach(loaders, reader.graph, viewer.id, skeleton.met).show,
        backward=Upwards(KEYSET, skeleton),
        rules=in_langs(langs, viewer.id),
        edge=partial(edge_of_entry, loaders, skeleton.met),
        placed=partial(with_beginning, skeleton.met),
    )


def place_of(entry: str) -> Place:
    """Return the place of an entry with which a walk begins."""
    return entry, entry


async def with_beginning(met: Met, page: Page[PostRow]) -> Page[PostRow]:
    """Put into the places of a page that begins with the newest where its walk begins: at the newest row that the viewer sees.

    Whatever is above is hidden from them, and nobody is told where something hidden stands. Where no row is seen, and where a
    walk begins further down, it begins at the moment of its first page: what is above then counts, what comes later does not.
    """
    if not met.from_newest or not page.places:
        return page
    beginning = page.places[0][0]
    places = [(id_, beginning) for id_, _ in page.places]
    return replace(page, places=places, end=None if page.end is None else (page.end[0], beginning))


@dataclass(slots=True)
class HomeSkeleton:
    """Ids of a home timeline: from cached lists, and from the graph where they end or are missing.

    It is of one reading, and notes what that has met.
    """

    loaders: Loaders
    parts: FeedParts
    viewer: int
    met: Met = field(default_factory=Met)

    async def __call__(self, after: Place, limit: int) -> Slice:
        """Return `limit` ids beyond a place, fewer only at the end.

        Warm it is one round trip to Redis, which merges the viewer's list with the recent posts of pulled authors and those with
        followed hashtags, and brings the cached rows of the posts as well. Whoever finds a list missing builds it, their own only
        where they begin at the newest, unless somebody else does or Redis is down: then this page comes from the graph.

        Raises:
            Unavailable: the lists do not have it all, and the graph cannot be reached.

        """
        below, beginning = map(str, after)
        self.met.beginning = self.met.began if beginning == LAST else beginning
        if below == LAST:
            self.met.from_newest = True
        ids, ended = await self._cached(below, limit) or ((), False)
        if not ended and len(ids) < limit:
            missing = limit - len(ids)
            pull = self.parts.pull.ids if self.met.follows_no_hashtag else self.parts.pull.ids_with_hashtags
            older = await pull(self.viewer, ids[-1] if ids else below, missing)
            self.met.from_graph.update(older)
            ids, ended = [*ids, *older], len(older) < missing
        self.met.reposts.update(filter(is_of_repost, ids))
        return Slice(ids, [(id_, self.met.beginning) for id_ in ids], ended)

    async def _cached(self, below: str, limit: int) -> tuple[Sequence[str], bool] | None:
        """Return what the lists have of it and whether it ends there, once built if need be; None where a list is missing."""
        # Whoever has met all that is above needs nothing of it.
        beginning = FIRST if self.met.from_newest else self.met.beginning
        read = partial(self.loaders.home_timeline, below, limit, self.parts.timelines.life, beginning)
        try:
            found = await self._read(read)
            if isinstance(found, HomeAnswer):
                return self._noted(found)
            token = await self.parts.timelines.begin(self.viewer) if found.timeline and below == LAST else None
        except Unavailable:
            return None
        return None if token is None else await self._build(token, limit, found, read)

    def _noted(self, found: HomeAnswer) -> tuple[Sequence[str], bool]:
        self.met.reposts.update(found.passed)
        self.met.hashtags = frozenset(found.hashtags)
        return found.ids, found.ended

    async def _read(self, read: ReadHome) -> HomeAnswer | HomeAbsent:
        found = await read()
        if isinstance(found, HomeAbsent) and not found.timeline:
            found = await self._read_built(found, read)
        return found

    async def _read_built(self, absent: HomeAbsent, read: ReadHome) -> HomeAnswer | HomeAbsent:
        """Build what all readers share, and read again; what another process builds is waited for, a moment.

        One call builds the recent posts of so many authors. While fewer of them are absent than before, it goes on with the rest.
        """
        looks = 0
        await self._build_shared(absent)
        found = await read()
        while isinstance(found, HomeAbsent) and not found.timeline:
            if _is_less(found, absent):
                absent = found
                await self._build_shared(absent)
            elif looks < LOOKS:
                looks += 1
                await asyncio.sleep(PAUSE)
            else:
                break
            found = await read()
        return found

    async def _build_shared(self, absent: HomeAbsent) -> None:
        """Build what readers share, and which hashtags the viewer follows: once in a process, for all who lack it meanwhile."""
        load = self.parts.cache.flights.load
        if absent.pulled:
            await load({"": b"pulled authors"}, {"": b""}, self._build_pulled)
        if absent.recent:
            lists = {str(author): b"recent posts of %d" % author for author in absent.recent[:BUILT_MOST]}
            await load(lists, dict.fromkeys(lists, b""), self._build_recent)
        if absent.followed_hashtags:
            await load({"": b"hashtags that %d follows" % self.viewer}, {"": b""}, self._build_followed)
        if absent.hashtags:
            lists = {name: b"posts with #" + name.encode() for name in absent.hashtags[:BUILT_MOST]}
            await load(lists, dict.fromkeys(lists, b""), self._build_hashtags)

    async def _build_pulled(self, _ids: Sequence[str], _leases: Mapping[str, bytes]) -> Mapping[str, None]:
        await self.parts.pulled.build()
        return {}

    async def _build_recent(self, authors: Sequence[str], _leases: Mapping[str, bytes]) -> Mapping[str, None]:
        await self.parts.recent.build([int(author) for author in authors])
        return {}

    async def _build_followed(self, _ids: Sequence[str], _leases: Mapping[str, bytes]) -> Mapping[str, None]:
        await self.parts.hashtags.build_followed(self.viewer)
        return {}

    async def _build_hashtags(self, names: Sequence[str], _leases: Mapping[str, bytes]) -> Mapping[str, None]:
        await self.parts.hashtags.build(names)
        return {}

    async def _build(
        self, token: str, limit: int, absent: HomeAbsent, read: ReadHome
    ) -> tuple[Sequence[str], bool] | None:
        """Build the viewer's own list, and return what it has of the first page and whether it ends there.

        Posts with hashtags are not in it: whoever follows some reads the lists once more. None where they are not all there.
        """
        timelines = self.parts.timelines
        built = await build_timeline(timelines, self.parts.pull, self.viewer, token)
        found: HomeAnswer | HomeAbsent = absent
        with suppress(Unavailable):  # the page is right without it
            await self._build_shared(replace(absent, followed_hashtags=built.follows_hashtags))
            if built.follows_hashtags:
                found = await self._read(read)
        if built.follows_hashtags:
            return self._noted(found) if isinstance(found, HomeAnswer) else None
        self.met.hashtags = frozenset()
        return built.ids[:limit], len(built.ids) < timelines.cap and len(built.ids) <= limit


def _is_less(found: HomeAbsent, absent: HomeAbsent) -> bool:
    """Return whether there is less to build than before. The sets of authors and of hashtags say which lists are needed."""
    sets = (absent.pulled and not found.pulled) or (absent.followed_hashtags and not found.followed_hashtags)
    return sets or len(found.recent) < len(absent.recent) or len(found.hashtags) < len(absent.hashtags)
