"""Flags of viewers on posts, such as likes: each is set and cleared, and belongs to one viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from clock import now_ms
from errors import NotFound, Unauthenticated
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.post_events import FlagEvent

Change: TypeAlias = tuple[str, type[FlagEvent]]
"""A statement, and the event that it makes where it changes something. The statement returns the viewer's key, the author's id
(null without such a post), and whether it changed something; one that sets the flag also, since when it is set. It returns no
record without the viewer."""


@dataclass(frozen=True, slots=True)
class PostFlags:
    """Sets and clears one flag; to do either again changes nothing."""

    writer: CommandWriter
    added: Change
    removed: Change

    async def add(self, viewer: Viewer, post: str) -> int:
        """Set the flag on a post, and return since when it is set, in milliseconds since 1970 UTC.

        Raises:
            NotFound: the post is gone, or the viewer may not see it.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        *_, since = await self._write(self.added, viewer, post, at=now_ms())
        return int(since)

    async def remove(self, viewer: Viewer, post: str) -> None:
        """Clear the flag; the errors are the same, where the statement knows of the post."""
        await self._write(self.removed, viewer, post)

    async def _write(self, change: Change, viewer: Viewer, post: str, **params: Any) -> Sequence[Any]:
        statement, event = change

        def events(row: Any) -> list[FlagEvent]:
            key, author, changed, *_ = row
            return [event(post_id=post, author_id=author, user_id=viewer.id, user_key=key)] if changed else []

        writer = self.writer.of_viewer(viewer.id)
        row = await writer.write(statement, events=events, viewer=viewer.id, post=post, **params)
        if row is None:
            raise Unauthenticated
        if row[1] is None:
            raise NotFound("post")
        return list(row)
