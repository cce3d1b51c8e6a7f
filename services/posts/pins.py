"""Pinned posts: a few of one's own that one's profile shows first, in an order of one's choosing."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from errors import Conflict, InvalidInput, NotFound, Unauthenticated
from graph.rows.posts import PostRow
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.post_events import PinEvent, PostPinned, PostUnpinned

PINNED_MAX = 3
"""Most pinned posts of one person: what fits a screen before what is new."""


class _Outcome(StrEnum):
    """What the statements say of a change."""

    GONE = "GONE"
    MENTIONED = "MENTIONED"
    FULL = "FULL"
    SAME = "SAME"
    PINNED = "PINNED"
    UNPINNED = "UNPINNED"


@dataclass(frozen=True, slots=True)
class Pins:
    """Pins posts and ends that; to do either again changes nothing."""

    writer: CommandWriter

    async def pin(self, viewer: Viewer, post: str, position: int) -> PostRow:
        """Pin a post of the viewer at a position among those that are pinned, from 1; beyond the last it is the last.

        Raises:
            Conflict: as many are pinned as may be, or the post is for those whom it mentions.
            InvalidInput: there is no such position.
            NotFound: the viewer has no such post, or deleted it.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        if position < 1:
            raise InvalidInput("position", "Positions begin at 1.")
        behind = min(position - 1, PINNED_MAX)
        return await self._write("pins/add", PostPinned, viewer, post, behind=behind, most=PINNED_MAX)

    async def unpin(self, viewer: Viewer, post: str) -> PostRow:
        """Pin a post of the viewer no longer.

        Raises:
            NotFound: the viewer has no such post, or deleted it.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        return await self._write("pins/remove", PostUnpinned, viewer, post)

    async def _write(self, statement: str, event: type[PinEvent], viewer: Viewer, post: str, **params: Any) -> PostRow:
        def events(*wanted: _Outcome) -> Any:
            return lambda row: [event(post_id=post, author_id=viewer.id)] if row[0] in wanted else []

        row = await self.writer.of_viewer(viewer.id).write(
            statement,
            events=events(_Outcome.PINNED, _Outcome.UNPINNED),
            unchanged=events(_Outcome.SAME),
            viewer=viewer.id,
            post=post,
            **params,
        )
        if row is None:
            raise Unauthenticated
        outcome, columns = row
        match outcome:
            case _Outcome.GONE:
                raise NotFound("post")
            case _Outcome.MENTIONED:
                raise Conflict("A post for those whom it mentions is not for a profile.", "postId")
            case _Outcome.FULL:
                raise Conflict(f"You have pinned {PINNED_MAX} posts, and that is the most.", "postId")
        return PostRow.of(columns)
