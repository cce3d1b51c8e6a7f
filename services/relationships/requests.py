"""Requests to follow somebody private: cancelled by the asker, accepted or refused by the one who was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import NotFound
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.events.follow_events import FollowCreated, FollowRequestEnded
from services.events.user_events import UserOpened
from services.relationships.pairs import Pair, PairEdge, act, end

CHUNK = 500
"""Requests accepted in one transaction: it takes some tenths of a second and locks as many users."""


@dataclass(frozen=True, slots=True)
class Requests:
    """Ends requests; to do it again changes nothing. `Follows` makes them."""

    writer: CommandWriter
    chunk: int = CHUNK

    async def cancel(self, viewer: Viewer, target: str) -> None:
        """Take a request back.

        Raises:
            NotFound: there is no such user.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await end(self.writer, "requests/cancel", viewer, target, lambda pair: pair.follow_event(FollowRequestEnded))

    async def refuse(self, viewer: Viewer, asker: str) -> None:
        """Refuse somebody who asks; they may ask again.

        Raises:
            NotFound: there is no such user.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await end(self.writer, "requests/refuse", viewer, asker, lambda pair: pair.turned.follow_event(FollowRequestEnded))

    async def accept(self, viewer: Viewer, asker: str) -> PairEdge:
        """Let somebody who asks follow the viewer, and return their follow.

        Raises:
            NotFound: there is no such user, or they neither ask nor follow already.
            Unauthenticated: the viewer's account is gone or not in use.

        """

        def events(pair: Pair, row: Sequence[Any]) -> list[Event]:
            was_asked, is_new, *_ = row
            return _accepted(pair.turned, was_asked=was_asked, is_new=is_new)

        def before(pair: Pair) -> list[Event]:
            return _accepted(pair.turned, was_asked=True, is_new=True)

        row = await act(self.writer, "requests/accept", viewer, asker, events, before, at=now_ms())
        *_, follows, _ = row
        if not follows:
            raise NotFound("follow request")
        return PairEdge.of(row)

    async def accept_open(self, user: str) -> None:
        """Accept all requests to somebody who has gone public, chunk by chunk; an interrupted run can be repeated."""
        while await self.accept_chunk(user):
            pass

    async def accept_chunk(self, user: str) -> bool:
        """Accept one chunk, or nothing if the user is private again; return whether more may be open."""

        def events(rows: Sequence[Any]) -> list[Event]:
            return [
                event
                for user_key, asker, asker_key, was_asked, is_new in rows
                for event in _accepted(Pair(asker, asker_key, user, user_key), was_asked=was_asked, is_new=is_new)
            ]

        rows = await self.writer.write("requests/accept_open", events=events, user=user, at=now_ms(), limit=self.chunk)
        return len(rows) == self.chunk

    async def opened(self, event: UserOpened) -> None:
        """Accept the open requests of somebody who has gone public."""
        await self.accept_open(event.user_id)


def _accepted(asking: Pair, *, was_asked: bool, is_new: bool) -> list[Event]:
    """Return the events of an accepted request; there may be a follow already."""
    ended: list[Event] = [asking.follow_event(FollowRequestEnded)] if was_asked else []
    return [*ended, asking.follow_event(FollowCreated)] if is_new else ended
