"""Views of posts, by those who may see them."""

import asyncio
from collections.abc import Callable, Sequence
from operator import attrgetter

import resolvers.users
from errors import InvalidInput, Unauthenticated
from graph.rows.posts import PostRow
from loaders.post_views import PostViews
from resolvers.context import Context
from services.accounts.viewer import Viewer

ShownCount = Callable[[PostViews, Context], int | None]
"""Returns a count of the views of a post to who may know it, None to others."""

VIEWED_MOST = 100
"""Most posts of one call: as many as a page has."""


def shown_count(name: str) -> ShownCount:
    """Return what shows one of the counts of the views of a post."""
    count = attrgetter(name)

    def read(views: PostViews, context: Context) -> int | None:
        return int(count(views)) if views.own or (views.shown and context.services.shows_views) else None

    return read


async def record(context: Context, viewer: Viewer, post_ids: Sequence[str]) -> list[PostRow | None]:
    """Count that the viewer has seen posts, and return those that they may see, None for the others, in order.

    Raises:
        InvalidInput: there are too many.
        Unauthenticated: the viewer's account is gone or not in use.
        Unavailable: Redis does not answer, so nothing is counted; or the graph cannot be reached and is needed.

    """
    if len(post_ids) > VIEWED_MOST:
        raise InvalidInput("postIds", f"At most {VIEWED_MOST} posts are counted at once.")
    ids = list(dict.fromkeys(post_ids))
    row, posts = await asyncio.gather(resolvers.users.viewer(context), context.loaders.hydrate(ids))
    if row is None:
        raise Unauthenticated
    await context.services.views.record(viewer, [post for post in posts if post is not None])
    return await context.loaders.posts.many(post_ids)
