"""All look-ups of one operation, made when first used, and the one round trip that fills them for a page of posts."""

from collections.abc import Sequence
from typing import Any

from errors import Unavailable
from graph.driver import Graph
from graph.ids import pack, unpack
from graph.rows.posts import PostRow
from keyspace.row_cache import Look, RowCache, new_token
from loaders.cached_rows import CachedRowById
from loaders.facts import FactById
from loaders.media import MediaById
from loaders.muted_topics import MutedTopicsById
from loaders.named import NamedUserById
from loaders.once import once
from loaders.posts import LikedById, PostById, PostCountsById, UnguardedPostById
from loaders.relationships import ViewerRelationshipById
from loaders.replying import MayReplyById
from loaders.users import UnguardedUserCountsById, UserById, UserByUsername
from loaders.visible import UserCountsById, VisibleMediaById, VisibleUserById


class Loaders:
    """The look-ups of one operation and one viewer; what they found is forgotten with them."""

    def __init__(self, graph: Graph, cache: RowCache, viewer: tuple[str, int] | None) -> None:
        """Take the two stores, and the viewer as id and key (None: not signed in)."""
        self._graph, self._cache = graph, cache
        self._viewer_id: str | None
        self._viewer_key: int | None
        self._viewer_id, self._viewer_key = viewer or (None, None)

    @once
    def users(self) -> UserById:
        """People by id."""
        return UserById(self._graph, self._cache)

    @once
    def visible_users(self) -> VisibleUserById:
        """People by id whom the viewer may see."""
        return VisibleUserById(self.users, self.relationships, self._viewer_id, self._prime_people)

    @once
    def named_users(self) -> NamedUserById:
        """People by id with nothing but their names, for those whom the viewer blocks."""
        return NamedUserById(self.users)

    @once
    def users_by_name(self) -> UserByUsername:
        """People whom the viewer may see by username in lower case."""
        return UserByUsername(self._graph, self.visible_users, self._viewer_key)

    @once
    def user_counts(self) -> UserCountsById:
        """Counts of people, those that the viewer may know."""
        return UserCountsById(UnguardedUserCountsById(self._graph, self._cache), self.visible_users)

    @once
    def relationships(self) -> ViewerRelationshipById:
        """How the viewer and a person stand."""
        return ViewerRelationshipById(self._graph, self._cache, self._viewer_key)

    @once
    def muted_topics(self) -> MutedTopicsById:
        """Words, hashtags and threads that somebody mutes."""
        return MutedTopicsById(self._graph, self._cache)

    @once
    def _bodies(self) -> UnguardedPostById:
        return UnguardedPostById(self._graph, self._cache)

    @once
    def posts(self) -> PostById:
        """Posts that the viewer may see."""
        return PostById(self._bodies, self.users, self.relationships, self._viewer_id)

    @once
    def may_reply(self) -> MayReplyById:
        """Whether the viewer may reply to a post."""
        return MayReplyById(self.posts)

    @once
    def post_counts(self) -> PostCountsById:
        """Counts of posts."""
        return PostCountsById(self._graph, self._cache)

    @once
    def liked(self) -> LikedById:
        """Whether the viewer likes a post."""
        return LikedById(self._graph, self._cache, self._viewer_key)

    @once
    def pictures(self) -> MediaById:
        """Pictures in any state."""
        return MediaById(self._graph, self._cache)

    @once
    def visible_media(self) -> VisibleMediaById:
        """Pictures that the viewer may see."""
        return VisibleMediaById(self.pictures, self.visible_users, self.posts, self.hydrate)

    async def hydrate(self, ids: Sequence[str]) -> list[PostRow | None]:
        """Give the posts of a page that the viewer may see, None for the others, in order.

        One round trip brings whatever is hot of bodies, counts, authors and the viewer's own relation to them; only what
        is missing costs more.
        """
        bodies = self._bodies
        missing = [id_ for id_ in ids if id_ not in bodies.known and id_ not in bodies.cold]
        if missing:
            await self._prime_page(missing)
        return await self.posts.many(ids)

    async def _prime_people(self, ids: Sequence[str]) -> None:
        """Take whatever is hot of people and of how the viewer and they stand: one round trip, or none if all is known."""
        known = self.users.known, self.relationships.known
        missing = [id_ for id_ in dict.fromkeys(ids) if not all(id_ in each for each in known)]
        if not missing:
            return
        viewer = "" if self._viewer_key is None else self._viewer_key
        try:
            found = await self._cache.keyspace.script(
                "hydrate_people", new_token(), self._cache.life, viewer, *map(pack, missing)
            )
        except Unavailable:
            return
        people, relationships = found
        _prime(self.users, missing, people)
        if self._viewer_key is not None:
            _prime(self.relationships, missing, relationships)

    async def timeline(self, viewer: int, start: bytes, count: int, life: int) -> Sequence[bytes] | None:
        """Read a slice of the viewer's home timeline as `services.delivery.cached.Read`, with whatever is hot of its posts.

        Raises:
            Unavailable: Redis does not answer.

        """
        cache = self._cache
        answer = await cache.keyspace.script(
            "home_page", viewer, start, count, life, new_token(), cache.life, self._packed_viewer
        )
        if answer is None:
            return None
        entries: Sequence[bytes] = answer[0]
        found: Sequence[Sequence[bytes]] = answer[1]
        # The entry that ends a timeline is no post, so there is nothing of it.
        self._take_page([unpack(packed) for packed in entries[: len(found[0])]], found)
        return entries

    @property
    def _packed_viewer(self) -> bytes:
        return b"" if self._viewer_id is None else pack(self._viewer_id)

    async def _prime_page(self, ids: Sequence[str]) -> None:
        cache, viewer = self._cache, "" if self._viewer_key is None else self._viewer_key
        try:
            found = await cache.keyspace.script("hydrate", new_token(), cache.life, viewer, self._packed_viewer, *map(pack, ids))
        except Unavailable:
            return
        self._take_page(ids, found)

    def _take_page(self, ids: Sequence[str], found: Sequence[Sequence[bytes]]) -> None:
        """Take what the scripts' `hydrated` gives for posts."""
        bodies, counts, likes, author_ids, authors, relationships, topics = found
        people = [unpack(packed) for packed in author_ids]
        _prime(self._bodies, ids, bodies)
        _prime(self.post_counts, ids, counts)
        _prime(self.users, people, authors)
        if self._viewer_id is not None:
            _prime(self.liked, ids, likes)
            _prime(self.relationships, people, relationships)
            _prime(self.muted_topics, [self._viewer_id], topics)


def _prime(loader: CachedRowById[Any] | FactById[Any], ids: Sequence[str], answers: Sequence[bytes]) -> None:
    values = loader.reader.all_at_hand(answers)
    if values is not None:
        loader.known.update(zip(ids, values, strict=True))
        return
    look = Look.of(ids, answers, loader.reader)
    loader.prime(look.found, look.leases)
