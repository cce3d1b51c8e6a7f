"""The home timeline: its pages, and what happens on it live."""

from typing import Annotated

import strawberry

from execution.declarations import RowsOf
from feeds.home import home
from resolvers import live
from resolvers.context import Context
from resolvers.event_source import EventSource
from schema.fields import attribute
from schema.inputs import IdOf
from schema.operations import mutation, page_query, subscription
from schema.posts import Post, PostConnection
from schema.users import the_viewer
from services.accounts.viewer import Viewer

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


@strawberry.type(
    description="A post that is on the timeline from now on: a new one, or one that its author has opened to the viewer."
)
class TimelinePostAdded:
    """Shows an `AddedRow`."""

    cursor: str = attribute("Pass it as `after` to get what was missed since.")
    post: Post = attribute("The post.")

    is_type_of = RowsOf(live.AddedRow)


@strawberry.type(description="A post that is gone; a client that shows it takes it away.")
class TimelinePostRemoved:
    """Shows a `RemovedRow`."""

    cursor: str = attribute("Pass it as `after` to get what was missed since.")
    post_id: strawberry.ID = attribute("Global id of the post.")

    is_type_of = RowsOf(live.RemovedRow)


@strawberry.type(description="What was missed cannot be told any more: read `homeTimeline` anew. The stream goes on.")
class TimelineResync:
    """Shows a `ResyncRow`."""

    reason: str = attribute("Why, for a log.")

    is_type_of = RowsOf(live.ResyncRow)


HomeTimelineEvent = Annotated[
    TimelinePostAdded | TimelinePostRemoved | TimelineResync,
    strawberry.union("HomeTimelineEvent", description="Something that happened on a home timeline."),
]


@subscription(HomeTimelineEvent, name="homeTimeline")
def home_timeline_events(
    context: Context,
    viewer: Viewer,
    after: Annotated[str | None, "The last `cursor` received, to begin with what was missed since."] = None,
) -> EventSource:
    """What happens on the viewer's home timeline, in order and each once. Needs a viewer; ends with the access token."""
    return live.home_events(context, viewer, after)
