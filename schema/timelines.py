"""The home timeline: its pages, and what happens on it live."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

import strawberry

from execution.declarations import RowsOf
from feeds.home import home
from resolvers import live
from resolvers.context import Context
from schema.fields import attribute
from schema.operations import page_query, subscription
from schema.posts import Post, PostConnection
from services.accounts.viewer import Viewer

home_timeline = page_query(
    PostConnection,
    home,
    "The viewer's home timeline, newest first: their own posts and those of the people they follow, without replies to others. "
    "New posts never shift a page.",
)


@strawberry.type(description="A post that is new on the timeline.")
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
) -> AsyncGenerator[Any, None]:
    """What happens on the viewer's home timeline, in order and each once. Needs a viewer; ends with the access token."""
    return live.home_events(context, viewer, after)
