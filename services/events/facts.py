"""What happened, as events: one function for each row of the table in `docs/architecture.md`.

They are called in the function that `Graph.write(events=...)` takes, so the payload is spelled here and nowhere else.
`services/events/payloads.py` reads the same fields back.
"""

from collections.abc import Sequence

from clock import now_ms
from graph.ids import new_id
from graph.outbox import OutboxEvent
from graph.rows.posts import Audience, Delivery


def user_created(*, user_id: str) -> OutboxEvent:
    """Tell that somebody signed up."""
    return _event("user.created", userId=user_id)


def user_updated(*, user_id: str, user_key: int) -> OutboxEvent:
    """Tell that somebody changed what others see of them, or that they are seen no longer or again."""
    return _event("user.updated", userId=user_id, userKey=user_key)


def user_opened(*, user_id: str, user_key: int) -> OutboxEvent:
    """Tell that somebody is private no longer: the requests that are open are to be accepted."""
    return _event("user.opened", userId=user_id, userKey=user_key)


def user_blocked(*, actor_id: str, actor_key: int, target_id: str, target_key: int) -> OutboxEvent:
    """Tell that somebody, the actor, blocks somebody; what it ended is told by events of its own."""
    return _event("user.blocked", **_pair(actor_id, actor_key, target_id, target_key))


def user_unblocked(*, actor_id: str, actor_key: int, target_id: str, target_key: int) -> OutboxEvent:
    """Tell that somebody, the actor, blocks somebody no longer."""
    return _event("user.unblocked", **_pair(actor_id, actor_key, target_id, target_key))


def user_muted(*, actor_id: str, actor_key: int, target_id: str, target_key: int) -> OutboxEvent:
    """Tell that somebody, the actor, mutes somebody, or mutes them otherwise than before."""
    return _event("user.muted", **_pair(actor_id, actor_key, target_id, target_key))


def user_unmuted(*, actor_id: str, actor_key: int, target_id: str, target_key: int) -> OutboxEvent:
    """Tell that somebody, the actor, mutes somebody no longer."""
    return _event("user.unmuted", **_pair(actor_id, actor_key, target_id, target_key))


def muted_topics_changed(*, user_id: str, user_key: int) -> OutboxEvent:
    """Tell that somebody mutes a word, hashtag or thread, or does no longer."""
    return _event("muted_topics.changed", userId=user_id, userKey=user_key)


def user_befriended(*, actor_id: str, actor_key: int, target_id: str, target_key: int) -> OutboxEvent:
    """Tell that somebody is now a close friend of the actor's choosing."""
    return _event("user.befriended", **_pair(actor_id, actor_key, target_id, target_key))


def user_unbefriended(*, actor_id: str, actor_key: int, target_id: str, target_key: int) -> OutboxEvent:
    """Tell that somebody is a close friend of the actor's choosing no longer."""
    return _event("user.unbefriended", **_pair(actor_id, actor_key, target_id, target_key))


def follow_created(*, follower_id: str, follower_key: int, followed_id: str, followed_key: int) -> OutboxEvent:
    """Tell that somebody follows somebody."""
    return _event("follow.created", **_follow(follower_id, follower_key, followed_id, followed_key))


def follow_deleted(*, follower_id: str, follower_key: int, followed_id: str, followed_key: int) -> OutboxEvent:
    """Tell that somebody follows somebody no longer."""
    return _event("follow.deleted", **_follow(follower_id, follower_key, followed_id, followed_key))


def follow_requested(*, follower_id: str, follower_key: int, followed_id: str, followed_key: int) -> OutboxEvent:
    """Tell that somebody asks to follow somebody private."""
    return _event("follow.requested", **_follow(follower_id, follower_key, followed_id, followed_key))


def follow_request_ended(*, follower_id: str, follower_key: int, followed_id: str, followed_key: int) -> OutboxEvent:
    """Tell that a request to follow was taken back, refused, accepted, or ended by a block."""
    return _event("follow.request_ended", **_follow(follower_id, follower_key, followed_id, followed_key))


