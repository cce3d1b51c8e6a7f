"""Pinning posts to one's profile."""

from typing import Annotated

from resolvers.context import Context
from schema.operations import mutation
from schema.payloads import Returned, returned
from schema.posts import OwnPostId, Post
from schema.users import the_viewer
from services.accounts.viewer import Viewer


@mutation(
    takes="Which post to pin.",
    gives={"post": returned(Post, "The post."), "viewer": the_viewer("The viewer, whose `pinnedPosts` have it.")},
)
async def pin_post(
    context: Context,
    viewer: Viewer,
    post_id: OwnPostId,
    position: Annotated[int, "Where among those that are pinned, from 1; beyond the last it is the last."] = 1,
) -> Returned:
    """Show one of the viewer's posts first on their profile. One that is pinned already is moved.

    Up to three are pinned: one more is a CONFLICT, as is a post for those whom it mentions. A post that is deleted is pinned no
    longer.
    """
    return {"post": await context.services.pins.pin(viewer, post_id, position)}


@mutation(
    takes="Which post to pin no longer.",
    gives={"post": returned(Post, "The post."), "viewer": the_viewer("The viewer, whose `pinnedPosts` lack it.")},
)
async def unpin_post(context: Context, viewer: Viewer, post_id: OwnPostId) -> Returned:
    """Pin a post no longer; twice is as good as once."""
    return {"post": await context.services.pins.unpin(viewer, post_id)}
