"""What happens, live: the streams, and the events that they tell."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from execution.declarations import Cost, RowsOf
from resolvers import live
from resolvers.context import Context
from resolvers.event_source import EventSource
from resolvers.live_rows import AddedRow, ChangedRow, CountsRow, RemovedRow, RepostRemovedRow, ResyncRow, StartedRow
from schema.enums import show_enum
from schema.fields import attribute
from schema.inputs import IdOf
from schema.marks import marked_hashtags
from schema.operations import subscription
from schema.posts import Post
from schema.reactions import Repost
from services.accounts.viewer import Viewer
from services.live.entries import COUNTED_MAX
from services.live.notices import ResyncReason

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


@strawberry.interface(description="An event of any stream. Select the cursor here, so that no event loses the place of a client.")
class LiveEvent:
    """Interface of the events of streams."""

    cursor: str = attribute("Pass it as `after` to be told what comes after this.")


@strawberry.interface(description="An event of any stream that gives a post, as it is now.")
class LivePostEvent(LiveEvent):
    """Interface of the events that give a post."""

    post: Post = attribute("The post.")


@strawberry.type(
    description="The stream has begun, and goes on after the cursor: the first event, unless that is `TimelineResync`. What was "
    "there before is told by queries: a client that passed no `after` reads the first page now. Posts that follow may be on it."
)
class TimelineStarted(LiveEvent):
    """Shows a `StartedRow`."""

    is_type_of = RowsOf(StartedRow)


@strawberry.type(
    description="A post that is there from now on: a new one, one that its author has opened to the viewer, by its audience or "
    "by what it says, or one that somebody reposted: a client that shows it already moves it up, to the place of the repost."
)
class TimelinePostAdded(LivePostEvent):
    """Shows an `AddedRow`."""

    repost: Repost | None = attribute("The repost by which it is there; null where it is there by itself.")
    hashtags: list[str] = marked_hashtags(
        "The hashtags that the viewer follows by which alone it is on `homeTimeline`; empty on other streams."
    )

    is_type_of = RowsOf(AddedRow)


@strawberry.type(
    description="A post that was there before, as it is now: its author edited it, which its `version` tells, or changed who may "
    "see it or who may reply, a picture of it became ready or was refused, or what it quotes was detached or reattached. A "
    "client that does not show it passes over it."
)
class TimelinePostChanged(LivePostEvent):
    """Shows a `ChangedRow`."""

    is_type_of = RowsOf(ChangedRow)


@strawberry.type(
    description="The counts of a post changed, by likes, replies, reposts or quotes. However many these are, a post is told "
    "once a second at most, with what holds then."
)
class PostCountsChanged(LivePostEvent):
    """Shows a `CountsRow`."""

    is_type_of = RowsOf(CountsRow)


@strawberry.type(description="A post that is gone; a client that shows it takes it away.")
class TimelinePostRemoved(LiveEvent):
    """Shows a `RemovedRow`."""

    post_id: strawberry.ID = attribute("Global id of the post.")

    is_type_of = RowsOf(RemovedRow)


@strawberry.type(
    description="A repost that was taken back. A client that shows the post by the repost of this person takes it away, or reads "
    "the page again to see whether the post stands further down. Any other passes over it."
)
class TimelineRepostRemoved(LiveEvent):
    """Shows a `RepostRemovedRow`."""

    post_id: strawberry.ID = attribute("Global id of the post.")
    reposter_id: strawberry.ID = attribute("Global id of the person whose repost it was.")

    is_type_of = RowsOf(RepostRemovedRow)


@strawberry.type(
    description="What was missed cannot be told any more: read anew what is shown. The stream goes on after the cursor."
)
class TimelineResync(LiveEvent):
    """Shows a `ResyncRow`."""

    reason: ResyncReason = attribute("Why.")
    missed: int | None = attribute(
        "How many events were missed, if that is known. Some of them may not have been for the viewer."
    )

    is_type_of = RowsOf(ResyncRow)


HomeTimelineEvent = Annotated[
    TimelineStarted
    | TimelinePostAdded
    | TimelinePostChanged
    | TimelinePostRemoved
    | TimelineRepostRemoved
    | TimelineResync,
    strawberry.union("HomeTimelineEvent", description="Something that happened on a home timeline, or to its stream."),
]


ThreadEvent = Annotated[
    TimelineStarted | TimelinePostAdded | TimelinePostChanged | TimelinePostRemoved | TimelineResync,
    strawberry.union("ThreadEvent", description="Something that happened in a conversation, or to the stream."),
]
UserPostsEvent = Annotated[
    TimelineStarted
    | TimelinePostAdded
    | TimelinePostChanged
    | TimelinePostRemoved
    | TimelineRepostRemoved
    | TimelineResync,
    strawberry.union("UserPostsEvent", description="Something that happened to the posts of a person, or to the stream."),
]
PostCountsEvent = Annotated[
    TimelineStarted | PostCountsChanged | TimelinePostRemoved | TimelineResync,
    strawberry.union("PostCountsEvent", description="Something that happened to the counts of some posts, or to the stream."),
]

After = Annotated[str | None, "The last `cursor` received, to begin with what was missed since."]


@subscription(HomeTimelineEvent, name="homeTimeline")
def home_timeline_events(
    context: Context,
    viewer: Viewer,
    after: After = None,
) -> EventSource:
    """What happens on the viewer's home timeline, in order and each once. Needs a viewer; ends with the access token."""
    return live.home_events(context, viewer, after)


@subscription(UserPostsEvent, name="userPosts")
def user_posts_events(
    context: Context,
    viewer: Viewer,
    user_id: Annotated[str, IdOf("User"), "Global id of the person."],
    include_replies: Annotated[bool, "Whether replies to others are told, too."] = False,
    include_reposts: Annotated[bool, "Whether what they repost is told, too."] = False,
    after: After = None,
) -> EventSource:
    """What happens to a person's posts that the viewer may see, as `User.posts` shows them, in order and each once.

    NOT_FOUND for somebody whom the viewer may not see. Needs a viewer; ends with the access token.
    """
    included = {"include_replies": include_replies, "include_reposts": include_reposts}
    return live.user_posts_events(context, viewer, user_id, after, **included)


@subscription(ThreadEvent, name="thread")
def thread_events(
    context: Context,
    viewer: Viewer,
    post_id: Annotated[str, IdOf("Post"), "Global id of any post of the conversation."],
    after: After = None,
) -> EventSource:
    """What happens in a conversation: to its first post and to all replies below it that the viewer may see, each once.

    A new reply says by `replyTo` where it belongs. NOT_FOUND for a post that the viewer may not see. Needs a viewer; ends with
    the access token.
    """
    return live.thread_events(context, viewer, post_id, after)


@subscription(PostCountsEvent, name="postCounts", cost=Cost(per=("postIds",), most=COUNTED_MAX))
def post_counts_events(
    context: Context,
    viewer: Viewer,
    post_ids: Annotated[Sequence[str], IdOf("Post"), f"Global ids of posts, at most {COUNTED_MAX}."],
    after: After = None,
) -> EventSource:
    """Counts of posts as they change, such as those that a page shows; and which of them are gone.

    A post that the viewer may not see is passed over, like one that does not exist. With `after`, the counts of now of all posts
    are told once. Each ten posts count as one open operation. Needs a viewer; ends with the access token.
    """
    return live.post_counts_events(context, viewer, post_ids, after)
