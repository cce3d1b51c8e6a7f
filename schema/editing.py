"""Editing posts."""

from typing import Annotated

from graph.idempotency import Once
from resolvers.context import Context
from resolvers.posts import visible_post
from schema.operations import mutation
from schema.payloads import Returned, returned
from schema.posts import OwnPostId, Post
from services.accounts.viewer import Viewer
from services.posts.editing import Edit


async def _edited(context: Context, id_: str, _: object) -> Returned:
    await context.services.editing.repeated(context.signed_in(), id_)  # first, since what is cached may be the text of before
    return {"post": await visible_post(context, id_)}


@mutation(takes="What a post is to say.", gives={"post": returned(Post, "The post, as edited.")}, again=_edited)
async def edit_post(
    context: Context,
    viewer: Viewer,
    once: Once | None,
    post_id: OwnPostId,
    text: Annotated[str | None, "At most 500 characters (Unicode code points); null leaves it as it is."] = None,
    warning: Annotated[
        str | None, "What is said before it is read, at most 100 characters; empty for nothing, null leaves it as it is."
    ] = None,
    sensitive: Annotated[
        bool | None, "Whether its pictures are hidden until they are asked for; null leaves it as it is."
    ] = None,
    lang: Annotated[str | None, "Its language as a BCP 47 tag; null leaves what the author chose."] = None,
    expected_version: Annotated[
        str | None,
        "The `version` that the author edits. Where the post has another one by now, as from another device, nothing is changed: "
        "CONFLICT with `extensions.reason` EDITED_MEANWHILE.",
    ] = None,
) -> Returned:
    """Change what one of the viewer's posts says, within 30 minutes of writing it (by default) and up to 50 times.

    Later it is FORBIDDEN with `extensions.reason` EDITING_ENDED, and `extensions.until` says until when it was possible. Its
    pictures and its audience stay. What it said before is in its `history`. Mentions and hashtags are those of the new text: only
    who is newly mentioned is told. A post that says the same already is left alone.
    """
    edit = Edit(text, warning, sensitive, lang, expected_version)
    return {"post": await context.services.editing.edit(viewer, post_id, edit, once)}
