"""Blocking users: neither sees the other any more, and every relationship of the two ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import InvalidInput
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.events.follow_events import FollowDeleted, FollowEvent, FollowRequestEnded
from services.events.pair_events import UserBlocked, UserUnbefriended, UserUnblocked
from services.relationships.pairs import Pair, PairEdge, act, end


@dataclass(frozen=True, slots=True)
class Blocks:
    """Makes and ends blocks; to do either again changes nothing."""

    writer: CommandWriter

    async def block(self, viewer: Viewer, target: str) -> PairEdge:
        """Block a user, and return the block: follows, requests and close friendships of the two end, both ways.

        Somebody who blocks the viewer can be blocked like anybody else, so the answer does not reveal whether they do.

        Raises:
            InvalidInput: the viewer is the target.
            NotFound: there is no such user in use of their account.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        if viewer.id == target:
            raise InvalidInput("userId", "You cannot block yourself.")

        def events(pair: Pair, row: Sequence[Any]) -> list[Event]:
            is_new, ended, _ = row
            blocked = [pair.event(UserBlocked)] if is_new else []
            return [*blocked, *(_ended(pair if own else pair.turned, kind) for kind, own in ended)]

        def before(pair: Pair) -> list[Event]:
            return [pair.event(UserBlocked), *(each.follow_event(FollowDeleted) for each in (pair, pair.turned))]

        return PairEdge.of(await act(self.writer, "blocks/block", viewer, target, events, before, at=now_ms()))

    async def unblock(self, viewer: Viewer, target: str) -> None:
        """End the block of a user. The relationships that the block ended do not come back.

        Raises:
            NotFound: there is no such user in use of their account, or the viewer neither blocks nor sees them.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await end(self.writer, "blocks/unblock", viewer, target, lambda pair: pair.event(UserUnblocked))


def _ended(pair: Pair, kind: str) -> Event:
    """Return the event of an edge that a block ended, from the actor to the target."""
    if kind == "CLOSE_FRIEND":
        return pair.event(UserUnbefriended)
    return pair.follow_event(_ENDED[kind])


_ENDED: Mapping[str, type[FollowEvent]] = {"FOLLOWS": FollowDeleted, "REQUESTED": FollowRequestEnded}
