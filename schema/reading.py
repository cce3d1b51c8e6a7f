"""Where the viewer is in their feeds: kept while they read, for the next time and for other devices."""

from datetime import datetime
from typing import Annotated

import strawberry

import feeds.reading
from execution.declarations import Cost, RowsOf
from feeds.reading import NEWER_MOST
from graph.rows import reading as rows
from graph.rows.reading import ReadingFeed
from resolvers.context import Context
from schema.enums import show_enum
from schema.fields import attribute, computed, page, resolved
from schema.operations import mutation, query
from schema.payloads import Returned, returned
from schema.posts import PostConnection
from services.accounts.viewer import Viewer

show_enum(
    ReadingFeed,
    "A feed in which the viewer's place is kept.",
    {"HOME": "The home timeline.", "PUBLIC": "The public timeline, in all languages."},
)

Feed = Annotated[ReadingFeed, "Which feed."]


async def _newer(context: Context, position: rows.ReadingPosition) -> int:
    return await feeds.reading.newer(context.reader, position)


@strawberry.type(description="Where the viewer is in a feed.")
class ReadingPosition:
    """Shows the row of the same name."""

    feed: ReadingFeed = attribute("The feed.")
    cursor: str = computed(
        lambda position, context: feeds.reading.cursor_of(context.reader, position),
        "The place: as `after` of the feed it gives what is older, as `before` with `last` what is newer. Two texts may mean the "
        "same place.",
    )
    read_at: datetime = attribute("When the viewer was there; what a device passes as `knownReadAt` when it moves from here.")
    newer_count: int = resolved(
        _newer,
        f"How many posts that the viewer sees stand above it now: at most {NEWER_MOST}, which means that many or more.",
        cost=Cost(weight=NEWER_MOST),
    )
    posts: PostConnection = page(
        feeds.reading.from_position,
        "The feed from this place on: the post that stands there, unless it is gone or hidden by now, and those that are older. "
        "The cursors are those of the feed.",
    )

    is_type_of = RowsOf(rows.ReadingPosition)


@query(ReadingPosition)
async def reading_position(context: Context, viewer: Viewer, feed: Feed) -> rows.ReadingPosition | None:
    """Where the viewer was last in a feed, on whichever device; null where no device has said."""
    position = await context.services.reading_positions.of(viewer, feed)
    return position if position is not None and feeds.reading.is_good(position) else None


@mutation(
    takes="Where the viewer is in a feed.",
    gives={
        "position": returned(ReadingPosition, "Where the viewer is in the feed now: perhaps where another device moved them."),
        "moved": returned(bool, "Whether that is the place that was asked for; false where another device goes before this one."),
    },
)
async def save_reading_position(
    context: Context,
    viewer: Viewer,
    feed: Feed,
    cursor: Annotated[str, "The cursor of the post that the viewer has reached, as a page of this feed has given it."],
    read_at: Annotated[
        datetime | None,
        "When the viewer was there, for a device that could not say it before; by default now, and never later than that.",
    ] = None,
    known_read_at: Annotated[
        datetime | None,
        "The `readAt` of the position that this device knew: where another has moved it since, it stays. Without it, the later "
        "moment wins.",
    ] = None,
    anyway: Annotated[bool, "Whether to move it whatever other devices have said, since the viewer asks for it."] = False,
) -> Returned:
    """Keep where the viewer is in a feed, so that they go on from there on any device. Again is as good as once.

    It costs little: say it when the viewer stops for a few seconds, and when they leave.
    """
    place = feeds.reading.place_of(context.reader, feed, cursor)
    positions = context.services.reading_positions
    done = await positions.save(viewer, feed, place, read_at, known_read_at, anyway=anyway)
    return {"position": done.position, "moved": done.moved}
