"""Look-ups of posts. `PostById` is the only one that hands out a body, and only to a viewer who may see it."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.rows import Audience, PostCounts, PostRow
from keyspace import keys
from keyspace.hot import POST_COUNTS, POSTS
from loaders.facts import FactById
from loaders.follows import FollowsById
from loaders.hot_rows import HotPairById, HotRowById
from loaders.loader import Maybe
from loaders.users import UserById
from services.policy import PostFacts, may_see_post


class UnguardedPostById(HotRowById[PostRow]):
    """Posts by id as they stand in the graph, for `PostById` and nobody else."""

    kind, query = POSTS, "posts/by_id"

    def row(self, values: Sequence[Any]) -> PostRow:
        """Build a post."""
        return PostRow.of(values)


class PostById(Maybe[str, PostRow]):
    """Posts by id that the viewer may see; what is hidden reads as what does not exist."""

    def __init__(self, bodies: UnguardedPostById, users: UserById, follows: FollowsById, viewer: str | None) -> None:
        """Take the look-ups that the facts of the policy come from."""
        super().__init__()
        self._bodies, self._users, self._follows, self._viewer = bodies, users, follows, viewer

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, PostRow]:
        """Load bodies and what the policy needs to know of them, and keep those that may be seen."""
        posts = [post for post in await self._bodies.many(keys) if post is not None]
        authors = await self._users.many([post.author_id for post in posts])
        follows = await self._follows_of(posts)
        return {
            post.id: post
            for post, author in zip(posts, authors, strict=True)
            if may_see_post(
                PostFacts(
                    live=post.deleted_at is None,
                    audience=post.audience,
                    author_active=author is not None and author.state == "ACTIVE",
                    viewer_is_author=post.author_id == self._viewer,
                    viewer_follows_author=follows.get(post.author_id, False),
                )
            )
        }

    async def _follows_of(self, posts: Sequence[PostRow]) -> Mapping[str, bool]:
        """Ask only about authors for whom the answer matters."""
        authors = list(dict.fromkeys(post.author_id for post in posts if post.audience is not Audience.PUBLIC))
        return dict(zip(authors, await self._follows.many(authors), strict=True))


class PostCountsById(HotPairById[PostCounts]):
    """Likes and replies by the id of a post."""

    kind, query = POST_COUNTS, "posts/counts"

    def row(self, values: Sequence[Any]) -> PostCounts:
        """Build the counts."""
        return PostCounts(*values)


class LikedById(FactById):
    """Whether the viewer likes a post, by the post's id."""

    hash_of, query = staticmethod(keys.likes), "posts/liked"
