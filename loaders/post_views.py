"""Lookups of how often posts were viewed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loaders.loader import OptionalLoader
from loaders.posts import PostById, PostCountsById
from services.policy.rules import may_see_views


@dataclass(frozen=True, slots=True)
class PostViews:
    """How often a post was viewed, by how many people about, whether the viewer wrote it, and whether others may know."""

    views: int
    people: int
    own: bool
    shown: bool


class PostViewsById(OptionalLoader[str, PostViews]):
    """Views of posts that the viewer may see, by id. Whether others than the author are shown any is a setting."""

    def __init__(self, posts: PostById, counts: PostCountsById, viewer: str | None) -> None:
        """Share what is known of posts and their counts; `viewer` is an id, None for nobody signed in."""
        super().__init__()
        self._posts, self._counts, self._viewer = posts, counts, viewer

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, PostViews]:
        """Return the views of posts that may be seen. Where a page was hydrated, all of it is known already."""
        visible = [post.id for post in await self._posts.many(keys) if post is not None]
        seen = await self._posts.checks(visible)
        counts = await self._counts.many([of.post.id for of in seen])
        return {
            of.post.id: PostViews(count.views, count.viewers, of.post.author_id == self._viewer, may_see_views.holds(of))
            for of, count in zip(seen, counts, strict=True)
            if count is not None
        }
