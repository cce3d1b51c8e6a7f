"""Pictures and their upload."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from execution.declarations import RowsOf
from graph.idempotency import Once
from graph.rows.media import MediaRow, MediaState
from resolvers.context import Context
from schema.enums import show_enum
from schema.fields import attribute, computed, global_id
from schema.inputs import IdOf
from schema.nodes import Node
from schema.operations import mutation
from schema.payloads import Returned, returned
from services.accounts.viewer import Viewer
from services.media.addresses import Size, picture_urls
from services.media.refusals import Refusal
from services.media.store import UploadTarget

show_enum(
    MediaState,
    "Where a picture is on its way from an upload to its sizes.",
    {
        "PENDING": "An upload address was given; nothing is known of the file.",
        "PROCESSING": "The file is accepted; its sizes are being made.",
        "READY": "All sizes can be fetched.",
        "REFUSED": "The file was refused and removed; see `refusal`.",
    },
)
show_enum(
    Refusal,
    "Why a picture was refused.",
    {
        "EMPTY": "The file has no bytes.",
        "LARGER_THAN_ANNOUNCED": "The file is larger than `requestUpload` was told.",
        "NOT_A_PICTURE": "The file is no JPEG, PNG, WebP or GIF.",
        "TOO_MANY_PIXELS": "The picture has more pixels than are allowed.",
        "DAMAGED": "The file is broken.",
        "TOO_COSTLY": "Decoding it takes more than any honest picture needs.",
        "LOST": "The file was gone before its sizes could be made; send it again.",
    },
    name="PictureRefusal",
)


@strawberry.interface(description="Something to look at or listen to that is attached to a post or a profile.")
class Media(Node):
    """The fields that every kind of media has."""

    alt: str = attribute("What is to be seen, for those who cannot see it; may be empty.")
    state: MediaState = attribute("Whether it can be shown yet.")
    created_at: datetime = attribute("When its upload began.")


def _url(size: Size, description: str) -> Any:
    def address(picture: MediaRow, context: Context) -> str | None:
        return picture_urls(context.services.public_url, picture.id)[size] if picture.state is MediaState.READY else None

    return computed(address, f"{description} Null until the state is READY.")


@strawberry.type(description="A picture, turned upright, without metadata, in three sizes as WebP.")
class Picture(Media):
    """Shows a `MediaRow`."""

    id: strawberry.ID = global_id("Picture")
    width: int | None = attribute("Width of the upright original in pixels, once it is known.")
    height: int | None = attribute("Height of the upright original in pixels, once it is known.")
    blurhash: str | None = attribute("BlurHash, to show in its place while it loads. Null until the state is READY.")
    refusal: Refusal | None = attribute("Why it was refused. Null unless the state is REFUSED.")
    thumbnail_url: str | None = _url(Size.THUMBNAIL, "A square of 160 pixels.")
    medium_url: str | None = _url(Size.MEDIUM, "At most 640 pixels on the longer side.")
    large_url: str | None = _url(Size.LARGE, "At most 1,600 pixels on the longer side.")

    is_type_of = RowsOf(MediaRow)


@strawberry.type(description="A form field to be sent with an upload.")
class UploadField:
    """A name and a value, to be sent as they are."""

    name: str = strawberry.field(description="Name of the field.")
    value: str = strawberry.field(description="Value of the field.")


async def _requested(context: Context, id_: str, _: object) -> Returned:
    return _upload(*await context.services.uploads.again(context.signed_in().id, id_))


def _upload(picture: MediaRow, target: UploadTarget) -> Returned:
    fields = [UploadField(name=name, value=text) for name, text in target.fields.items()]
    return {"picture": picture, "url": target.url, "fields": fields, "expires_at": target.expires_at}


@mutation(
    takes="A picture about to be uploaded.",
    gives={
        "picture": returned(Picture, "The picture to be; PENDING."),
        "url": returned(str, "Send a multipart/form-data POST here: all fields first, then the file as the field `file`."),
        "fields": returned(list[UploadField], "The fields to send."),
        "expires_at": returned(datetime, "Until when the address is good."),
    },
    again=_requested,
)
async def request_upload(
    context: Context,
    viewer: Viewer,
    once: Once | None,
    content_type: Annotated[str, "image/jpeg, image/png, image/webp or image/gif; an animation keeps its first picture."],
    size: Annotated[int, "Size of the file in bytes; the store takes no more than this. By default 10 MiB at most."],
    alt: Annotated[str, "What is to be seen, for those who cannot see it; at most 1,500 characters."] = "",
) -> Returned:
    """Get an address to upload a picture to, straight to the store."""
    return _upload(*await context.services.uploads.request(viewer.id, content_type, size, alt, once))


@mutation(
    takes="Which upload is complete.",
    gives={"picture": returned(Picture, "The picture: PROCESSING, or REFUSED with the reason.")},
)
async def complete_upload(
    context: Context, viewer: Viewer, media_id: Annotated[str, IdOf("Picture"), "Global id of the picture."]
) -> Returned:
    """Say that a picture is uploaded, so that it is checked and its sizes are made."""
    return {"picture": await context.services.uploads.complete(viewer.id, media_id)}
