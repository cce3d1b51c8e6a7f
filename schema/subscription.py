"""The root of subscriptions."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

import strawberry

from execution.declarations import RowsOf
from resolvers import live
from schema.fields import Info, attribute
from schema.posts import Post


@strawberry.type(description="A post that is new on the timeline.")
class TimelinePostAdded:
    """Something to show."""

    cursor: str = attribute("Pass it as `after` to get what was missed since.")
    post: Post = attribute("The post.")

    is_type_of = RowsOf(live.AddedRow)


@strawberry.type(description="A post that is gone; a client that shows it takes it away.")
class TimelinePostRemoved:
    """Something to hide."""

    cursor: str = attribute("Pass it as `after` to get what was missed since.")
    post_id: strawberry.ID = attribute("Global id of the post.")

    is_type_of = RowsOf(live.RemovedRow)


@strawberry.type(description="What was missed cannot be told any more: read `homeTimeline` anew. The stream goes on.")
class TimelineResync:
    """Something to do."""

    reason: str = attribute("Why, for a log.")

    is_type_of = RowsOf(live.ResyncRow)


HomeTimelineEvent = Annotated[
    TimelinePostAdded | TimelinePostRemoved | TimelineResync,
    strawberry.union("HomeTimelineEvent", description="Something that happened on a home timeline."),
]


@strawberry.type(description="Everything that can be followed live.")
class Subscription:
    """Subscriptions."""

    @strawberry.subscription(
        description="What happens on the viewer's home timeline, in order and each once. Needs a viewer; ends with "
        "the access token."
    )
    async def home_timeline(
        self,
        info: Info,
        after: Annotated[
            str | None,
            strawberry.argument(description="The last `cursor` received, to begin with what was missed since."),
        ] = None,
    ) -> AsyncGenerator[HomeTimelineEvent, None]:
        """Follow it."""
        events: Any = live.home_events(info.context, after)
        async with aclosing(events):
            async for event in events:
                yield event
