"""Reposting posts, and the posts that the viewer likes."""

import strawberry

import feeds.home
import feeds.reactions
from feeds.connection import Edge
from keyspace.viewer_flags import REPOSTED
from resolvers.context import Context
from resolvers.global_ids import encode
from resolvers.posts import reacted
from schema.operations import mutation, page_query
from schema.payloads import Returned, returned
from schema.posts import Post, PostConnection, PostEdge, PostId
from services.accounts.viewer import Viewer
from services.events.attempt import Attempt
from services.write_limits.outcomes import WriteLimit

liked_posts = page_query(
    PostConnection,
    feeds.reactions.liked_posts,
    "The posts that the viewer likes and may see, newest like first. Nobody else sees this list.",
    backward=True,
)


@mutation(
    takes="Which post to repost.",
    gives={
        "post": returned(Post, "The post, with new counts."),
        "post_edge": returned(
            PostEdge, "The post as an item of `homeTimeline`, to be put first; where it was before, if it was reposted already."
        ),
    },
    limit=WriteLimit.POSTS,
)
async def repost(context: Context, viewer: Viewer, attempt: Attempt, post_id: PostId) -> Returned:
    """Repost a post: it comes to the home timelines of the viewer's followers, as new. Twice is as good as once.

    FORBIDDEN where `viewerCanRepost` is false. Whoever may not see the post does not see it by the repost either.
    """
    done = await context.services.reposting.add(viewer, post_id, attempt)
    reacted(context, REPOSTED, post_id, done.counts, value=True)
    place, cursors = feeds.home.place_of(done.repost.id), context.reader.cursors(feeds.home.KEYSET)
    return {"post": done.post, "post_edge": Edge(cursors, place, done.post, done.repost)}


@mutation(
    takes="Which repost to take back.",
    gives={
        "post_id": returned(strawberry.ID, "Global id of the post."),
        "post": returned(Post | None, "The post, with new counts; null if it is gone or hidden by now."),
    },
)
async def undo_repost(context: Context, viewer: Viewer, post_id: PostId) -> Returned:
    """Take the viewer's repost of a post back; twice is as good as once."""
    done = await context.services.reposting.remove(viewer, post_id)
    reacted(context, REPOSTED, post_id, done.counts, value=False)
    return {"post_id": encode("Post", post_id), "post": done.post}
