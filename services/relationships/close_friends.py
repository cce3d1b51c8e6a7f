"""Close friends: the audience of some of somebody's posts. Nobody is notified of being one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import InvalidInput
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.events.pair_events import UserBefriended, UserUnbefriended
from services.relationships.pairs import Pair, PairEdge, act, end


@dataclass(frozen=True, slots=True)
class CloseFriends:
    """Adds and removes close friends; to do either again changes nothing."""

    writer: CommandWriter

    async def add(self, viewer: Viewer, target: str) -> PairEdge:
        """Make a user a close friend: they see the viewer's posts for close friends, also those written before.

        Returns the friendship.

        Raises:
            InvalidInput: the viewer is the target.
            NotFound: there is no such user.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        if viewer.id == target:
            raise InvalidInput("userId", "You see your own posts anyway.")

        def events(pair: Pair, row: Sequence[Any]) -> list[Event]:
            is_new, _ = row
            return [pair.event(UserBefriended)] if is_new else []

        def before(pair: Pair) -> list[Event]:
            return [pair.event(UserBefriended)]

        return PairEdge.of(await act(self.writer, "close_friends/add", viewer, target, events, before, at=now_ms()))

    async def remove(self, viewer: Viewer, target: str) -> None:
        """Remove a close friend: they no longer see posts for close friends.

        Raises:
            NotFound: there is no such user.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await end(self.writer, "close_friends/remove", viewer, target, lambda pair: pair.event(UserUnbefriended))
