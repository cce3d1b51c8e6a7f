"""Lookups of how the viewer's posts are delivered."""

from collections.abc import Mapping, Sequence

from loaders.loader import OptionalLoader
from loaders.posts import PostById
from services.delivery.plan import FanOutPlan, FanOutPlans


class FanOutPlanById(OptionalLoader[str, FanOutPlan]):
    """The plans of the viewer's own posts, by the id of the post; None for the posts of others, at no cost."""

    def __init__(self, posts: PostById, plans: FanOutPlans, viewer: str | None) -> None:
        """Share the posts that are known; `viewer` is an id, None for nobody signed in."""
        super().__init__()
        self._posts, self._plans, self._viewer = posts, plans, viewer

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, FanOutPlan]:
        """Look up the plans of those that the viewer wrote for home timelines."""
        posts = [post for post in await self._posts.many(keys) if post is not None]
        return await self._plans.of([post.id for post in posts if post.home and post.author_id == self._viewer])
