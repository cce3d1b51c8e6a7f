"""Flags of viewers on posts, such as likes: each is set and cleared, and belongs to one viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from clock import now_ms
from errors import NotFound, Unauthenticated
from graph.rows.posts import PostCounts, PostRow
from services.accounts.viewer import Viewer
from services.events.attempt import Attempt
from services.events.command_writer import CommandWriter
from services.events.post_events import FlagEvent

Change: TypeAlias = tuple[str, type[FlagEvent]]
"""A statement, and the event that it makes where it changes something. The statement returns the viewer's key, the author's id
(null without such a post), whether it changed something, and what `Flagged` holds. It returns no record without the viewer."""


@dataclass(frozen=True, slots=True)
class Flagged:
    """How a flag stands after a write.

    Attributes:
        since: when it was set, in milliseconds since 1970 UTC; 0 where it is not set.
        counts: those of the post, where the flag is one that others see as a count.
        post: the post, if the viewer may see it; of one whose flag is cleared, where that depends on it.

    """

    since: int
    counts: PostCounts | None
    post: PostRow | None

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """Read the end of the row of a statement."""
        *_, since, counts, columns = row
        return cls(since or 0, None if counts is None else PostCounts(*counts), None if columns is None else PostRow.of(columns))


@dataclass(frozen=True, slots=True)
class PostFlags:
    """Sets and clears one flag; to do either again changes nothing."""

    writer: CommandWriter
    added: Change
    removed: Change

    async def add(self, viewer: Viewer, post: str, attempt: Attempt | None = None) -> Flagged:
        """Set the flag on a post.

        Raises:
            NotFound: the post is gone, or the viewer may not see it.
            TooManyWrites: there is no room for the attempt.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        return await self._write(self.added, viewer, post, at=now_ms(), attempt=attempt)

    async def remove(self, viewer: Viewer, post: str) -> Flagged:
        """Clear the flag; the errors are the same, where the statement knows of the post."""
        return await self._write(self.removed, viewer, post)

    async def _write(self, change: Change, viewer: Viewer, post: str, **params: Any) -> Flagged:
        statement, event = change

        def before(row: Any) -> list[FlagEvent]:
            key, author, *_ = row
            return [] if author is None else [event(post_id=post, author_id=author, user_id=viewer.id, user_key=key)]

        def events(row: Any) -> list[FlagEvent]:
            _, _, changed, *_ = row
            return before(row) if changed else []

        writer = self.writer.of_viewer(viewer.id)
        row = await writer.write(statement, events=events, unchanged=before, viewer=viewer.id, post=post, **params)
        if row is None:
            raise Unauthenticated
        if row[1] is None:
            raise NotFound("post")
        return Flagged.of(row)
