"""Pictures and their upload."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from execution.declarations import RowsOf
from graph.rows.media import MediaRow
from resolvers.context import Context
from schema.fields import attribute, computed, global_id
from schema.node import Node
from services.media.addresses import Size, picture_urls


@strawberry.enum(name="MediaState", description="Where a picture is on its way from an upload to its sizes.")
class State(Enum):
    """States of a picture."""

    PENDING = strawberry.enum_value("PENDING", description="An upload address was given; nothing is known of the file.")
    PROCESSING = strawberry.enum_value("PROCESSING", description="The file is accepted; its sizes are being made.")
    READY = strawberry.enum_value("READY", description="All sizes can be fetched.")
    REFUSED = strawberry.enum_value("REFUSED", description="The file was refused and removed; see `refusal`.")


@strawberry.enum(name="PictureRefusal", description="Why a picture was refused.")
class Refusal(Enum):
    """Reasons of a refusal."""

    EMPTY = strawberry.enum_value("EMPTY", description="The file has no bytes.")
    LARGER_THAN_ANNOUNCED = strawberry.enum_value(
        "LARGER_THAN_ANNOUNCED", description="The file is larger than `requestUpload` was told."
    )
    NOT_A_PICTURE = strawberry.enum_value("NOT_A_PICTURE", description="The file is no JPEG, PNG, WebP or GIF.")
    TOO_MANY_PIXELS = strawberry.enum_value("TOO_MANY_PIXELS", description="The picture has more pixels than are allowed.")
    DAMAGED = strawberry.enum_value("DAMAGED", description="The file is broken.")
    TOO_COSTLY = strawberry.enum_value("TOO_COSTLY", description="Decoding it takes more than any honest picture needs.")
    LOST = strawberry.enum_value("LOST", description="The file was gone before its sizes could be made; send it again.")


@strawberry.interface(description="Something to look at or listen to that is attached to a post or a profile.")
class Media(Node):
    """What every medium has."""

    alt: str = attribute("What is to be seen, for those who cannot see it; may be empty.")
    state: State = attribute("Whether it can be shown yet.")
    created_at: datetime = attribute("When its upload began.")


def _url(size: Size, description: str) -> Any:
    def address(picture: MediaRow, context: Context) -> str | None:
        return picture_urls(context.services.public_url, picture.id)[size] if picture.state == "READY" else None

    return computed(address, f"{description} Null until the state is READY.")


@strawberry.type(description="A picture, turned upright, without metadata, in three sizes as WebP.")
class Picture(Media):
    """A picture."""

    id: strawberry.ID = global_id("Picture")
    width: int | None = attribute("Width of the upright original in pixels, once it is known.")
    height: int | None = attribute("Height of the upright original in pixels, once it is known.")
    blurhash: str | None = attribute("BlurHash, to show in its place while it loads. Null until the state is READY.")
    refusal: Refusal | None = attribute("Why it was refused. Null unless the state is REFUSED.")
    thumbnail_url: str | None = _url(Size.THUMBNAIL, "A square of 160 pixels.")
    medium_url: str | None = _url(Size.MEDIUM, "At most 640 pixels on the longer side.")
    large_url: str | None = _url(Size.LARGE, "At most 1,600 pixels on the longer side.")

    is_type_of = RowsOf(MediaRow)
