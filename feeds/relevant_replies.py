"""Direct replies to a post, the most relevant first: some are ranked, the others come by time.

A ranking is made by the first page, and held for those that follow, if there are any, by a token that their cursors carry:
so likes and follows that come meanwhile neither repeat nor skip anything. Cursors are sealed, since ranks tell how much that
is hidden stands between.
"""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from inspect import isawaitable
from operator import attrgetter

from errors import CursorExpired, Unavailable
from feeds import replies as by_time
from feeds.keysets import IdColumn, IntegerColumn, Keyset, Place, TokenColumn
from feeds.paginate import Page, Skeleton, Slice
from feeds.pipeline import Feed
from feeds.reader import Reader
from feeds.totals import counted
from graph.ids import FIRST
from graph.rows.posts import PostRow
from loaders.reply_rankings import RANKED_MOST

KEYSET = Keyset(
    "replies by relevance", ascending=True, sealed=True, ranking=TokenColumn(), rank=IntegerColumn(), reply=IdColumn()
)
_EMPTY = "0"
"""Token of a ranking of nothing, which need not be held."""
_UNRANKED = RANKED_MOST
"""The rank of all that is not ranked."""


class ReplyOrder(StrEnum):
    """In which order the replies to a post are shown."""

    TIME = "TIME"
    RELEVANCE = "RELEVANCE"


def ordered_replies(reader: Reader, post: PostRow, order: ReplyOrder, *, in_tree: bool = False) -> Feed[PostRow]:
    """Return the direct replies to a post that the viewer may see and that are not hidden.

    Those of a tree are ranked for all posts together, and not held: their pages are the first alone.
    """
    feed = by_time.replies(reader, post)
    if order is ReplyOrder.TIME:
        return feed
    loaders = reader.loaders
    rankings = loaders.tree_rankings if in_tree else loaders.reply_rankings
    skeleton = RankedReplies(reader, post.id, feed.skeleton, rankings.load)
    total = counted(loaders.post_counts, post.id, attrgetter("replies"))
    placed = None if in_tree else skeleton.keep
    return Feed(KEYSET, skeleton, loaders.hydrate, (by_time.is_not_hidden,), post.id, total=total, placed=placed)


@dataclass(slots=True)
class RankedReplies:
    """A skeleton that gives what is ranked, then the rest by time."""

    reader: Reader
    post: str
    by_time: Skeleton
    rank: Callable[[str], Sequence[str] | Awaitable[Sequence[str]]]
    _token: str = field(default="", init=False)
    _ranked: Sequence[str] = field(default=(), init=False)
    _is_new: bool = field(default=False, init=False)
    """Whether the ranking was made by this page."""
    _newest: str = field(default=FIRST, init=False)
    """The newest of what was read."""

    async def __call__(self, beyond: Place, limit: int) -> Slice:
        """Return `limit` ids beyond a place, fewer only at the end.

        Raises:
            CursorExpired: the ranking of the place is not held any more.
            Unavailable: it cannot be looked up, or the graph cannot be reached.

        """
        token, rank, reply = str(beyond[0]), int(beyond[1]), str(beyond[2])
        if not self._token:
            await self._begin(token)
        found = await self._slice(rank, reply, limit)
        self._newest = max((self._newest, *found.ids))
        return found

    async def keep(self, page: Page[PostRow]) -> Page[PostRow]:
        """Hold a new ranking for the next page.

        Where there is none, the page ends behind all that was read: what comes later comes by time, and needs no ranking.
        """
        if not self._is_new or not self._ranked:
            return page
        if not page.has_next:
            return page if page.end is None else replace(page, end=(_EMPTY, _UNRANKED, self._newest))
        with suppress(Unavailable):  # the page is right without it, and the next says that it is not held
            await self.reader.loaders.ranking_holder.hold(self._token, self._ranked)
        return page

    async def _slice(self, rank: int, reply: str, limit: int) -> Slice:
        ids = list(self._ranked[rank + 1 : rank + 1 + limit])
        places: list[Place] = [(self._token, at, id_) for at, id_ in enumerate(ids, rank + 1)]
        if len(ids) == limit:
            return Slice(ids, places, ended=False)
        rest = await self._rest(reply if rank == _UNRANKED else FIRST, limit - len(ids))
        return Slice([*ids, *rest.ids], [*places, *((self._token, _UNRANKED, id_) for id_ in rest.ids)], rest.ended)

    async def _begin(self, token: str) -> None:
        """Take the ranking of a token, or make one where there is none yet."""
        if token:
            ranked = () if token == _EMPTY else await self._held(token)
            if ranked is None:
                raise CursorExpired("after")
            self._token, self._ranked = token, ranked
            return
        found = self.rank(self.post)
        self._ranked = await found if isawaitable(found) else found
        self._token = secrets.token_hex(8) if self._ranked else _EMPTY
        self._is_new = True

    async def _held(self, token: str) -> Sequence[str] | None:
        found = self.reader.loaders.held_rankings.load(token)
        return await found if isawaitable(found) else found

    async def _rest(self, after: str, limit: int) -> Slice:
        """Return what is not ranked, by time. So much more is read as may be ranked, so one slice has them all."""
        place: Place = (after,)
        ranked = {id_ for id_ in self._ranked if id_ > after}
        found = await self.by_time(place, limit + len(ranked))
        ids = [id_ for id_ in found.ids if id_ not in ranked]
        return Slice.of_ids(ids[:limit], ended=found.ended and len(ids) <= limit)
