"""Inputs and payloads of posting, liking and uploading."""

from datetime import datetime

import strawberry

from schema.media import Picture
from schema.posts import Audience, Post, ReplyRule


@strawberry.input(description="A new post.")
class CreatePostInput:
    """Arguments of `createPost`."""

    text: str = strawberry.field(
        default="", description="At most 500 characters (Unicode code points). May be empty beside pictures."
    )
    reply_to_id: strawberry.ID | None = strawberry.field(default=None, description="Global id of the post it answers.")
    media_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Global ids of up to four pictures that the viewer has uploaded, in order."
    )
    lang: str | None = strawberry.field(default=None, description="Its language as a BCP 47 tag, such as en or pt-BR.")
    audience: Audience | None = strawberry.field(
        default=None, description="Who may see it; by default as the viewer has chosen for new posts."
    )
    replies: ReplyRule | None = strawberry.field(
        default=None, description="Who may reply to it; by default as the viewer has chosen for new posts."
    )


@strawberry.type(description="What `createPost` gives.")
class CreatePostPayload:
    """Payload."""

    post: Post = strawberry.field(description="The new post.")


@strawberry.input(description="Who may see and answer a post from now on.")
class SetPostAudienceInput:
    """Arguments of `setPostAudience`."""

    post_id: strawberry.ID = strawberry.field(description="Global id of one of the viewer's posts.")
    audience: Audience | None = strawberry.field(default=None, description="Who may see it; null leaves it as it is.")
    replies: ReplyRule | None = strawberry.field(
        default=None, description="Who may reply to it; null leaves it as it is."
    )


@strawberry.type(description="What `setPostAudience` gives.")
class SetPostAudiencePayload:
    """Payload."""

    post: Post = strawberry.field(description="The post, as changed.")


@strawberry.input(description="Which post to delete.")
class DeletePostInput:
    """Arguments of `deletePost`."""

    post_id: strawberry.ID = strawberry.field(description="Global id of one of the viewer's posts.")


@strawberry.type(description="What `deletePost` gives.")
class DeletePostPayload:
    """Payload."""

    deleted_post_id: strawberry.ID = strawberry.field(description="Global id of the post that is gone.")


@strawberry.input(description="Which post to like.")
class LikePostInput:
    """Arguments of `likePost`."""

    post_id: strawberry.ID = strawberry.field(description="Global id of the post.")


@strawberry.input(description="Which like to take back.")
class UnlikePostInput:
    """Arguments of `unlikePost`."""

    post_id: strawberry.ID = strawberry.field(description="Global id of the post.")


@strawberry.type(description="What `likePost` gives.")
class LikePostPayload:
    """Payload."""

    post: Post = strawberry.field(description="The post, with new counts.")


@strawberry.type(description="What `unlikePost` gives.")
class UnlikePostPayload:
    """Payload."""

    post: Post = strawberry.field(description="The post, with new counts.")


@strawberry.input(description="A picture about to be uploaded.")
class RequestUploadInput:
    """Arguments of `requestUpload`."""

    content_type: str = strawberry.field(
        description="image/jpeg, image/png, image/webp or image/gif; an animation keeps its first picture."
    )
    size: int = strawberry.field(
        description="Size of the file in bytes; the store takes no more than this. By default 10 MiB at most."
    )
    alt: str = strawberry.field(
        default="", description="What is to be seen, for those who cannot see it; at most 1,500 characters."
    )


@strawberry.type(description="A form field to be sent with an upload.")
class UploadField:
    """One field of the form."""

    name: str = strawberry.field(description="Name of the field.")
    value: str = strawberry.field(description="Value of the field.")


@strawberry.type(description="What `requestUpload` gives.")
class RequestUploadPayload:
    """Payload."""

    picture: Picture = strawberry.field(description="The picture to be; PENDING.")
    url: str = strawberry.field(
        description="Send a multipart/form-data POST here: all fields first, then the file as the field `file`."
    )
    fields: list[UploadField] = strawberry.field(description="The fields to send.")
    expires_at: datetime = strawberry.field(description="Until when the address is good.")


@strawberry.input(description="Which upload is complete.")
class CompleteUploadInput:
    """Arguments of `completeUpload`."""

    media_id: strawberry.ID = strawberry.field(description="Global id of the picture.")


@strawberry.type(description="What `completeUpload` gives.")
class CompleteUploadPayload:
    """Payload."""

    picture: Picture = strawberry.field(description="The picture: PROCESSING, or REFUSED with the reason.")
