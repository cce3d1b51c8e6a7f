"""Mutations: who is it, what do the ids mean, do it, and forget what was looked up before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from errors import NotFound
from graph.rows.media import MediaRow
from graph.rows.posts import Audience, PostRow, ReplyRule
from graph.rows.users import UserRow
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


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post as a client asks for it; ids are global."""

    text: str
    reply_to_id: str | None
    media_ids: Sequence[str]
    lang: str | None
    audience: Audience | None
    replies: ReplyRule | None


async def create_post(context: Context, new: NewPost) -> PostRow:
    """Write a post. The write itself asks whether the viewer may reply to what it answers."""
    viewer = context.signed_in()
    parent = None if new.reply_to_id is None else own_id("Post", new.reply_to_id, "replyToId")
    pictures = [own_id("Picture", each, "mediaIds") for each in new.media_ids]
    draft = Draft(new.text, parent, pictures, new.lang, new.audience, new.replies)
    row = await context.services.writing.create(viewer, draft)
    context.forget()
    return row


async def set_audience(context: Context, post: str, audience: Audience | None, replies: ReplyRule | None) -> PostRow:
    """Change who may see one of the viewer's posts, or who may reply to it."""
    viewer, id_ = context.signed_in(), own_id("Post", post, "postId")
    row = await context.services.audiences.set(viewer, id_, audience, replies)
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


async def request_upload(context: Context, content_type: str, size: int, alt: str) -> tuple[MediaRow, UploadTarget]:
    """Announce a picture."""
    return await context.services.uploads.request(context.signed_in().id, content_type, size, alt)


async def complete_upload(context: Context, media: str) -> MediaRow:
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


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
