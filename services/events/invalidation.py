"""What an event makes old in Redis: the one list of it, applied by the mutation at once and by the worker for certain."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.outbox import OutboxEvent
from keyspace import keys
from keyspace.row_cache import MEDIA, MUTED_TOPICS, POST_COUNTS, POSTS, USER_COUNTS, USERS, Kind, RowCache
from keyspace.viewer_flags import LIKED

Row = tuple[Kind, str]
Fact = tuple[str, str]
Old = tuple[Sequence[Row], Sequence[Fact]]
"""Rows by kind and id, and facts by hash and id."""


def _follow(payload: Mapping[str, Any]) -> Old:
    follower, followed = payload["followerId"], payload["followedId"]
    return [(USER_COUNTS, follower), (USER_COUNTS, followed)], _relationships(
        follower, payload["followerKey"], followed, payload["followedKey"]
    )


def _request(payload: Mapping[str, Any]) -> Old:
    return [], _relationships(payload["followerId"], payload["followerKey"], payload["followedId"], payload["followedKey"])


def _pair(payload: Mapping[str, Any]) -> Old:
    return [], _relationships(payload["actorId"], payload["actorKey"], payload["targetId"], payload["targetKey"])


def _relationships(one: str, one_key: int, other: str, other_key: int) -> list[Fact]:
    return [(keys.relationships(one_key), other), (keys.relationships(other_key), one)]


def _post(payload: Mapping[str, Any]) -> Old:
    parent = payload["replyToId"]
    rows = [(POSTS, payload["postId"]), (USER_COUNTS, payload["authorId"])]
    rows += [(MEDIA, picture) for picture in payload.get("mediaIds", ())]
    return [*rows, (POST_COUNTS, parent)] if parent else rows, []


def _like(payload: Mapping[str, Any]) -> Old:
    return [(POST_COUNTS, payload["postId"])], [LIKED.stale(payload["userKey"], payload["postId"])]


def _user(payload: Mapping[str, Any]) -> Old:
    return [(USERS, payload["userId"])], []


def _topics(payload: Mapping[str, Any]) -> Old:
    return [(MUTED_TOPICS, payload["userId"])], []


def _picture(payload: Mapping[str, Any]) -> Old:
    return [(MEDIA, payload["mediaId"])], []


OLD: Mapping[str, Callable[[Mapping[str, Any]], Old]] = {
    "user.created": _user,
    "user.updated": _user,
    "follow.created": _follow,
    "follow.deleted": _follow,
    "follow.requested": _request,
    "follow.request_ended": _request,
    "user.blocked": _pair,
    "user.unblocked": _pair,
    "user.muted": _pair,
    "user.unmuted": _pair,
    "user.befriended": _pair,
    "user.unbefriended": _pair,
    "muted_topics.changed": _topics,
    "post.created": _post,
    "post.updated": _post,
    "post.deleted": _post,
    "post.liked": _like,
    "post.unliked": _like,
    "media.uploaded": _picture,
    "media.ready": _picture,
    "media.refused": _picture,
    "media.deleted": _picture,
}


@dataclass(frozen=True, slots=True)
class Invalidation:
    """Removes from Redis what events made old."""

    cache: RowCache

    @property
    def types(self) -> Collection[str]:
        """Give the types of the events that make something old."""
        return OLD.keys()

    async def __call__(self, events: Iterable[OutboxEvent]) -> None:
        """Remove it all in one round trip; twice is as good as once.

        Raises:
            Unavailable: Redis does not answer.

        """
        rows: set[Row] = set()
        facts: set[Fact] = set()
        for event in events:
            if of := OLD.get(event.type):
                old_rows, old_facts = of(event.payload)
                rows.update(old_rows)
                facts.update(old_facts)
        if rows or facts:
            await self.cache.invalidate(rows, facts)
