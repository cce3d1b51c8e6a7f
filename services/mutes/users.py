"""Mutes of users. The muted user is not notified, and no other relationship between the two users changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clock import now_ms
from errors import InvalidInput
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.events.pair_events import UserMuted, UserUnmuted
from services.mutes.expiry import until_of
from services.relationships.pairs import Pair, PairEdge, act, end


@dataclass(frozen=True, slots=True)
class MutedUsers:
    """Mutes and unmutes users; to do either again changes nothing."""

    writer: CommandWriter

    async def mute(self, viewer: Viewer, target: str, expires_at: datetime | None, *, reposts_only: bool) -> PairEdge:
        """Mute a user until a time, or for ever, and return the mute. An existing one is replaced.

        Raises:
            InvalidInput: the viewer is the target, or the time has passed.
            NotFound: there is no such user.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        if viewer.id == target:
            raise InvalidInput("userId", "You cannot mute yourself.")
        at = now_ms()
        until = until_of(expires_at, at)

        def events(pair: Pair, _: Sequence[Any]) -> list[Event]:
            return [pair.event(UserMuted)]

        row = await act(
            self.writer, "mutes/mute", viewer, target, events, at=at, until=until, repostsOnly=reposts_only
        )
        return PairEdge.of(row)

    async def unmute(self, viewer: Viewer, target: str) -> None:
        """End the mute of a user.

        Raises:
            NotFound: there is no such user.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await end(self.writer, "mutes/unmute", viewer, target, lambda pair: pair.event(UserUnmuted))
