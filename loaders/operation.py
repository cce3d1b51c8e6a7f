"""All look-ups of one operation, made when first used, and the one round trip that fills them for a page of posts."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, TypeVar

from errors import Unavailable
from graph.driver import Graph
from graph.ids import pack, unpack
from graph.rows import PostRow
from keyspace.hot import Hot, Look, new_token
from loaders.facts import FactById
from loaders.hot_rows import HotRowById
from loaders.muted_topics import MutedTopicsById
from loaders.named import NamedUserById
from loaders.pictures import PictureById
from loaders.posts import LikedById, PostById, PostCountsById, UnguardedPostById
from loaders.replying import MayReplyById
from loaders.standings import StandingById
from loaders.users import UnguardedUserCountsById, UserById, UserByUsername
from loaders.visible import UserCountsById, VisiblePictureById, VisibleUserById

F = TypeVar("F")


class Loaders:
    """The look-ups of one operation and one viewer; what they found is forgotten with them."""

    def __init__(self, graph: Graph, hot: Hot, viewer: tuple[str, int] | None) -> None:
        """Take the two stores, and the viewer as id and key (None: not signed in)."""
        self._graph, self._hot = graph, hot
        self._viewer_id: str | None
        self._viewer_key: int | None
        self._viewer_id, self._viewer_key = viewer or (None, None)

    @cached_property
    def users(self) -> UserById:
        """People by id."""
        return UserById(self._graph, self._hot)

    @cached_property
    def visible_users(self) -> VisibleUserById:
        """People by id whom the viewer may see."""
        return VisibleUserById(self.users, self.standings, self._viewer_id, self._prime_people)

    @cached_property
    def named_users(self) -> NamedUserById:
        """People by id with nothing but their names, for those whom the viewer blocks."""
        return NamedUserById(self.users)

    @cached_property
    def users_by_name(self) -> UserByUsername:
        """People whom the viewer may see by username in lower case."""
        return UserByUsername(self._graph, self.visible_users, self._viewer_key)

    @cached_property
    def user_counts(self) -> UserCountsById:
        """Counts of people, those that the viewer may know."""
        return UserCountsById(UnguardedUserCountsById(self._graph, self._hot), self.visible_users)

    @cached_property
    def standings(self) -> StandingById:
        """How the viewer and a person stand."""
        return StandingById(self._graph, self._hot, self._viewer_key)

    @cached_property
    def muted_topics(self) -> MutedTopicsById:
        """Words, hashtags and threads that somebody mutes."""
        return MutedTopicsById(self._graph, self._hot)

    @cached_property
    def _bodies(self) -> UnguardedPostById:
        return UnguardedPostById(self._graph, self._hot)

    @cached_property
    def posts(self) -> PostById:
        """Posts that the viewer may see."""
        return PostById(self._bodies, self.users, self.standings, self._viewer_id)

    @cached_property
    def may_reply(self) -> MayReplyById:
        """Whether the viewer may reply to a post."""
        return MayReplyById(self.posts)

    @cached_property
    def post_counts(self) -> PostCountsById:
        """Counts of posts."""
        return PostCountsById(self._graph, self._hot)

    @cached_property
    def liked(self) -> LikedById:
        """Whether the viewer likes a post."""
        return LikedById(self._graph, self._hot, self._viewer_key)

    @cached_property
    def pictures(self) -> PictureById:
        """Pictures in any state."""
        return PictureById(self._graph, self._hot)

    @cached_property
    def visible_pictures(self) -> VisiblePictureById:
        """Pictures that the viewer may see."""
        return VisiblePictureById(self.pictures, self.visible_users, self.posts, self.hydrate)

    async def hydrate(self, ids: Sequence[str]) -> list[PostRow | None]:
        """Give the posts of a page that the viewer may see, None for the others, in order.

        One round trip brings whatever is hot of bodies, counts, authors and the viewer's own relation to them; only what
        is missing costs more.
        """
        missing = [id_ for id_ in ids if id_ not in self._bodies.known]
        if missing:
            await self._prime(missing)
        return await self.posts.many(ids)

    async def _prime_people(self, ids: Sequence[str]) -> None:
        """Take whatever is hot of people and of how the viewer and they stand: one round trip, or none if all is known."""
        known = self.users.known, self.standings.known
        missing = [id_ for id_ in dict.fromkeys(ids) if not all(id_ in each for each in known)]
        if not missing:
            return
        viewer = "" if self._viewer_key is None else self._viewer_key
        try:
            found = await self._hot.keyspace.script(
                "hydrate_people", new_token(), self._hot.life, viewer, *map(pack, missing)
            )
        except Unavailable:
            return
        people, standings = found
        _prime_rows(self.users, missing, people)
        if self._viewer_key is not None:
            _prime_facts(self.standings, missing, standings)

    async def _prime(self, ids: Sequence[str]) -> None:
        viewer: tuple[int | str, bytes] = ("", b"")
        if self._viewer_key is not None and self._viewer_id is not None:
            viewer = (self._viewer_key, pack(self._viewer_id))
        try:
            found = await self._hot.keyspace.script("hydrate", new_token(), self._hot.life, *viewer, *map(pack, ids))
        except Unavailable:
            return
        bodies, counts, likes, author_ids, authors, standings, topics = found
        people = [unpack(packed) for packed in author_ids]
        _prime_rows(self._bodies, ids, bodies)
        _prime_rows(self.post_counts, ids, counts)
        _prime_rows(self.users, people, authors)
        if self._viewer_id is not None:
            _prime_facts(self.liked, ids, likes)
            _prime_facts(self.standings, people, standings)
            _prime_rows(self.muted_topics, [self._viewer_id], topics)


def _prime_rows(loader: HotRowById[Any], ids: Sequence[str], answers: Sequence[bytes]) -> None:
    loader.prime_look(Look.of(ids, answers, loader.kind.decode))


def _prime_facts(loader: FactById[F], ids: Sequence[str], answers: Sequence[bytes]) -> None:
    look = Look.of(ids, answers, loader.decode)
    loader.prime(look.found, look.leases)
