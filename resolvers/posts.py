"""Posts that a mutation is about."""

from errors import NotFound
from graph.rows.posts import PostRow
from resolvers.context import Context


async def visible_post(context: Context, id_: str) -> PostRow:
    """Return a post that the viewer may see.

    Raises:
        NotFound: there is none.

    """
    row = await context.loaders.posts.one(id_)
    if row is None:
        raise NotFound("post")
    return row
