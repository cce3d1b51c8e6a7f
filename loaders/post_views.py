"""Lookups of how often posts were viewed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loaders.loader import OptionalLoader
from loaders.posts import PostById, PostCountsById


@dataclass(frozen=True, slots=True)
class PostViews:
    """How often a post was viewed, by how many people about, and whether the viewer wrote it."""

    views: int
    people: int
    own: bool


class PostViewsById(OptionalLoader[str, PostViews]):
    """Views of posts that the viewer may see, by id. Whether others than the author are shown them is a setting."""

    def __init__(self, posts: PostById, counts: PostCountsById, viewer: str | None) -> None:
        """Share what is known of posts and their counts; `viewer` is an id, None for nobody signed in."""
        super().__init__()
        self._posts, self._counts, self._viewer = posts, counts, viewer

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, PostViews]:
        """Return the views of posts that may be seen. Where a page was hydrated, all of it is known already."""
        posts, counts = await self._posts.many(keys), await self._counts.many(keys)
        return {
            post.id: PostViews(count.views, count.viewers, post.author_id == self._viewer)
            for post, count in zip(posts, counts, strict=True)
            if post is not None and count is not None
        }
