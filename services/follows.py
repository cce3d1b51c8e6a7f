"""Following people."""

import time
from dataclasses import dataclass
from typing import Any

from errors import InvalidInput, NotFound, Unauthenticated, Unavailable
from graph.rows import Event
from services.accounts.viewer import Viewer
from services.changes import Changes
from services.events import facts
from services.timelines.fan_out import FanOut


@dataclass(frozen=True, slots=True)
class Follows:
    """Makes and ends follows; either twice is as good as once."""

    changes: Changes
    delivery: FanOut

    async def follow(self, viewer: Viewer, target: str) -> None:
        """Follow a person. Their newest posts are on the viewer's next page.

        Raises:
            InvalidInput: the viewer is the target.
            NotFound: there is no such person.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        if viewer.id == target:
            raise InvalidInput("userId", "You cannot follow yourself.")
        told: list[Event] = []

        def events(row: Any) -> list[Event]:
            follower_key, followed_key, is_new = row
            told[:] = [
                facts.follow_created(
                    follower_id=viewer.id, follower_key=follower_key, followed_id=target, followed_key=followed_key
                )
            ] if is_new else []
            return told

        await self._write("follows/follow", viewer, target, events, at=time.time_ns() // 1_000_000)
        for event in told:
            await self._merge(event)

    async def unfollow(self, viewer: Viewer, target: str) -> None:
        """Stop following a person; their posts are gone from the viewer's next page.

        Raises:
            NotFound: there is no such person.
            Unauthenticated: the viewer's account is gone or not in use.

        """

        def events(row: Any) -> list[Event]:
            follower_key, followed_key, was_there = row
            return [
                facts.follow_deleted(
                    follower_id=viewer.id, follower_key=follower_key, followed_id=target, followed_key=followed_key
                )
            ] if was_there else []

        await self._write("follows/unfollow", viewer, target, events)

    async def _write(self, name: str, viewer: Viewer, target: str, events: Any, **params: Any) -> None:
        changes = self.changes.of_viewer(viewer.id)
        row = await changes.write(name, events=events, viewer=viewer.id, target=target, **params)
        if row is None:
            raise Unauthenticated
        if row[1] is None:
            raise NotFound("person")

    async def _merge(self, event: Event) -> None:
        """Merge at once, so that the follower sees it; the worker does it again for certain."""
        try:
            await self.delivery.follow_created(event)
        except Unavailable:
            return
