"""Posts that a mutation or a stream is about."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from errors import NotFound
from graph.rows.posts import NO_COUNTS, PostCounts, PostRow
from keyspace.viewer_flags import VIEWER_FLAGS, ViewerFlag
from loaders.operation import Loaders
from resolvers.context import Context
from resolvers.global_ids import encode
from services.policy.rules import may_see_post
from services.posts.flags import Flagged


async def visible_post(context: Context, id_: str) -> PostRow:
    """Return a post that the viewer may see.

    Raises:
        NotFound: there is none.

    """
    row = await context.loaders.posts.one(id_)
    if row is None:
        raise NotFound("post")
    return row


def editable_until(post: PostRow, context: Context) -> datetime | None:
    """Return until when the viewer may edit a post; None where they may not, or no longer."""
    return context.services.editing.until(post) if context.is_viewer(post.author_id) else None


def is_new(context: Context, post: PostRow) -> None:
    """Let the payload show a post that was just written without looking up what nobody can have done about it."""

    def know(loaders: Loaders) -> None:
        loaders.post_counts.prime({post.id: NO_COUNTS})
        for flag in VIEWER_FLAGS:
            loaders.flag(flag).prime({post.id: False})

    context.know(know)


def flagged(context: Context, flag: ViewerFlag, done: Flagged) -> PostRow:
    """Let the payload show a flag, and the counts of its post, as a write has left them; return the post."""
    post = done.post
    if post is None:
        raise NotFound("post")

    reacted(context, flag, post.id, done.counts, value=done.since > 0)
    return post


def changed(context: Context, post: PostRow, name: str) -> Mapping[str, object]:
    """Return a payload that shows a post as a write has left it, if the viewer may see it, and its id in any case."""
    context.know(lambda loaders: loaders.prime_post(post))
    return {f"{name}_id": encode("Post", post.id), name: post.id}


def reacted(context: Context, flag: ViewerFlag, post: str, counts: PostCounts | None, *, value: bool) -> None:
    """Let the payload show a flag, and the counts of its post, where they are known, as a write has left them."""

    def know(loaders: Loaders) -> None:
        loaders.flag(flag).prime({post: value})
        if counts is not None:
            loaders.post_counts.prime({post: counts})

    context.know(know)


async def root_of(context: Context, id_: str, *, also_deleted: bool) -> str | None:
    """Return the id of the first post of the conversation of a post that the viewer may see; None where there is none.

    With `also_deleted`, they may see it but for that it was deleted.
    """
    for check in await context.loaders.posts.checks([id_]):
        post = replace(check.post, deleted_at=None) if also_deleted else check.post
        if may_see_post.holds(replace(check, post=post)):
            return post.root_id or post.id
    return None
