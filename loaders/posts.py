"""Lookups of posts. `PostById` is the only one that returns a body, and only to a viewer who may see it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from graph.rows.posts import PostCounts, PostRow
from keyspace.row_cache import POST_COUNTS, POSTS
from loaders.cached_rows import CachedPairById, CachedRowById
from loaders.loader import OptionalLoader
from loaders.relationships import ViewerRelationshipById
from loaders.users import UserById
from services.policy.checks import PostCheck
from services.policy.rules import may_see_post

Prime = Callable[[Sequence[str]], Awaitable[None]]
"""Primes lookups with what is cached of posts and of their authors, so that looking them up is one round trip and not three."""


class UnguardedPostById(CachedRowById[PostRow]):
    """Posts by id without the policy: for `PostById` and nothing else."""

    kind, query = POSTS, "posts/by_id"

    @staticmethod
    def row(values: Sequence[Any]) -> PostRow:
        """Build a post."""
        return PostRow.of(values)


class PostById(OptionalLoader[str, PostRow]):
    """Posts by id that the viewer may see; a hidden post is None like one that does not exist."""

    def __init__(
        self, bodies: UnguardedPostById, users: UserById, relationships: ViewerRelationshipById, viewer: str | None, prime: Prime
    ) -> None:
        """Take the lookups that the checks of the policy are made of, and what primes them."""
        super().__init__()
        self._bodies, self._users, self._relationships, self._viewer = bodies, users, relationships, viewer
        self._prime = prime

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, PostRow]:
        """Load bodies and what the policy needs to know of them, and return those that may be seen."""
        await self._prime(keys)
        checks = await self.checks(keys)
        return {of.post.id: of.post for of in checks if may_see_post.holds(of)}

    async def checks(self, ids: Sequence[str]) -> list[PostCheck]:
        """Return what the policy needs to know of the posts that exist: for rules, never for clients."""
        posts = [post for post in await self._bodies.many(ids) if post is not None]
        author_ids = [post.author_id for post in posts]
        authors, relationships = await self._users.many(author_ids), await self._relationships.many(author_ids)
        return [
            PostCheck(self._viewer, author, relationship, post)
            for post, author, relationship in zip(posts, authors, relationships, strict=True)
            if author is not None
        ]


class PostCountsById(CachedPairById[PostCounts]):
    """Counts of a post by its id."""

    kind, query = POST_COUNTS, "posts/counts"

    @staticmethod
    def row(values: Sequence[Any]) -> PostCounts:
        """Build the counts."""
        return PostCounts(*values)
