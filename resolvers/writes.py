"""Mutations: who is it, what do the ids mean, do it, and forget what was looked up before."""

from collections.abc import Mapping, Sequence
from typing import Any

from errors import NotFound
from graph.rows import PictureRow, PostRow, UserRow
from resolvers.context import Context
from resolvers.global_ids import own_id
from services.accounts.viewer import SignedIn
from services.media.store import UploadTarget
from services.posts.writing import Draft


async def sign_up(context: Context, username: str, email: str, password: str, display_name: str | None) -> SignedIn:
    """Make an account."""
    return await context.services.sign_up.run(username, email, password, display_name, context.address)


async def log_in(context: Context, login: str, password: str) -> SignedIn:
    """Sign somebody in."""
    return await context.services.log_in.run(login, password, context.address)


async def update_profile(context: Context, given: Mapping[str, Any]) -> UserRow:
    """Change the viewer's profile; picture ids are global."""
    viewer = context.signed_in()
    changes = {
        name: own_id("Picture", value, _camel(name)) if name.endswith("_id") and value is not None else value
        for name, value in given.items()
    }
    row = await context.services.people.update_profile(viewer, changes)
    context.forget()
    return row


async def follow(context: Context, user: str) -> tuple[UserRow, UserRow]:
    """Follow a person; give them and the viewer."""
    viewer, target = context.signed_in(), own_id("User", user, "userId")
    await context.services.follows.follow(viewer, target)
    return await _both(context, target, viewer.id)


async def unfollow(context: Context, user: str) -> tuple[UserRow, UserRow]:
    """Stop following a person; give them and the viewer."""
    viewer, target = context.signed_in(), own_id("User", user, "userId")
    await context.services.follows.unfollow(viewer, target)
    return await _both(context, target, viewer.id)


async def create_post(context: Context, text: str, reply_to: str | None, media: Sequence[str], lang: str | None) -> PostRow:
    """Write a post. Only a post that the viewer may see can be answered."""
    viewer = context.signed_in()
    parent = None if reply_to is None else own_id("Post", reply_to, "replyToId")
    pictures = [own_id("Picture", each, "mediaIds") for each in media]
    if parent is not None:
        await _visible(context, parent)
    row = await context.services.writing.create(viewer, Draft(text, parent, pictures, lang))
    context.forget()
    return row


async def delete_post(context: Context, post: str) -> None:
    """Delete one of the viewer's posts."""
    viewer, id_ = context.signed_in(), own_id("Post", post, "postId")
    await context.services.writing.delete(viewer, id_)
    context.forget()


async def like(context: Context, post: str) -> PostRow:
    """Like a post that the viewer may see."""
    viewer, id_ = context.signed_in(), own_id("Post", post, "postId")
    row = await _visible(context, id_)
    await context.services.likes.like(viewer, id_)
    context.forget()
    return row


async def unlike(context: Context, post: str) -> PostRow:
    """Take a like back."""
    viewer, id_ = context.signed_in(), own_id("Post", post, "postId")
    row = await _visible(context, id_)
    await context.services.likes.unlike(viewer, id_)
    context.forget()
    return row


async def request_upload(context: Context, content_type: str, size: int, alt: str) -> tuple[PictureRow, UploadTarget]:
    """Announce a picture."""
    return await context.services.uploads.request(context.signed_in().id, content_type, size, alt)


async def complete_upload(context: Context, media: str) -> PictureRow:
    """Say that a picture is uploaded."""
    viewer, id_ = context.signed_in(), own_id("Picture", media, "mediaId")
    row = await context.services.uploads.complete(viewer.id, id_)
    context.forget()
    return row


async def _visible(context: Context, id_: str) -> PostRow:
    row = await context.loaders.posts.one(id_)
    if row is None:
        raise NotFound("post")
    return row


async def _both(context: Context, target: str, viewer: str) -> tuple[UserRow, UserRow]:
    context.forget()
    first, second = await context.loaders.visible_users.many([target, viewer])
    if first is None or second is None:
        raise NotFound("person")
    return first, second


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
