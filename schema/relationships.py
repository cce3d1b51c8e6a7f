"""Relationships: following, asking to follow, and blocking."""

from feeds.blocks import blocks
from feeds.followers import followers
from feeds.following import following
from feeds.requests import requests_received, requests_sent
from resolvers.context import Context
from resolvers.users import know_pair
from schema.operations import mutation, page_query
from schema.payloads import Returned, added, returned
from schema.places import to_target, to_viewer
from schema.users import UserConnection, UserEdge, UserId, the_user, the_viewer
from services.accounts.viewer import Viewer
from services.events.attempt import Attempt
from services.write_limits.outcomes import WriteLimit

follow_requests = page_query(
    UserConnection,
    requests_received,
    "Those who ask to follow the viewer, newest first.",
)
sent_follow_requests = page_query(
    UserConnection,
    requests_sent,
    "Those whom the viewer asks to follow, newest first.",
)
blocked_users = page_query(
    UserConnection,
    blocks,
    "Those whom the viewer blocks, newest first, by name alone: all else of them reads as empty.",
)


@mutation(
    takes="Whom to follow.",
    gives={
        "user": the_user("The person followed or asked, with new counts."),
        "viewer": the_viewer(),
        "requested": returned(
            bool, "Whether the viewer waits for an answer: the person is private and decides who follows them."
        ),
        "following_edge": added(
            UserEdge, following, "user", "The person as an item of the viewer's `following`; null while they are asked.",
            owner="viewer",
        ),
        "follower_edge": added(
            UserEdge, followers, "viewer",
            "The viewer as an item of the person's `followers`; null while they are asked, and where they hide the list.",
            owner="user",
        ),
        "sent_follow_request_edge": added(
            UserEdge, requests_sent, "user", "The person as an item of `sentFollowRequests`; null where they are followed."
        ),
    },
    limit=WriteLimit.FOLLOWS,
)
async def follow(context: Context, viewer: Viewer, attempt: Attempt, user_id: UserId) -> Returned:
    """Follow a person; their newest posts are on the viewer's timeline at once.

    Somebody private is asked instead, and decides. FORBIDDEN with the reason FOLLOWING_CEILING for who follows as many as
    they may.
    """
    made = await context.services.follows.follow(viewer, user_id, attempt)
    know_pair(context, viewer.id, user_id, made.rows)
    asked, followed = (made.edge, None) if made.waits else (None, made.edge)
    return {
        "requested": made.waits,
        "sent_follow_request_edge": asked and to_target(asked),
        "following_edge": followed and to_target(followed),
        "follower_edge": followed and to_viewer(followed),
    }


@mutation(
    takes="Whom to follow no longer.",
    gives={"user": the_user("The person no longer followed, with new counts."), "viewer": the_viewer()},
)
async def unfollow(context: Context, viewer: Viewer, user_id: UserId) -> None:
    """Stop following a person. Their posts leave the viewer's timeline at once."""
    know_pair(context, viewer.id, user_id, await context.services.follows.unfollow(viewer, user_id))


@mutation(
    takes="Who is to follow the viewer no longer.",
    gives={"user": the_user("The person who follows no longer, with new counts."), "viewer": the_viewer()},
)
async def remove_follower(context: Context, viewer: Viewer, user_id: UserId) -> None:
    """Let a follower follow the viewer no longer. They are not told, and may follow or ask again."""
    await context.services.follows.remove_follower(viewer, user_id)


@mutation(takes="Whom to ask no longer.", gives={"user": the_user("The person asked no longer.")})
async def cancel_follow_request(context: Context, viewer: Viewer, user_id: UserId) -> None:
    """Take a request to follow somebody back; twice is as good as once."""
    await context.services.requests.cancel(viewer, user_id)


@mutation(
    takes="Whose request to accept.",
    gives={
        "user": the_user("The person who follows the viewer now, with new counts."),
        "viewer": the_viewer(),
        "follower_edge": added(UserEdge, followers, "user", "The person as an item of the viewer's `followers`.", owner="viewer"),
        "following_edge": added(
            UserEdge, following, "viewer", "The viewer as an item of the person's `following`; null where they hide the list.",
            owner="user",
        ),
    },
)
async def accept_follow_request(context: Context, viewer: Viewer, user_id: UserId) -> Returned:
    """Let somebody who asks follow the viewer; twice is as good as once. NOT_FOUND if they do not ask any more."""
    edge = await context.services.requests.accept(viewer, user_id)
    return {"follower_edge": to_target(edge), "following_edge": to_viewer(edge)}


@mutation(takes="Whose request to refuse.", gives={"user": the_user("The person refused.")})
async def refuse_follow_request(context: Context, viewer: Viewer, user_id: UserId) -> None:
    """Refuse a request; they are not told, and may ask again. Twice is as good as once."""
    await context.services.requests.refuse(viewer, user_id)


@mutation(
    takes="Whom to block.",
    gives={
        "user": the_user("The person blocked, by name alone: all else of them reads as empty.", shown_by="name_only_users"),
        "viewer": the_viewer(),
        "blocked_user_edge": added(UserEdge, blocks, "user", "The person as an item of `blockedUsers`."),
    },
)
async def block(context: Context, viewer: Viewer, user_id: UserId) -> Returned:
    """Block a person: neither sees the other anywhere any more, and follows, requests and close friendships between the two end.

    They are not told. Twice is as good as once.
    """
    return {"blocked_user_edge": to_target(await context.services.blocks.block(viewer, user_id))}


# By name alone, as when they were blocked: whether there is more to see may depend on them.
@mutation(
    takes="Whom to block no longer.",
    gives={
        "user": the_user("The person, by name alone. Look them up for the rest.", shown_by="name_only_users"),
        "viewer": the_viewer("The viewer."),
    },
)
async def unblock(context: Context, viewer: Viewer, user_id: UserId) -> None:
    """Block a person no longer; what the block ended does not come back.

    NOT_FOUND of whom the viewer neither blocks nor may see.
    """
    await context.services.blocks.unblock(viewer, user_id)
