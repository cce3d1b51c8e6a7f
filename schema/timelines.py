"""The home timeline: its pages, and what happens on it live."""

from typing import Annotated

import strawberry

from execution.declarations import RowsOf
from feeds.home import home
from resolvers import live
from resolvers.context import Context
from resolvers.event_source import EventSource
from schema.enums import show_enum
from schema.fields import attribute
from schema.inputs import IdOf
from schema.operations import mutation, page_query, subscription
from schema.posts import Post, PostConnection
from schema.users import the_viewer
from services.accounts.viewer import Viewer
from services.live.notices import ResyncReason

home_timeline = page_query(
    PostConnection,
    home,
    "The viewer's home timeline, newest first: their own posts and those of the people they follow, without replies to others. "
    "New posts never shift a page.",
)


@mutation(takes="Why the viewer's home timeline is to be made anew, if there is anything to say.", gives={"viewer": the_viewer()})
async def refresh_timeline(
    context: Context,
    viewer: Viewer,
    missing_post_id: Annotated[
        str | None, IdOf("Post"), "Global id of a post that should be on it and was not; it is noted for whoever runs the server."
    ] = None,
) -> None:
    """Have the viewer's home timeline made anew, for a client that doubts what it was given; then read its first page again.

    Timelines are right without it: it is not for pulling down to look for new posts. Too many are answered with RATE_LIMITED.
    """
    await context.services.timeline_refresh.run(viewer.key, missing_post_id)


CURSOR = "Pass it as `after` to be told what comes after this."

show_enum(
    ResyncReason,
    "Why what was missed cannot be told.",
    {
        "EXPIRED": "The client was away for longer than the server keeps what happened.",
        "LOST": "The server has lost what it kept.",
        "TOO_MANY": "So much happened meanwhile that reading the timeline is faster.",
        "TOO_SLOW": "The client reads more slowly than things happen.",
        "UNAVAILABLE": "The server could not look it up in time.",
    },
)


@strawberry.type(
    description="The stream has begun, and goes on after the cursor: the first event, unless that is `TimelineResync`. What the "
    "timeline showed before is on its pages: a client that passed no `after` reads the first one now."
)
class TimelineStarted:
    """Shows a `StartedRow`."""

    cursor: str = attribute(CURSOR)

    is_type_of = RowsOf(live.StartedRow)


@strawberry.type(
    description="A post that is on the timeline from now on: a new one, or one that its author has opened to the viewer."
)
class TimelinePostAdded:
    """Shows an `AddedRow`."""

    cursor: str = attribute(CURSOR)
    post: Post = attribute("The post.")

    is_type_of = RowsOf(live.AddedRow)


@strawberry.type(description="A post that is gone; a client that shows it takes it away.")
class TimelinePostRemoved:
    """Shows a `RemovedRow`."""

    cursor: str = attribute(CURSOR)
    post_id: strawberry.ID = attribute("Global id of the post.")

    is_type_of = RowsOf(live.RemovedRow)


@strawberry.type(
    description="What was missed cannot be told any more: read `homeTimeline` anew. The stream goes on after the cursor."
)
class TimelineResync:
    """Shows a `ResyncRow`."""

    cursor: str = attribute(CURSOR)
    reason: ResyncReason = attribute("Why.")
    missed: int | None = attribute(
        "How many events were missed, if that is known. Some of them may not have been for the viewer."
    )

    is_type_of = RowsOf(live.ResyncRow)


HomeTimelineEvent = Annotated[
    TimelineStarted | TimelinePostAdded | TimelinePostRemoved | TimelineResync,
    strawberry.union("HomeTimelineEvent", description="Something that happened on a home timeline, or to its stream."),
]


@subscription(HomeTimelineEvent, name="homeTimeline")
def home_timeline_events(
    context: Context,
    viewer: Viewer,
    after: Annotated[str | None, "The last `cursor` received, to begin with what was missed since."] = None,
) -> EventSource:
    """What happens on the viewer's home timeline, in order and each once. Needs a viewer; ends with the access token."""
    return live.home_events(context, viewer, after)
