"""Hiding replies to the viewer's posts."""

from typing import Annotated

import strawberry

from resolvers.context import Context
from resolvers.posts import changed
from schema.inputs import IdOf
from schema.operations import mutation
from schema.payloads import PayloadFields, Returned, lookup_returned, returned
from schema.posts import Post
from services.accounts.viewer import Viewer

ReplyId = Annotated[str, IdOf("Post"), "Global id of a reply to one of the viewer's posts."]
_GIVES: PayloadFields = {
    "reply_id": returned(strawberry.ID, "Global id of the reply."),
    "reply": lookup_returned(
        Post, "posts", "The reply, as changed; its `replyTo` has new counts. Null where the viewer may not see it."
    ),
}


@mutation(takes="Which reply to hide.", gives=_GIVES)
async def hide_reply(context: Context, viewer: Viewer, post_id: ReplyId) -> Returned:
    """Hide a reply to one of the viewer's posts for everybody: it is in `hiddenReplies` alone from this moment.

    What is below it is hidden with it, and each can be read by itself. Twice is as good as once.
    """
    return changed(context, await context.services.reply_hiding.hide(viewer, post_id), "reply")


@mutation(takes="Which reply to show again.", gives=_GIVES)
async def show_reply(context: Context, viewer: Viewer, post_id: ReplyId) -> Returned:
    """Undo that the viewer hid a reply to one of their posts; twice is as good as once."""
    return changed(context, await context.services.reply_hiding.show(viewer, post_id), "reply")
