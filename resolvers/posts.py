"""Posts that a mutation or a stream is about."""

from dataclasses import replace

from errors import NotFound
from graph.rows.posts import PostRow
from resolvers.context import Context
from services.policy.rules import may_see_post


async def visible_post(context: Context, id_: str) -> PostRow:
    """Return a post that the viewer may see.

    Raises:
        NotFound: there is none.

    """
    row = await context.loaders.posts.one(id_)
    if row is None:
        raise NotFound("post")
    return row


async def root_of(context: Context, id_: str, *, also_deleted: bool) -> str | None:
    """Return the id of the first post of the conversation of a post that the viewer may see; None where there is none.

    With `also_deleted`, they may see it but for that it was deleted.
    """
    for check in await context.loaders.posts.checks([id_]):
        post = replace(check.post, deleted_at=None) if also_deleted else check.post
        if may_see_post.holds(replace(check, post=post)):
            return post.root_id or post.id
    return None
