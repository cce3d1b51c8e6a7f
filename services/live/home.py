"""The live home timeline of one viewer: what was missed since a place in the stream, then what comes."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from errors import Unauthenticated, Unavailable
from graph.driver import Graph
from keyspace.errors import CommandRefused
from keyspace.live_stream import LiveStream
from services.live.entries import Entry, Resync, Update, entries
from services.live.hub import Hub

MISSED_MAX = 5_000
"""Entries of the stream looked through for one who comes back; beyond it a page of the timeline is cheaper for both."""


@dataclass(frozen=True, slots=True)
class HomeStream:
    """Home timelines as streams."""

    hub: Hub
    graph: Graph
    stream: LiveStream

    async def __call__(self, viewer: int, after: tuple[int, int] | None) -> AsyncGenerator[Update, None]:
        """Yield what was missed after a place and then what comes, each event once and in order.

        Authors are those whom the viewer followed at some time of the stream: whoever takes an entry checks the present.

        Raises:
            Unauthenticated: the viewer's account is gone or not in use.

        """
        with self.hub.subscribed(viewer) as subscriber:
            followed = await self.graph.read("follows/following_keys", viewer=viewer)
            if followed is None:
                raise Unauthenticated
            self.hub.add_authors(subscriber, set(followed))
            # Joined first, so what is not among the missed waits in the subscriber; what is in both is sent once.
            missed = [] if after is None else await self._missed(after)
            if missed is None:
                yield Resync()
            for entry in missed or ():
                if entry.author in subscriber.authors and subscriber.fresh(entry):
                    yield entry
            while True:
                yield await subscriber.next()

    async def _missed(self, after: tuple[int, int]) -> list[Entry] | None:
        """Return the entries after a place, or None when its entry is no longer in the stream or too far back."""
        id_ = "{}-{}".format(*after)
        try:
            found = await self.stream.since(id_, MISSED_MAX + 2)
        except (Unavailable, CommandRefused):
            return None
        if not found or found[0].id.decode() != id_ or len(found) > MISSED_MAX + 1:
            return None
        return entries(found[1:])