def post_created(
    *,
    post_id: str,
    author_id: str,
    author_key: int,
    home: bool,
    delivery: Delivery,
    audience: Audience = Audience.PUBLIC,
    mention_ids: Sequence[str] = (),
    media_ids: Sequence[str] = (),
    reply_to_id: str | None = None,
    root_id: str | None = None,
) -> OutboxEvent:
    """Tell that somebody wrote a post; `home` tells whether it belongs on home timelines."""
    return _event(
        "post.created",
        postId=post_id,
        authorId=author_id,
        authorKey=author_key,
        home=home,
        delivery=delivery.value,
        replyToId=reply_to_id,
        rootId=root_id,
        audience=audience.value,
        mentionIds=list(mention_ids),
        mediaIds=list(media_ids),
    )


def post_updated(
    *,
    post_id: str,
    author_id: str,
    author_key: int,
    home: bool,
    audience: Audience,
    was_audience: Audience,
    mention_ids: Sequence[str] = (),
    reply_to_id: str | None = None,
) -> OutboxEvent:
    """Tell that somebody changed who may see a post of theirs, or who may reply to it."""
    return _event(
        "post.updated",
        postId=post_id,
        authorId=author_id,
        authorKey=author_key,
        home=home,
        audience=audience.value,
        wasAudience=was_audience.value,
        mentionIds=list(mention_ids),
        replyToId=reply_to_id,
    )


def post_deleted(
    *,
    post_id: str,
    author_id: str,
    author_key: int,
    reply_to_id: str | None = None,
    audience: Audience = Audience.PUBLIC,
    mention_ids: Sequence[str] = (),
) -> OutboxEvent:
    """Tell that a post was taken back by its author."""
    return _event(
        "post.deleted",
        postId=post_id,
        authorId=author_id,
        authorKey=author_key,
        replyToId=reply_to_id,
        audience=audience.value,
        mentionIds=list(mention_ids),
    )


def post_liked(*, post_id: str, author_id: str, user_id: str, user_key: int) -> OutboxEvent:
    """Tell that somebody, `user_id`, likes a post of `author_id`."""
    return _event("post.liked", postId=post_id, authorId=author_id, userId=user_id, userKey=user_key)


def post_unliked(*, post_id: str, author_id: str, user_id: str, user_key: int) -> OutboxEvent:
    """Tell that somebody, `user_id`, likes a post of `author_id` no longer."""
    return _event("post.unliked", postId=post_id, authorId=author_id, userId=user_id, userKey=user_key)


def media_uploaded(*, media_id: str, owner_id: str) -> OutboxEvent:
    """Tell that the bytes of a picture lie in the store and wait to be looked at."""
    return _event("media.uploaded", mediaId=media_id, ownerId=owner_id)


def media_ready(*, media_id: str, owner_id: str) -> OutboxEvent:
    """Tell that the sizes of a picture are made."""
    return _event("media.ready", mediaId=media_id, ownerId=owner_id)


def media_refused(*, media_id: str, owner_id: str) -> OutboxEvent:
    """Tell that a picture was refused, and its bytes are gone."""
    return _event("media.refused", mediaId=media_id, ownerId=owner_id)


def media_deleted(*, media_id: str, owner_id: str) -> OutboxEvent:
    """A picture was taken back by its owner."""
    return _event("media.deleted", mediaId=media_id, ownerId=owner_id)


def _follow(follower_id: str, follower_key: int, followed_id: str, followed_key: int) -> dict[str, object]:
    return {
        "followerId": follower_id,
        "followerKey": follower_key,
        "followedId": followed_id,
        "followedKey": followed_key,
    }


def _pair(actor_id: str, actor_key: int, target_id: str, target_key: int) -> dict[str, object]:
    return {"actorId": actor_id, "actorKey": actor_key, "targetId": target_id, "targetKey": target_key}


def _event(type_: str, **payload: object) -> OutboxEvent:
    """Give an event of this moment."""
    return OutboxEvent(new_id(), type_, now_ms(), payload)
