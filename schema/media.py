"""Pictures and their upload."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from graph.rows import PictureRow
from schema.fields import Info, attribute, global_id
from schema.node import Node
from services.media.addresses import Size, picture_urls


@strawberry.enum(name="MediaState", description="Where a picture is on its way from an upload to its sizes.")
class State(Enum):
    """States of a picture."""

    PENDING = strawberry.enum_value("PENDING", description="An upload address was given; nothing is known of the file.")
    PROCESSING = strawberry.enum_value("PROCESSING", description="The file is accepted; its sizes are being made.")
    READY = strawberry.enum_value("READY", description="All sizes can be fetched.")
    REFUSED = strawberry.enum_value("REFUSED", description="The file was refused and removed; see `refusal`.")


@strawberry.interface(description="Something to look at or listen to that is attached to a post or a profile.")
class Media(Node):
    """What every medium has."""

    alt: str = attribute("What is to be seen, for those who cannot see it; may be empty.")
    state: State = attribute("Whether it can be shown yet.")
    created_at: datetime = attribute("When its upload began.")


def _url(size: Size, description: str) -> Any:
    def resolve(root: PictureRow, info: Info) -> str | None:
        return picture_urls(info.context.services.public_url, root.id)[size] if root.state == "READY" else None

    return strawberry.field(resolver=resolve, description=f"{description} Null until the state is READY.")


@strawberry.type(description="A picture, turned upright, without metadata, in three sizes as WebP.")
class Picture(Media):
    """A picture."""

    id: strawberry.ID = global_id("Picture")
    width: int | None = attribute("Width of the upright original in pixels, once it is known.")
    height: int | None = attribute("Height of the upright original in pixels, once it is known.")
    blurhash: str | None = attribute("BlurHash, to show in its place while it loads. Null until the state is READY.")
    refusal: str | None = attribute("Why it was refused, in a short stable word. Null unless the state is REFUSED.")
    thumbnail_url: str | None = _url(Size.THUMBNAIL, "A square of 160 pixels.")
    medium_url: str | None = _url(Size.MEDIUM, "At most 640 pixels on the longer side.")
    large_url: str | None = _url(Size.LARGE, "At most 1,600 pixels on the longer side.")

    @classmethod
    def is_type_of(cls, row: object, _info: object) -> bool:
        """Tell whether a row is a picture."""
        return isinstance(row, PictureRow)
