"""Requests to follow somebody private: taken back by who asked, accepted or refused by who was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from errors import NotFound
from graph.rows import Event
from services.accounts.viewer import Viewer
from services.changes import Changes
from services.events import facts
from services.events.payloads import PersonUpdated
from services.relationships.pairs import Pair, act, now

CHUNK = 500
"""Requests accepted in one transaction: some tenths of a second, and locks on as many people."""


@dataclass(frozen=True, slots=True)
class Requests:
    """Ends requests; each twice is as good as once. Asking is following, see `Follows`."""

    changes: Changes
    chunk: int = CHUNK

    async def cancel(self, viewer: Viewer, target: str) -> None:
        """Ask somebody no longer.

        Raises:
            NotFound: there is no such person.
            Unauthenticated: the viewer's account is gone or not in use.

        """

        def events(pair: Pair, row: Sequence[Any]) -> list[Event]:
            (was_there,) = row
            return [pair.followed(facts.follow_request_ended)] if was_there else []

        await act(self.changes, "requests/cancel", viewer, target, events)

    async def refuse(self, viewer: Viewer, asker: str) -> None:
        """Refuse somebody who asks; they may ask again.

        Raises:
            NotFound: there is no such person.
            Unauthenticated: the viewer's account is gone or not in use.

        """

        def events(pair: Pair, row: Sequence[Any]) -> list[Event]:
            (was_there,) = row
            return [pair.turned.followed(facts.follow_request_ended)] if was_there else []

        await act(self.changes, "requests/refuse", viewer, asker, events)

    async def accept(self, viewer: Viewer, asker: str) -> None:
        """Let somebody who asks follow the viewer.

        Raises:
            NotFound: there is no such person, or they neither ask nor follow already.
            Unauthenticated: the viewer's account is gone or not in use.

        """

        def events(pair: Pair, row: Sequence[Any]) -> list[Event]:
            was_asked, is_new, _ = row
            return _accepted(pair.turned, was_asked=was_asked, is_new=is_new)

        *_, follows = await act(self.changes, "requests/accept", viewer, asker, events, at=now())
        if not follows:
            raise NotFound("follow request")

    async def accept_open(self, person: str) -> None:
        """Accept all requests to somebody who has gone public, chunk by chunk: it may break off and be begun again."""
        while await self.accept_chunk(person):
            pass

    async def accept_chunk(self, person: str) -> bool:
        """Accept some of them, none if the person is private again, and tell whether more may be open."""

        def events(rows: Sequence[Any]) -> list[Event]:
            return [
                event
                for person_key, asker, asker_key, was_asked, is_new in rows
                for event in _accepted(Pair(asker, asker_key, person, person_key), was_asked=was_asked, is_new=is_new)
            ]

        rows = await self.changes.write("requests/accept_open", events=events, person=person, at=now(), limit=self.chunk)
        return len(rows) == self.chunk

    async def opened(self, event: Event) -> None:
        """Handle `user.opened`."""
        await self.accept_open(PersonUpdated.of(event).user_id)


def _accepted(asking: Pair, *, was_asked: bool, is_new: bool) -> list[Event]:
    """Tell of a request that became a follow, or that ended beside one."""
    ended = [asking.followed(facts.follow_request_ended)] if was_asked else []
    return [*ended, asking.followed(facts.follow_created)] if is_new else ended
