"""Follows: made at once, or after a request where the other is private."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import FollowingCeiling, InvalidInput, Unavailable
from services.accounts.viewer import Viewer
from services.delivery.fan_out import FanOut
from services.events.attempt import Attempt
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.events.follow_events import FollowCreated, FollowDeleted, FollowRequested, FollowRequestEnded
from services.relationships.pairs import Pair, PairEdge, PairRows, act, end
from services.write_limits.outcomes import FOLLOWING, WriteOutcomes


@dataclass(frozen=True, slots=True)
class FollowOrRequest:
    """The edge from a viewer to a target: a follow, or, where the viewer waits for an answer, a request to follow."""

    edge: PairEdge
    waits: bool
    rows: PairRows


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How many people a user may follow or ask to: `most`, or so many for a hundred of their own followers, if that is more."""

    most: int
    per_hundred: int


@dataclass(frozen=True, slots=True)
class Follows:
    """Makes and ends follows; to do either again changes nothing."""

    writer: CommandWriter
    delivery: FanOut
    ceiling: Ceiling
    outcomes: WriteOutcomes

    async def follow(self, viewer: Viewer, target: str, attempt: Attempt | None = None) -> FollowOrRequest:
        """Follow a user, or ask to, and return which of both it is now.

        The newest posts of somebody followed at once are on the viewer's next page.

        Raises:
            FollowingCeiling: the viewer follows as many as they may.
            InvalidInput: the viewer is the target.
            NotFound: there is no such user.
            TooManyWrites: the viewer has followed too many of late.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        if viewer.id == target:
            raise InvalidInput("userId", "You cannot follow yourself.")
        created: list[FollowCreated] = []

        def events(pair: Pair, row: Sequence[Any]) -> list[Event]:
            is_new, is_asked, was_asked, *_ = row
            created[:] = [pair.follow_event(FollowCreated)] if is_new else []
            asked = [pair.follow_event(FollowRequested)] if is_asked else []
            answered = [pair.follow_event(FollowRequestEnded)] if was_asked else []
            return [*created, *asked, *answered]

        async def merge(_row: Sequence[Any]) -> None:
            for event in created:
                await self._merge(event)

        def before(pair: Pair) -> list[Event]:
            return [pair.follow_event(FollowCreated)]

        row = await act(
            self.writer, "follows/follow", viewer, target, events, before, merge, at=now_ms(), attempt=attempt,
            most=self.ceiling.most, perHundred=self.ceiling.per_hundred,
        )
        *_, ceiling, waits, rows, _ = row
        if ceiling is not None:
            self.outcomes.refused(FOLLOWING)
            raise FollowingCeiling(ceiling)
        return FollowOrRequest(PairEdge.of(row), waits, PairRows.of(rows))

    async def unfollow(self, viewer: Viewer, target: str) -> PairRows:
        """Stop following a user; their posts are gone from the viewer's next page.

        Raises:
            NotFound: there is no such user.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        row = await end(self.writer, "follows/unfollow", viewer, target, lambda pair: pair.follow_event(FollowDeleted))
        return PairRows.of(row[-1])

    async def remove_follower(self, viewer: Viewer, follower: str) -> None:
        """End the follow of the viewer by a user, who is not notified.

        Raises:
            NotFound: there is no such user.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await end(self.writer, "follows/remove_follower", viewer, follower, lambda pair: pair.turned.follow_event(FollowDeleted))

    async def _merge(self, event: FollowCreated) -> None:
        """Merge at once, so that the follower sees the posts. The worker merges again, in case that Redis is away now."""
        try:
            await self.delivery.follow_created(event)
        except Unavailable:
            return
