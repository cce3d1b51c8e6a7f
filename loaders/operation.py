"""All look-ups of one operation, made when first used, and the one round trip that fills them for a page of posts."""

from collections.abc import Sequence
from functools import cached_property
from typing import TypeVar

from errors import Unavailable
from graph.driver import Graph
from graph.ids import pack, unpack
from graph.rows import PostRow
from keyspace.hot import YES, Hot, Look, new_token
from loaders.facts import FactById
from loaders.follows import FollowsById, RelationById
from loaders.hot_rows import HotRowById
from loaders.pictures import PictureById
from loaders.posts import LikedById, PostById, PostCountsById, UnguardedPostById
from loaders.users import UserById, UserByUsername, UserCountsById
from loaders.visible import VisiblePictureById, VisibleUserById

R = TypeVar("R")


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
        """People by id, as anybody may see them."""
        return VisibleUserById(self.users)

    @cached_property
    def users_by_name(self) -> UserByUsername:
        """People by username in lower case."""
        return UserByUsername(self._graph, self.users)

    @cached_property
    def user_counts(self) -> UserCountsById:
        """Counts of people."""
        return UserCountsById(self._graph, self._hot)

    @cached_property
    def follows(self) -> FollowsById:
        """Whether the viewer follows a person."""
        return FollowsById(self._graph, self._hot, self._viewer_key)

    @cached_property
    def relations(self) -> RelationById:
        """How the viewer and a person stand."""
        return RelationById(self._graph, self.follows, self._viewer_key)

    @cached_property
    def _bodies(self) -> UnguardedPostById:
        return UnguardedPostById(self._graph, self._hot)

    @cached_property
    def posts(self) -> PostById:
        """Posts that the viewer may see."""
        return PostById(self._bodies, self.users, self.follows, self._viewer_id)

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
        return VisiblePictureById(self.pictures, self._viewer_id)

    async def hydrate(self, ids: Sequence[str]) -> list[PostRow | None]:
        """Give the posts of a page that the viewer may see, None for the others, in order.

        One round trip brings whatever is hot of bodies, counts, authors and the viewer's own relation to them; only what
        is missing costs more.
        """
        missing = [id_ for id_ in ids if id_ not in self._bodies.known]
        if missing:
            await self._prime(missing)
        return await self.posts.many(ids)

    async def _prime(self, ids: Sequence[str]) -> None:
        viewer = "" if self._viewer_key is None else self._viewer_key
        try:
            found = await self._hot.keyspace.script("hydrate", new_token(), self._hot.life, viewer, *map(pack, ids))
        except Unavailable:
            return
        bodies, counts, likes, author_ids, authors, follows = found
        people = [unpack(packed) for packed in author_ids]
        _prime_rows(self._bodies, ids, bodies)
        _prime_rows(self.post_counts, ids, counts)
        _prime_rows(self.users, people, authors)
        if self._viewer_key is not None:
            _prime_facts(self.liked, ids, likes)
            _prime_facts(self.follows, people, follows)


def _prime_rows(loader: HotRowById[R], ids: Sequence[str], answers: Sequence[bytes]) -> None:
    look = Look.of(ids, answers, loader.kind.decode)
    loader.prime({id_: loader.row(values) for id_, values in look.found.items()}, look.leases)


def _prime_facts(loader: FactById, ids: Sequence[str], answers: Sequence[bytes]) -> None:
    look = Look.of(ids, answers, YES.__eq__)
    loader.prime(look.found, look.leases)
