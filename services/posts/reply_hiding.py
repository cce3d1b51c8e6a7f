"""Replies that the author of what they answer hides behind a click."""

from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import NotFound
from graph.rows.posts import PostRow
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.post_events import ReplyEvent, ReplyHidden, ReplyShown
from services.posts.event_of_post import event_of_post


@dataclass(frozen=True, slots=True)
class ReplyHiding:
    """Hides replies to posts of the viewer, and shows them again; to do either again changes nothing.

    Neither asks whether the viewer may see the reply: somebody who answers them and blocks them can be hidden like anybody.
    """

    writer: CommandWriter

    async def hide(self, viewer: Viewer, reply: str) -> PostRow:
        """Hide a reply from the conversation, for everybody, and return it; it can be read by itself.

        Raises:
            NotFound: there is no such reply to a post of the viewer.

        """
        return await self._write(ReplyHidden, viewer, reply, now_ms())

    async def show(self, viewer: Viewer, reply: str) -> PostRow:
        """Undo that; the errors are the same."""
        return await self._write(ReplyShown, viewer, reply, None)

    async def _write(self, event: type[ReplyEvent], viewer: Viewer, reply: str, at: int | None) -> PostRow:
        def done(row: Any) -> list[ReplyEvent]:
            return [event_of_post(event, PostRow.of(row[1]))]

        row = await self.writer.of_viewer(viewer.id).write(
            "posts/set_reply_hidden",
            events=lambda row: done(row) if row[0] else [],
            unchanged=done,
            viewer=viewer.id,
            reply=reply,
            at=at,
        )
        if row is None:
            raise NotFound("reply")
        return PostRow.of(row[1])
