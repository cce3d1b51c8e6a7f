"""Follows of hashtags."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import Conflict, Unauthenticated, Unavailable
from services.accounts.viewer import Viewer
from services.delivery.hashtag_posts import HashtagPosts
from services.events.command_writer import CommandWriter
from services.events.hashtag_events import HashtagEvent, HashtagFollowed, HashtagUnfollowed

FOLLOWED_MOST = 200
"""Most hashtags that one person follows: a page of home merges the posts with all, as it merges those of pulled authors."""


@dataclass(frozen=True, slots=True)
class HashtagFollows:
    """Follows and unfollows hashtags, by the name by which they are compared; to do either again changes nothing.

    The viewer's next page of home has the posts with it, or lacks them.
    """

    writer: CommandWriter
    hashtag_posts: HashtagPosts

    async def follow(self, viewer: Viewer, tag: str) -> None:
        """Follow a hashtag.

        Raises:
            Conflict: the viewer follows as many as allowed.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        if not await self._write("hashtags/follow", HashtagFollowed, viewer, tag, at=now_ms(), most=FOLLOWED_MOST):
            raise Conflict(f"You follow {FOLLOWED_MOST} hashtags, and that is the most.")

    async def unfollow(self, viewer: Viewer, tag: str) -> None:
        """Follow a hashtag no longer; the errors of the account are the same."""
        await self._write("hashtags/unfollow", HashtagUnfollowed, viewer, tag)

    async def _write(self, name: str, event: type[HashtagEvent], viewer: Viewer, tag: str, **params: Any) -> bool:
        """Return whether there was room."""

        def events(row: Sequence[Any]) -> list[HashtagEvent]:
            key, _, changed = row
            return [event(user_id=viewer.id, user_key=key, hashtag=tag)] if changed else []

        async def show(row: Sequence[Any]) -> None:
            # If Redis is away now, the worker does it when it handles the event.
            with suppress(Unavailable):
                await self.hashtag_posts.followed_changed(row[0])

        writer = self.writer.of_viewer(viewer.id)
        row = await writer.write(name, events=events, then=show, viewer=viewer.id, tag=tag, **params)
        if row is None:
            raise Unauthenticated
        return bool(row[1])
