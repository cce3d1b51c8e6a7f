"""Likes of posts."""

from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import NotFound, Unauthenticated
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.post_events import LikeEvent, PostLiked, PostUnliked


@dataclass(frozen=True, slots=True)
class Likes:
    """Makes and removes likes; to do either again changes nothing."""

    writer: CommandWriter

    async def like(self, viewer: Viewer, post: str) -> None:
        """Like a post that the caller has seen to be visible.

        Raises:
            NotFound: the post is gone.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await self._write("posts/like", PostLiked, viewer, post, at=now_ms())

    async def unlike(self, viewer: Viewer, post: str) -> None:
        """Take a like back.

        Raises:
            NotFound: the post is gone.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await self._write("posts/unlike", PostUnliked, viewer, post)

    async def _write(self, name: str, of: type[LikeEvent], viewer: Viewer, post: str, **params: Any) -> None:
        def events(row: Any) -> list[LikeEvent]:
            key, author, changed = row
            return [of(post_id=post, author_id=author, user_id=viewer.id, user_key=key)] if changed else []

        writer = self.writer.of_viewer(viewer.id)
        row = await writer.write(name, events=events, viewer=viewer.id, post=post, **params)
        if row is None:
            raise Unauthenticated
        if row[1] is None:
            raise NotFound("post")
