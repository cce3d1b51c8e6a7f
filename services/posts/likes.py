"""Liking posts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import NotFound, Unauthenticated
from graph.outbox import OutboxEvent
from services.accounts.viewer import Viewer
from services.events import facts
from services.events.command_writer import CommandWriter


@dataclass(frozen=True, slots=True)
class Likes:
    """Makes and takes back likes; either twice is as good as once."""

    writer: CommandWriter

    async def like(self, viewer: Viewer, post: str) -> None:
        """Like a post that the caller has seen to be visible.

        Raises:
            NotFound: the post is gone.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await self._write("posts/like", facts.post_liked, viewer, post, at=now_ms())

    async def unlike(self, viewer: Viewer, post: str) -> None:
        """Take a like back.

        Raises:
            NotFound: the post is gone.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await self._write("posts/unlike", facts.post_unliked, viewer, post)

    async def _write(self, name: str, fact: Callable[..., OutboxEvent], viewer: Viewer, post: str, **params: Any) -> None:
        def events(row: Any) -> list[OutboxEvent]:
            key, author, changed = row
            return [fact(post_id=post, author_id=author, user_id=viewer.id, user_key=key)] if changed else []

        writer = self.writer.of_viewer(viewer.id)
        row = await writer.write(name, events=events, viewer=viewer.id, post=post, **params)
        if row is None:
            raise Unauthenticated
        if row[1] is None:
            raise NotFound("post")
