"""Lookups of what posts quote, as the viewer may be shown it."""

from collections.abc import Mapping, Sequence

from clock import now_ms
from graph.rows.posts import PostRow
from graph.rows.quotes import DELETED, DETACHED, HIDDEN, Quote, QuoteState
from loaders.loader import OptionalLoader
from loaders.muted_topics import MutedTopicsById
from loaders.posts import PostById
from loaders.relationships import ViewerRelationshipById
from loaders.visible import Hydrate
from services.mutes.matching import Mutes


class QuoteById(OptionalLoader[str, Quote]):
    """What a post quotes, by the id of the post that quotes; None where it quotes nothing, or may not be seen itself.

    Whatever the viewer may not see is HIDDEN, for whichever reason, but for what they deleted themselves. What they mute is
    there all the same, to be shown when they ask for it. All that the posts of a page quote is one round trip.
    """

    def __init__(
        self,
        posts: PostById,
        hydrate: Hydrate,
        relationships: ViewerRelationshipById,
        topics: MutedTopicsById,
        viewer: str | None,
    ) -> None:
        """Share what is known; `viewer` is an id, None for nobody signed in."""
        super().__init__()
        self._posts, self._hydrate, self._viewer = posts, hydrate, viewer
        self._relationships, self._topics = relationships, topics

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, Quote]:
        """Look up what those posts quote that the viewer may see."""
        quoting = [post for post in await self._posts.many(keys) if post is not None and post.quote_of_id is not None]
        attached = {post.id: post.quote_of_id for post in quoting if post.quote_of_id is not None and not post.quote_detached}
        places = await self._places(list(dict.fromkeys(attached.values()))) if attached else {}
        return {post.id: places[attached[post.id]] if post.id in attached else DETACHED for post in quoting}

    async def _places(self, ids: Sequence[str]) -> Mapping[str, Quote]:
        """Return what stands in the place of each of these posts."""
        found = dict(zip(ids, await self._hydrate(ids), strict=True))
        muted = await self._muted([post for post in found.values() if post is not None])
        places = {
            id_: HIDDEN if post is None else Quote(QuoteState.MUTED if id_ in muted else QuoteState.SHOWN, post)
            for id_, post in found.items()
        }
        if self._viewer is not None and (unseen := [id_ for id_, post in found.items() if post is None]):
            own = [of.post for of in await self._posts.checks(unseen) if of.post.author_id == self._viewer]
            places |= {post.id: DELETED for post in own if post.deleted_at is not None}
        return places

    async def _muted(self, posts: Sequence[PostRow]) -> set[str]:
        """Return which posts of others have an author whom the viewer mutes, or say something that they mute."""
        others = [post for post in posts if post.author_id != self._viewer]
        if self._viewer is None or not others:
            return set()
        now, topics = now_ms(), await self._topics.one(self._viewer)
        mutes = Mutes(topics or (), now)
        related = await self._relationships.many([post.author_id for post in others])
        return {post.id for post, of in zip(others, related, strict=True) if of.muted(now) or mutes.match(post)}
